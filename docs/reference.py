#!/usr/bin/env python3
"""Makes docs/reference.md of the comments in the public headers.

usage: docs/reference.py [--check]

A comment stands above what it is about: a function, several, a macro, a type. With --check it writes
nothing, and fails if the page is not what it would write."""

import difflib
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGE = os.path.join(ROOT, "docs", "reference.md")
HEADERS = [
    ("sdk", ["abi", "term", "match", "actor", "timer", "log", "io", "node", "plugin", "ctype", "typed"]),
    ("stdlib", ["server", "object", "statem", "supervisor", "task", "table", "option", "test"]),
    ("sdk", ["host"]),
]
INTRODUCTION = """# Reference

Made by `docs/reference.py` of the comments in the headers; [the guide](plugin-guide.md) tells how all
this is used. `<joist/joist.h>` includes everything from `abi.h` to `plugin.h`.

In bold, at the end of each entry, stands who may call it:
"""


def blocks_of(path):
    """The file as a list of blocks, each a list of lines, which empty lines part; a comment is part of the
    block that follows it directly, and braces hold what is between them together. What stands between #if
    and #endif within the header is left out."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().expandtabs(8).split("\n")
    depth, braces, inside, block, blocks = 0, 0, False, [], []
    for line in lines:
        if not inside and re.match(r"#\s*if", line):
            depth += 1
        elif not inside and re.match(r"#\s*endif", line):
            depth -= 1
        elif depth <= 1 and not re.match(r"#\s*el", line):
            comment = inside or line.startswith("/*")
            braces += 0 if comment else line.count("{") - line.count("}")
            inside = comment and "*/" not in line
            if line.strip() or inside or braces:
                block.append(line)
                continue
        if block:
            blocks.append(block)
            block = []
    return blocks


def split(block):
    """The lines of a block's comment, without their stars, and those of its code."""
    if not block[0].startswith("/*"):
        return [], block
    end = next(i for i, line in enumerate(block) if "*/" in line)
    comment = [re.sub(r"^(/\*| \*) ?", "", line) for line in block[:end + 1]]
    comment[-1] = re.sub(r" ?\*/.*$", "", comment[-1])
    while comment and not comment[-1]:
        comment.pop()
    return comment, block[end + 1:]


