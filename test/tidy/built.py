"""Rules about public headers and about what was built. Each takes the Tree and the build folder."""

import glob
import os
import re
import shutil
import subprocess

PUBLIC = re.compile(r"^(JOIST_PUBLIC|static inline)\b[^({]*\b(joist_\w+)\(")
TAG = re.compile(r"^ \* (\[(actor|any|host)[^]]*\]|.*[^.] \[(actor|any|host)[^]]*\])", re.M)


def public_headers(tree):
    return tree.under("sdk/include/", "stdlib/include/", ends=(".h",))


def compilers():
    return [c for c in (["gcc", "g++"], ["clang", "clang++"]) if all(map(shutil.which, c))]


def compiles(tree, header, words):
    """What the compiler says of a file that includes only that header."""
    name = header.split("/include/")[1]
    done = subprocess.run(
        words + ["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Isdk/include",
                 "-Istdlib/include", "-"],
        cwd=tree.root, input=f"#include <{name}>\n", capture_output=True, text=True)
    return done.stderr.splitlines()[:3] if done.returncode else []


def alone_in_c(tree, _):
    """Each public header compiles alone, as C of 2011 and of 2017."""
    for header in public_headers(tree):
        for c, _cxx in compilers():
            for std in ("gnu11", "gnu17"):
                for line in compiles(tree, header, [c, "-xc", f"-std={std}"]):
                    yield f"{c} {std}: {line}"


def alone_in_cxx(tree, _):
    """Each public header compiles alone, as C++ of 2017."""
    for header in public_headers(tree):
        for _c, cxx in compilers():
            for line in compiles(tree, header, [cxx, "-xc++", "-std=c++17"]):
                yield f"{cxx}: {line}"


def tags(tree, _):
    """The comment of each public function ends with its tag line."""
    for header in public_headers(tree):
        comment, inside = "", False
        for number, line in enumerate(tree.texts[header].splitlines(), 1):
            if line.startswith("/*"):
                comment, inside = "", True
            if inside:
                comment += line.replace("/*", " *", 1) + "\n"
                inside = "*/" not in line
            elif not line.strip():
                comment = ""
            public = PUBLIC.match(line)
            if public and not TAG.search(comment):
                yield f"{header}:{number}: {public[2]} has no tag line"


def exported(path):
    """The names of a shared object's dynamic symbols that it defines."""
    listing = subprocess.run(["nm", "-D", "--defined-only", path], check=True,
                             capture_output=True, text=True).stdout
    symbols = [line.split()[1:] for line in listing.splitlines()]
    return {name.split("@")[0] for kind, name in symbols if kind != "A"}


def library(tree, build):
    """libjoist.so exports joist_* and the functions of libc that it stands before, no more."""
    interposed = set(tree.table("test/tidy/interposed.txt"))
    for name in exported(os.path.join(build, "loader", "libjoist.so.1")):
        if not name.startswith("joist_") and name not in interposed:
            yield name


def standard_library(_, build):
    """libjoist-std.so exports joist_* and no more."""
    for name in exported(os.path.join(build, "stdlib", "libjoist-std.so.1")):
        if not name.startswith("joist_"):
            yield name


def plugins(_, build):
    """A plugin exports joist_plugin and no more."""
    for folder in ("plugins", "samples"):
        for path in glob.glob(os.path.join(build, folder, "**", "*.so"), recursive=True):
            names = exported(path)
            if names != {"joist_plugin"}:
                yield f"{os.path.basename(path)}: {', '.join(sorted(names)) or 'nothing'}"


def libc_names(tree, build):
    """No function of the VM has the name of one of libc's, but for those it stands before."""
    listing = subprocess.run(["gcc", "-print-file-name=libc.so.6"], check=True,
                             capture_output=True, text=True).stdout.strip()
    libc = exported(listing)
    objects = subprocess.run(["nm", "-A", "--defined-only", "-g",
                              os.path.join(build, "vm", "libvm.a")],
                             check=True, capture_output=True, text=True).stdout
    interposed = set(tree.table("test/tidy/interposed.txt"))
    for line in objects.splitlines():
        name = line.split()[-1]
        if name in libc and name not in interposed:
            yield line


RULES = [alone_in_c, alone_in_cxx, tags, library, standard_library, plugins, libc_names]
