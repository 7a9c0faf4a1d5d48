#!/usr/bin/env python3
"""mistyped.py ROOT: what the types of C can find is found by the compiler: methods, functions and fields that
are declared with other types than they have. Each case is a declaration that is right, which compiles, and
wrong ones, which do not, in C and in C++. Prints TAP."""

import os
import shutil
import subprocess
import sys

SOURCE = """
#include <joist/object.h>
struct count { int64_t n; };
struct other { int64_t n; };
struct point { double x; };
static int64_t add(struct count *c, int64_t by) { return c->n += by; }
static int64_t get(struct count *c) { return c->n; }
static double half(float x) { return x / 2; }
static uint32_t sum(const void *data, size_t size) { return data ? (uint32_t)size : 0; }
JOIST_STRUCT(point, struct point, JOIST_FIELD(struct point, %s, x));
static const struct joist_method methods[] = {
	JOIST_METHOD(%s),
	JOIST_METHOD(int64_t, get, struct count *),
	{ %s }
};
JOIST_PLUGIN("p", "1", JOIST_OBJECT(counter, struct count, methods), JOIST_FUNCTION(%s),
	     JOIST_FUNCTION(uint32_t, sum, %s));
"""

RIGHT = ["double", "int64_t, add, struct count *, int64_t", "double, half, float",
         "JOIST_BYTES(const void *, 2), JOIST_LENGTH(size_t)"]
WRONG = [
    ["float", "int32_t"],
    ["int32_t, add, struct count *, int64_t", "int64_t, add, struct count *, int32_t",
     "int64_t, add, struct other *, int64_t", "int64_t, add, struct count *",
     "int64_t, add, struct count *, int64_t, int64_t", "int64_t, add, struct count *, struct other"],
    ["float, half, float", "double, half, double", "double, half", "void, half, float"],
    ["JOIST_BYTES(const char *, 2), JOIST_LENGTH(size_t)", "const char *, JOIST_LENGTH(size_t)",
     "JOIST_BYTES(const void *, 2), JOIST_LENGTH(int)"],
]

COMPILERS = [["gcc", "-xc", "-std=gnu17"], ["clang", "-xc", "-std=gnu17"],
             ["g++", "-xc++", "-std=c++17"], ["clang++", "-xc++", "-std=c++17"]]


def compiles(root, compiler, parts):
    field, method, function, parameters = parts
    end = "0" if "-xc" in compiler else ""
    words = compiler + ["-fsyntax-only", "-I" + os.path.join(root, "sdk/include"),
                        "-I" + os.path.join(root, "stdlib/include"), "-"]
    source = SOURCE % (field, method, end, function, parameters)
    done = subprocess.run(words, input=source, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stderr


def main():
    root = sys.argv[1]
    failed = number = 0
    for compiler in COMPILERS:
        if not shutil.which(compiler[0]):
            continue
        wrong = []
        right, said = compiles(root, compiler, RIGHT)
        if not right:
            wrong += said.splitlines()[:5]
        for place, declarations in enumerate(WRONG):
            for declaration in declarations:
                parts = RIGHT[:place] + [declaration] + RIGHT[place + 1:]
                if compiles(root, compiler, parts)[0]:
                    wrong.append("compiles: " + declaration)
        number += 1
        failed += bool(wrong)
        print("not ok" if wrong else "ok", number, "-", compiler[0])
        for line in wrong:
            print("#", line)
    print(f"1..{number}")
    sys.exit(failed > 0)


main()
