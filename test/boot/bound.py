#!/usr/bin/env python3
"""Libraries that know nothing of Joist, called by their prototypes: bound.py JOIST BOUND.so PLAIN_C.so

bound_calls.c calls, and prints what is not as it should be; plain_c.c and libm are called."""

import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import node as nodes  # noqa: E402
from node import check  # noqa: E402

JOIST, BOUND, PLAIN_C = map(os.path.abspath, sys.argv[1:])
HERE = os.path.dirname(os.path.abspath(__file__))
MATH = ["double frexp(double x, int *exponent [[out]]); double modf(double x, double *whole [[out]]);",
        "double sin(double); double sqrt(double); double pow(double, double);",
        "double hypot(double x, double y) [[threadsafe]]; float floorf(float x) [[blocking]];"]

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


def test_functions_answer_as_in_c():
    node = nodes.Node(JOIST, {
        "bindings": [
            {"name": "foreign", "library": PLAIN_C, "file": os.path.join(HERE, "plain_c.bind"), "trusted": True},
            {"name": "math", "library": "libm.so.6", "prototypes": MATH, "trusted": True}],
        "plugins": [{"name": "bound_calls", "file": BOUND}],
        "supervisor": {"auto_shutdown": "any_significant", "children": [
            {"id": "bound", "start": "bound_calls:bound_calls", "restart": "temporary", "significant": True}]}})
    code, out, log = node.end()
    check(code, 0)
    counts = [line.split(" equal")[0].split(": ")[1].split(" of ")
              for line in out.splitlines() if line.endswith(" equal")]
    assert len(counts) == 2 and all(right == all_ for right, all_ in counts), out + log


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
