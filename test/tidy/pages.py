"""Rules about pages for readers. Each takes the Tree and yields a line for each place where it is broken.

A block of code in a page is cut from a file that is built or read by tests. The comment before it says
from which, `<!-- from samples/hello/hello.c -->`, and its lines stand there just so; a line of three
points leaves some out. A file that the page itself tells to write is `<!-- file NAME -->`: a test does
so (test/tour.py, test/boot/verbs.py)."""

import os
import re
import subprocess
import sys

BLOCK = re.compile(r"^(?:<!-- (\w+) (\S+) -->\n)?```(\w*)\n(.*?)^```$", re.M | re.S)
CUT = {"c", "cpp", "json"}
MADE = "docs/reference.md"


def pages(tree):
    return [path for path in tree.under("", ends=(".md",)) if path != MADE]


def is_cut_from(block, text):
    """Whether the parts of the block, between lines of three points, follow each other in the text."""
    at = 0
    for part in re.split(r"^\s*\.\.\.\n", block, flags=re.M):
        at = text.find(part, at)
        if at < 0 or (at and text[at - 1] != "\n"):
            return False
        at += len(part)
    return True


def reference(tree):
    """docs/reference.md is what docs/reference.py makes of the headers."""
    done = subprocess.run([sys.executable, "docs/reference.py", "--check"], cwd=tree.root,
                          capture_output=True, text=True)
    if done.returncode:
        yield "run docs/reference.py"
        yield from done.stdout.splitlines()[:20] + done.stderr.splitlines()[-3:]


def code(tree):
    """Code in pages is cut from files of the tree."""
    for path in pages(tree):
        for what, name, language, block in BLOCK.findall(tree.read(path)):
            first = block.split("\n")[0]
            if what == "file" or (not what and language not in CUT):
                continue
            if what != "from":
                yield f"{path}: `{first}`: no comment says from which file"
            elif name not in tree.paths:
                yield f"{path}: there is no {name}"
            elif not is_cut_from(block, tree.read(name)):
                yield f"{path}: `{first}`: not as it stands in {name}"


def slug(heading):
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def links(tree):
    """Links lead to files of the tree, and to headings that are there."""
    for path in pages(tree) + [MADE]:
        text = re.sub(r"```.*?```", "", tree.read(path), flags=re.S)
        for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]*))?\)", text):
            place = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
            if place not in tree.paths and not any(p.startswith(place + "/") for p in tree.paths):
                yield f"{path}: {target} is not there"
            elif anchor and anchor not in map(slug, re.findall(r"^#+ (.*)", tree.read(place), re.M)):
                yield f"{path}: {place} has no heading #{anchor}"


def functions(tree):
    """What pages name of Joist is there."""
    headers = "".join(tree.texts[p] for p in tree.under("sdk/", "stdlib/", "vm/", ends=(".h",)))
    known = set(re.findall(r"\b(?:joist|JOIST)_\w+", headers))
    for path in pages(tree):
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            for name in re.findall(r"`((?:joist|JOIST)_[A-Za-z]\w*)(?:\(|`)", line):
                if name not in known and not name.endswith("_"):
                    yield f"{path}:{number}: {name}"


def paths(tree):
    """Files that pages name are there."""
    for path in pages(tree):
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            for name in re.findall(r"`((?:vm|loader|stdlib|sdk|plugins|samples|test|docs)/[\w./-]*)`", line):
                if not any(p == name or p.startswith(name.rstrip("/") + "/") for p in tree.paths):
                    yield f"{path}:{number}: there is no {name}"


RULES = [reference, code, links, functions, paths]
