#!/usr/bin/env python3
"""Libraries that know nothing of Joist, called by their prototypes: bound.py JOIST BOUND.so WRONG.so PLAIN_C.so
[DIRECT.so]

bound_calls.c and wrong_calls.c call plain_c.c, direct_calls.c calls libm, zlib and SQLite; they print what is not as
it should be."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import node as nodes  # noqa: E402
from node import check  # noqa: E402

JOIST, BOUND, WRONG, PLAIN_C, *DIRECT = map(os.path.abspath, sys.argv[1:])
HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = """
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
enum color { RED, GREEN = 7, BLUE };
struct point { int16_t x; double y; };
typedef struct { struct point at[2]; char name[4]; enum color color; } line;
union either { int i; float f; };
struct file { union either *parts; };
typedef const char *text;
int strange(int);
int16_t same_int16(int16_t);
bool same_bool(bool value);
enum color same_color(enum color color);
line same_line(line it);
long sum(const int values[], unsigned char __count);
void count_up(uint8_t *restrict to, size_t *size);
void mirror(struct point *at, int *values);
size_t length(text);
static inline int half(int of) { return of / 2; }
int greet(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
long double same_double(long double);
int root(const struct file *of, void (*each)(int *const, void *), union either *nothing);
const uint8_t *table(unsigned *size);
"""
BINDING = """\
int16_t same_int16(int16_t);
bool same_bool(bool value);
enum color {
	RED = 0,
	GREEN = 7,
	BLUE = 8,
};
enum color same_color(enum color color);
struct point {
	int16_t x;
	double y;
};
typedef struct {
	struct point at[2];
	char name[4];
	enum color color;
} line;
line same_line(line it);
long int sum(const int *values, unsigned char count);
void count_up(uint8_t *to, size_t *size);
void mirror(struct point *at, int *values);
typedef const char *text;
size_t length(text);
int greet(char *to, size_t size, const char *format, ...);
/* same_double has a number that has no term */
struct file;
/* root has a type that has no term, such as a union */
const uint8_t *table(unsigned int *size);
"""


def run_plugin(name, file, *bindings):
    """What the actor of that name, of that plugin, prints."""
    node = nodes.Node(JOIST, {
        "bindings": [dict(binding, trusted=True) for binding in bindings],
        "plugins": [{"name": name, "file": file}],
        "supervisor": {"auto_shutdown": "any_significant", "children": [
            {"id": name, "start": f"{name}:{name}", "restart": "temporary", "significant": True}]}})
    code, out, log = node.end()
    assert code == 0, out + log
    return out.splitlines()


FOREIGN = {"name": "foreign", "library": PLAIN_C, "file": os.path.join(HERE, "plain_c.bind")}


def counts(lines):
    """Of lines that tell how many of how many are right, by what they are of."""
    found = (re.fullmatch(r"(\w+): (\d+) of (\d+) (?:equal|answered)", line) for line in lines)
    return {match[1]: (int(match[2]), int(match[3])) for match in found if match}


def test_functions_answer_as_in_c():
    lines = run_plugin("bound_calls", BOUND, FOREIGN)
    right, all_ = counts(lines)["foreign"]
    assert right == all_, lines


def test_wrong_calls_are_answered():
    lines = run_plugin("wrong_calls", WRONG, FOREIGN)
    found = counts(lines)
    check(sorted(found), ["others", "requests", "used", "wrong"])
    assert all(right == all_ for right, all_ in found.values()), lines
    assert sum(all_ for _, all_ in found.values()) >= 60, lines
    assert "after that: {ok,4}" in lines, lines


def test_functions_answer_as_by_direct_calls():
    if not DIRECT:
        return  # built without zlib or SQLite
    samples = os.path.join(HERE, "..", "..", "samples")
    lines = run_plugin("direct", DIRECT[0],
                       {"name": "libm", "library": "libm.so.6", "file": os.path.join(HERE, "libm.bind")},
                       {"name": "zlib", "library": "libz.so.1", "file": os.path.join(samples, "zlib", "zlib.bind")},
                       {"name": "sqlite", "library": "libsqlite3.so.0",
                        "file": os.path.join(samples, "sqlite", "sqlite.bind")})
    match = re.search(r"^(\d+) of (\d+) functions equal$", "\n".join(lines), re.M)
    assert match and match[1] == match[2] and int(match[1]) > 60, lines


OTHER = """\
int16_t same_int16(int32_t value);
unsigned same_int32(int value);
double same_float(float value);
long sum(const int *values [[len=count]], unsigned count);
size_t length(long text);
void same_bool(bool value);
uint8_t same_uint8(uint8_t value, int more);
int32_t same_color(int32_t color);
double same_double(double value);
"""
DIFFERENT = [("1:28", "short int"), ("2:10", "int"), ("3:8", "float"), ("4:52", "unsigned char"),
             ("5:20", "a pointer"), ("6:6", "_Bool")]


def test_debug_information_is_compared():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "other.bind"), "w", encoding="utf-8") as file:
            file.write(OTHER)
        with open(os.path.join(folder, "boot.json"), "w", encoding="utf-8") as file:
            json.dump({"bindings": [{"name": "other", "library": PLAIN_C, "file": "other.bind", "trusted": True},
                                    {"name": "plain_c", "library": PLAIN_C, "trusted": True,
                                     "file": os.path.join(HERE, "plain_c.bind")}],
                       "supervisor": {"children": []}}, file)
        code, out, err = joist("check", "boot.json", folder=folder)
        check((code, out), (1, ""))
        check([line.replace("short", "short int").replace("short int int", "short int")
               for line in err.splitlines()],
              [f"./other.bind:{place}: error: the library was built with {what} there; write that"
               for place, what in DIFFERENT] +
              ["./other.bind:7:9: error: the library was built with 1 parameters; write as many"])


def test_debug_information_is_found_in_another_file():
    if not shutil.which("objcopy"):
        return
    with tempfile.TemporaryDirectory() as folder:
        library, apart = (os.path.join(folder, name) for name in ("libapart.so", "libapart.debug"))
        for words in (["--only-keep-debug", PLAIN_C, apart],
                      ["--strip-debug", "--add-gnu-debuglink=" + apart, PLAIN_C, library]):
            subprocess.run(["objcopy", *words], check=True, cwd=folder)
        with open(os.path.join(folder, "boot.json"), "w", encoding="utf-8") as file:
            json.dump({"bindings": [{"name": "apart", "library": library, "trusted": True,
                                     "prototypes": ["float same_double(float value);"]}],
                       "supervisor": {"children": []}}, file)
        code, _, err = joist("check", "boot.json", folder=folder)
        check(code, 1)
        assert err.endswith("error: the library was built with double there; write that\n"), err
        os.unlink(apart)
        check(joist("check", "boot.json", folder=folder)[0], 0)


def joist(*words, folder):
    done = subprocess.run(nodes.WRAPPER + [JOIST, *words], cwd=folder, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def test_a_header_becomes_a_binding():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "plain_c.h"), "w", encoding="utf-8") as header:
            header.write(HEADER)
        code, out, err = joist("bind", PLAIN_C, "plain_c.h", folder=folder)
        check((code, err), (0, ""))
        check(out.split("*/\n", 1)[1], BINDING)
        with open(os.path.join(folder, "plain_c.bind"), "w", encoding="utf-8") as file:
            file.write(out)
        with open(os.path.join(folder, "boot.json"), "w", encoding="utf-8") as file:
            json.dump({"bindings": [{"name": "plain_c", "library": PLAIN_C, "file": "plain_c.bind",
                                     "trusted": True}], "supervisor": {"children": []}}, file)
        code, out, err = joist("check", "boot.json", folder=folder)
        check([line.split(": ")[0] for line in err.splitlines()],
              [place("void count_up(", "to,"), place("void mirror(", "at,"), place("int greet(", "to,"),
               place("const uint8_t *table(", "size")])


def place(start, name):
    """Of a parameter of which the header says too little, in that line."""
    (number, line), = (pair for pair in enumerate(BINDING.splitlines(), 4) if pair[1].startswith(start))
    return f"./plain_c.bind:{number}:{line.index(name, len(start)) + 1}"


def test_bind_heeds_tmpdir():
    with tempfile.TemporaryDirectory() as folder:
        none = os.path.join(folder, "none")
        done = subprocess.run(nodes.WRAPPER + [JOIST, "bind", PLAIN_C, "math.h"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False,
                              env=dict(os.environ, TMPDIR=none))
        check((done.returncode, done.stderr),
              (1, f"{none}: error: cannot be written; see its space and mode, or set TMPDIR\n"))


def test_bind_tells_what_is_wrong():
    with tempfile.TemporaryDirectory() as folder:
        check(joist("bind", "libnone.so.1", "math.h", folder=folder)[::2],
              (1, "libnone.so.1: error: cannot be loaded (cannot open shared object file: No such file or "
               "directory); install it, or correct its name\n"))
        code, out, err = joist("bind", PLAIN_C, "math.h", folder=folder)
        check((code, out, err), (1, "", f"math.h: error: declares no function of {PLAIN_C}; name the header of "
                                 "that library\n"))
        code, out, err = joist("bind", PLAIN_C, "none.h", folder=folder)
        check((code, out), (1, ""))
        check(err.splitlines()[-1], "none.h: error: cannot be compiled; set CFLAGS to what it needs")


sys.exit(nodes.run_cases(globals()))
