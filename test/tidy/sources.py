"""Rules about source files. Each takes the Tree and yields a line for each place where it is broken."""

import collections
import os
import re
import subprocess

FLOORS = ["base", "term", "io", "actor", "sched", "fault", "dist", "api", "typed"]
GUESTS = ("stdlib/", "plugins/", "samples/", "sdk/template/")
INCLUDE = re.compile(r'^#include ([<"])([^>"]+)[>"]', re.M)
C_LINES_MAX, H_LINES_MAX, PUBLIC_LINES_MAX, FUNCTION_LINES_MAX = 800, 300, 400, 70
COLUMNS_MAX = 108  # of comments; clang-format holds code to 100


class Tree:
    """The files that git knows, and those that it would: their texts by their paths."""

    def __init__(self, root):
        self.root = root
        names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                               cwd=root, check=True, capture_output=True, text=True)
        self.paths = sorted({p for p in names.stdout.splitlines()
                             if os.path.isfile(os.path.join(root, p))})
        self.texts = {p: self.read(p) for p in self.paths if p.endswith((".c", ".h", ".S"))}

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as file:
            return file.read()

    def under(self, *starts, ends=(".c", ".h")):
        return [p for p in self.paths if p.startswith(starts) and p.endswith(ends)]

    def includes(self, path):
        """(quote, name as written, path in the tree or None) of each include of a file."""
        for quote, name in INCLUDE.findall(self.texts[path]):
            places = [name, "sdk/include/" + name, "stdlib/include/" + name,
                      os.path.join(os.path.dirname(path), name)]
            yield quote, name, next((p for p in places if p in self.texts), None)

    def table(self, path):
        """The entries of a list: key -> what is said of it, from lines of `key: text`."""
        lines = [l for l in self.read(path).splitlines() if l.strip() and not l.startswith("#")]
        return dict((part.strip() for part in line.split(": ", 1)) for line in lines)


def height(path):
    """How high a file of the node stands; None outside it."""
    if path.startswith("sdk/"):
        return -1
    if path.startswith("vm/"):
        parts = path.split("/")
        return FLOORS.index(parts[1]) if len(parts) > 2 else len(FLOORS)
    return len(FLOORS) + 1 if path.startswith("loader/") else None


def upward(tree):
    """A floor includes only itself, lower floors and the SDK."""
    for path in tree.under("vm/", "loader/", "sdk/include/"):
        for quote, name, target in tree.includes(path):
            if target is None:
                if quote == '"' or name.startswith("joist/"):
                    yield f"{path}: {name} is not in the tree"
            elif height(target) is None or height(target) > height(path):
                yield f"{path} includes {target}, which stands higher"


def guests(tree):
    """The standard library, plugins and samples include the SDK and no private header."""
    for path in tree.under(*GUESTS):
        for _, name, target in tree.includes(path):
            if target and not target.startswith(("sdk/",) + GUESTS):
                yield f"{path} includes {name}"


def cycles(tree):
    """No includes go round in a circle; foo.c and foo.h are one module."""
    graph = collections.defaultdict(set)
    for path in tree.texts:
        module = os.path.splitext(path)[0]
        for _, _, target in tree.includes(path):
            if target and os.path.splitext(target)[0] != module:
                graph[module].add(os.path.splitext(target)[0])
    state = {}

    def visit(module, way):
        state[module] = "open"
        for other in sorted(graph[module]):
            if state.get(other) == "open":
                yield " -> ".join(way[way.index(other):] + [other])
            elif other not in state:
                yield from visit(other, way + [other])
        state[module] = "done"

    for module in sorted(graph):
        if module not in state:
            yield from visit(module, [module])


def sizes(tree):
    """Files and functions are short."""
    for path, text in tree.texts.items():
        lines = text.splitlines()
        most = H_LINES_MAX if path.endswith(".h") else C_LINES_MAX
        if "/include/joist/" in path:
            most = PUBLIC_LINES_MAX
        if len(lines) > most:
            yield f"{path}: {len(lines)} lines; {most} are the most"
        start = 0
        for number, line in enumerate(lines, 1):
            if line == "{":
                start = number
            elif line == "}" and start:
                if number - start - 1 > FUNCTION_LINES_MAX:
                    yield f"{path}:{start}: a function of {number - start - 1} lines"
                start = 0


def columns(tree):
    """No line is longer than 108 columns."""
    for path, text in tree.texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if len(line.expandtabs(8)) > COLUMNS_MAX and "http" not in line:
                yield f"{path}:{number}: {len(line.expandtabs(8))} columns"


def basenames(tree):
    """No two private sources have one name, but for unit tests, which mirror the tree."""
    seen = collections.defaultdict(list)
    for path in tree.texts:
        if "/include/joist/" not in path and not path.startswith(("samples/", "test/unit/")):
            seen[os.path.basename(path)].append(path)
    for paths in seen.values():
        if len(paths) > 1:
            yield " and ".join(paths)


def sleeps(tree):
    """No test sleeps."""
    call = re.compile(r"\b(u|nano|clock_nano)?sleep\s*\(|\btime\.sleep\b|\btimer:sleep\b|\bsleep \d")
    for path in tree.under("test/", "samples/", ends=(".c", ".h", ".py", ".sh", ".erl", "/run")):
        if path.startswith("test/tidy/"):
            continue
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            if call.search(line):
                yield f"{path}:{number}: {line.strip()}"