def escaped(text):
    parts = text.split("`")
    parts[::2] = [re.sub(r"([<*])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def prose(comment):
    """A comment as Markdown: indented lines are code, a line that starts with [actor] and so on is bold."""
    out, paragraph, code = [], [], []

    def flush():
        if paragraph:
            text = escaped(" ".join(paragraph))
            out.append(re.sub(r"^\\?(\[(?:actor|any|host)[^]]*\])", r"**\1**", text))
            paragraph.clear()
        while code and not code[-1]:
            code.pop()
        if code:
            out.append("```\n" + "\n".join(code) + "\n```")
            code.clear()

    for line in comment:
        if line.startswith("  ") and not paragraph or code and not line:
            if paragraph:
                flush()
            code.append(line[2:])
            continue
        if code or not line or re.match(r"\[(actor|any|host)", line):
            flush()
        if line:
            paragraph.append(line.strip())
    flush()
    return "\n\n".join(out)


def shown(code):
    """What of the code of a block is for the reader: types whole, functions and macros without bodies."""
    types, functions, macros = [], [], []
    lines = iter(line for line in code
                 if not re.match(r"JOIST_(BEGIN|END)$|/\* clang-format|#include|#undef", line))
    for line in lines:
        if line.startswith("#define"):
            macro = line
            while line.endswith("\\"):
                line = next(lines)
            macros.append(macro)
        elif re.match(r"(typedef )?(struct|enum)\b.*\{$", line):
            while not line.startswith("}"):
                types.append(line)
                line = next(lines)
            types.append(line)
        elif line.startswith("struct") and ";" in line:
            types.append(line)
        else:
            inline = line.startswith("static inline")
            while not line.endswith(")" if inline else ";"):
                line += " " + next(lines).strip()
            functions.append(line.rstrip(";") + ";")
            while inline and line != "}":
                line = next(lines)
    return types + [macro_shown(macro) for macro in chosen(macros)] + [plain(f) for f in functions]


def chosen(macros):
    """Those macros of a block that are for the reader: in lower case if there are any, else the first, and
    what else takes arguments."""
    lower = [macro for macro in macros if macro.startswith("#define joist_")]
    return lower or [macro for i, macro in enumerate(macros)
                     if not i or "(" in macro and "JOIST_TERMS" not in macro]


def macro_shown(macro):
    head = re.match(r"#define \w+(\([^)]*\))?", macro)
    return head[0] if head[1] or macro.endswith("\\") else macro


def plain(function):
    for words in (r"JOIST_(PUBLIC|NORETURN) ", r"__attribute__\(\(\w+\)\) ", r"static inline ",
                  r" JOIST_PRINTF\(\d, \d\)"):
        function = re.sub(words, "", function)
    return function


def names_of(lines):
    """The names that an entry explains."""
    names = []
    for line in lines:
        found = (re.match(r"#define (\w+)", line) or re.match(r"(?:struct|enum) (\w+)(?: \{|;)", line)
                 or re.match(r"\} (\w+);", line) or re.match(r"\w.*?\b(\w+)(?:\(| = |;)", line))
        if found and not line.startswith("typedef"):
            names.append(found[1])
    return names


def entry(comment, code):
    """An entry's names, and its Markdown."""
    lines = shown(code)
    names = names_of(lines)
    if not names or not comment and names[0].startswith("JOIST"):
        return [], ""
    if comment and re.match(r"([\w ]+[ *])?joist_\w+\(.*\)$", comment[0]):
        lines, comment = [comment[0] + ";"], comment[1:]
    heading = ", ".join(f"`{name}`" for name in names)
    body = "```c\n" + "\n".join(lines) + "\n```"
    return names, f"#### {heading}\n\n{body}\n\n{prose(comment)}".rstrip() + "\n"


def left_out():
    """The public headers that are not in the list."""
    known = {f"{part}/include/joist/{name}.h" for part, names in HEADERS for name in names}
    for part in ("sdk", "stdlib"):
        for name in os.listdir(os.path.join(ROOT, part, "include", "joist")):
            path = f"{part}/include/joist/{name}"
            if path not in known and name != "joist.h":
                yield path


def page():
    for path in left_out():
        sys.exit(f"{path} is not in the list of headers in docs/reference.py")
    out, index = [INTRODUCTION], []
    for part, names in HEADERS:
        for name in names:
            blocks = blocks_of(os.path.join(ROOT, part, "include", "joist", name + ".h"))
            opening, _ = split(blocks[0])
            out.append(f"## `<joist/{name}.h>`\n\n{prose(opening)}\n")
            for block in blocks[1:]:
                comment, code = split(block)
                heading = re.match(r"---- (.*) ----$", comment[0]) if comment else None
                if heading and heading[1] == "how the macros are made":
                    break
                if heading:
                    out.append(f"### {heading[1][0].upper()}{heading[1][1:]}\n")
                elif name == "abi" and comment and comment[0].startswith("How to read"):
                    out[0] += "\n" + prose(comment[1:]) + "\n"
                else:
                    names_here, text = entry(comment, code)
                    if text:
                        out.append(text)
                        anchor = text.split("\n")[0].replace("`", "").replace("#### ", "")
                        anchor = re.sub(r"[^\w-]", "", anchor.lower().replace(" ", "-"))
                        index += [(n, anchor) for n in names_here if not n.startswith("JOIST_HOLE_")]
    listing = "\n".join(f"[{name}](#{anchor})" for name, anchor in sorted(set(index)))
    return "\n".join([*out, "## Index\n", listing, ""])


def main():
    text = page()
    if sys.argv[1:] != ["--check"]:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(text)
        return
    with open(PAGE, encoding="utf-8") as file:
        old = file.read()
    for line in list(difflib.unified_diff(old.split("\n"), text.split("\n"), "docs/reference.md",
                                          "what docs/reference.py makes", lineterm=""))[:40]:
        print(line)
    sys.exit(old != text)


main()