def opening(tree):
    """A file opens with a comment on what it is for; a header has a guard that says its path."""
    for path, text in tree.texts.items():
        if not text.startswith("/* "):
            yield f"{path}: no opening comment"
        if not path.endswith(".h") or path.startswith("test/"):
            continue
        public = re.match(r"(sdk|stdlib)/include/", path)
        name = path[public.end():] if public else "joist/" + path
        guard = re.sub(r"[^A-Z0-9]", "_", name.upper())
        if f"#ifndef {guard}\n#define {guard}\n" not in text:
            yield f"{path}: the guard is not {guard}"


def own_first(tree):
    """A .c includes its own header first, so that each header proves itself alone."""
    for path in tree.under("vm/", "loader/", "stdlib/", ends=(".c",)):
        own = path[:-2] + ".h"
        targets = [target for _, _, target in tree.includes(path)]
        if own in targets and targets[0] != own:
            yield f"{path}: {own} is not its first include"


def leftovers(tree):
    """No // comments, nothing left to do, nothing of one machine."""
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|(?<![\w/:.-])/(work|home|root)/|\bissue #?\d")
    ends = (".c", ".h", ".S", ".py", ".md", ".json", ".sh", ".build", ".erl", "dev")
    for path in tree.under("", ends=ends):
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            slashes = path in tree.texts and re.match(r"^(\s*|.*[;{})]\s*)//", line)
            if slashes or (words.search(line) and not path.startswith("test/tidy/")):
                yield f"{path}:{number}: {line.strip()}"


def stacks(tree):
    """No array of variable length, no alloca."""
    for path, text in tree.texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(r"\balloca\s*\(", line):
                yield f"{path}:{number}: {line.strip()}"


def atomics(tree):
    """Each atomic operation has a comment that says its order and its partner."""
    for path in tree.under("vm/", "loader/"):
        lines = tree.texts[path].splitlines()
        for number, line in enumerate(lines):
            if re.search(r"\batomic_(\w+_explicit|thread_fence)\(", line):
                before = " ".join(lines[max(0, number - 12):number + 1])
                if not re.search(r"/\*.*\b(relaxed|acquire|release|seq_cst)\b", before):
                    yield f"{path}:{number + 1}: {line.strip()}"
            elif re.search(r"\batomic_(load|store|fetch_\w+|exchange|compare_\w+)\(", line):
                yield f"{path}:{number + 1}: no memory order"


def unit_tests(tree):
    """Each file of the VM has its unit test, or a reason why not."""
    excused = tree.table("test/tidy/untested.txt")
    for path in tree.under("vm/", ends=(".c",)):
        parts = path.split("/")
        test = f"test/unit/{parts[-2]}/test-{parts[-1]}"
        if (test in tree.texts) == (path in excused):
            yield f"{path}: {test} {'is there, and excused' if path in excused else 'is missing'}"
    for path in excused:
        if path not in tree.texts:
            yield f"test/tidy/untested.txt: there is no {path}"


def layout(tree):
    """The layout of sources is that of clang-format 14; other versions differ, and are not asked."""
    try:
        version = subprocess.run(["clang-format", "--version"], check=True, capture_output=True, text=True)
    except FileNotFoundError:
        yield "clang-format is missing: install Debian's package of that name"
        return
    if " version 14." not in version.stdout:
        return
    words_ = ["clang-format", "--dry-run", "--ferror-limit=1", *tree.under("", ends=(".c", ".h"))]
    said = subprocess.run(words_, cwd=tree.root, check=False, capture_output=True, text=True).stderr
    for place in re.findall(r"^(\S+:\d+):\d+: .*clang-format-violations", said, re.M):
        yield f"{place}: run clang-format -i"


def foreign(tree):
    """A foreign library is used in one place."""
    for header in ("jansson.h", "ffi.h"):
        users = [p for p in tree.texts if not p.startswith("test/")
                 and any(name == header for _, name, _ in tree.includes(p))]
        if len(users) > 1:
            yield f"{header}: {', '.join(users)}"


def changelog(tree):
    """The changelog is versions, newest first, and a line for each change."""
    lines = tree.read("CHANGELOG.md").splitlines()
    if lines[:1] != ["# Changelog"]:
        yield "CHANGELOG.md: does not start with `# Changelog`"
    version = None
    for number, line in enumerate(lines[1:], 2):
        heading = re.fullmatch(r"## (\d+\.\d+\.\d+) \((unreleased|\d{4}-\d\d-\d\d)\)", line)
        if heading:
            now = tuple(map(int, heading[1].split(".")))
            if version and now >= version:
                yield f"CHANGELOG.md:{number}: {heading[1]} is not older than the one above"
            version = now
        elif line and not re.match(r"- [A-Za-z`*]|  \S", line) and version:
            yield f"CHANGELOG.md:{number}: neither a version nor a change: {line}"


def words(tree):
    """The words by which a place is found lead to a file."""
    for words_, path in tree.table("test/tidy/words.txt").items():
        if path not in tree.paths:
            yield f"{words_}: there is no {path}"


RULES = [upward, guests, cycles, sizes, columns, basenames, sleeps, opening, own_first, leftovers,
         stacks, atomics, unit_tests, layout, foreign, changelog, words]
