#!/usr/bin/env python3
"""The verbs of joist as a user meets them: verbs.py JOIST SOURCE_DIR [CASE]

A plugin is made, built, tested and run by nothing but joist; what the documents say of the verbs is
compared with what the program says."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile

JOIST, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
WRAPPER = os.environ.get("JOIST_WRAPPER", "").split()
SECONDS_MAX = 120 * int(os.environ.get("TEST_SLOWER", "1"))
VERBS = ["run", "check", "new", "build", "bind", "test", "ping", "call", "rpc", "stop", "ps", "tree", "info",
         "plugins", "load", "unload", "upgrade", "rollback", "plan", "apply", "keygen", "sign", "help", "version"]


def joist(*words, folder="/", code=0, **env):
    """Runs joist, which must end with that code: its standard output and error."""
    done = subprocess.run(WRAPPER + [JOIST, *words], cwd=folder, env=dict(os.environ, **env),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=SECONDS_MAX, check=False)
    assert done.returncode == code, f"exit code {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout, done.stderr


def check(actual, wanted):
    assert actual == wanted, f"{actual!r} is not {wanted!r}"


def document(name):
    with open(os.path.join(SOURCE, "docs", name), encoding="utf-8") as file:
        return file.read()


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def plugin(folder, name, text, *options):
    """Builds a plugin of that code and these exports."""
    write(folder, name + ".c", "#include <joist/test.h>\n#include <stdlib.h>\n" + text)
    joist("build", *options, name + ".c", folder=folder)


def test_helps():
    out, _ = joist("help")
    check(re.findall(r"^  ([a-z]+) ", out, re.M), VERBS)
    check(joist("--help")[0], out)
    for verb in VERBS:
        text, _ = joist("help", verb)
        assert text.startswith(f"usage: joist {verb} "), text
        check(joist(verb, "--help")[0], text)
    check(joist("help", "nothing", code=2)[1], "joist: no verb nothing; see joist help\n")


def test_documents_say_the_same():
    manual = document("joist.1")
    for verb in VERBS:
        assert f".Cm {verb}" in manual, f"{verb} is not in joist.1"
        for option in re.findall(r"^  (-[-a-z]+)", joist("help", verb)[0], re.M):
            assert f"Fl {option[1:]}" in manual, f"{option} is not in joist.1"
    script = document("boot-script.md")
    schema = json.loads(document("boot.schema.json"))
    for part in [schema, *schema["$defs"].values()]:
        for key, says in part["properties"].items():
            assert f"`{key}`" in script, f"{key} is not in boot-script.md"
            for word in says.get("enum", []):
                assert f"`{word}`" in script, f"{word} is not in boot-script.md"


def test_says_how_it_is_misused():
    check(joist(code=2)[0], joist("help")[0])
    check(joist("chek", code=2)[1], "joist: unknown verb chek; did you mean check?\n")
    check(joist("xyzzy", code=2)[1], "joist: unknown verb xyzzy; see joist help\n")
    check(joist("run", code=2)[1], "usage: joist run BOOT.json\n")
    check(joist("run", "a", "b", code=2)[1], "usage: joist run BOOT.json\n")
    check(joist("run", "--nmae", "x", code=2)[1],
          "joist: unknown option --nmae; did you mean --name?\n")
    check(joist("build", "a.txt", code=2)[1],
          "joist: a.txt is no C or C++ file; name only such\n")


def test_tells_its_version():
    check(joist("version")[0], "joist 0.1.0, ABI 1\n")


def test_makes_builds_tests_and_runs():
    with tempfile.TemporaryDirectory() as folder:
        out, _ = joist("new", "wombat", folder=folder)
        check(sorted(out.split()), ["wombat/boot.json", "wombat/wombat.c", "wombat/wombat_test.c"])
        inside = os.path.join(folder, "wombat")
        out, err = joist("build", folder=inside)
        check((len(out.splitlines()), err), (2, ""))
        out, _ = joist("check", "wombat.so", "boot.json", folder=inside)
        check(out, "wombat.so: wombat 0.1.0, ABI 1, SDK 0.1.0\n  wombat:wombat handler\n"
              "boot.json: fine\n")
        out, _ = joist("test", "wombat.so", "wombat_test.so", folder=inside)
        check(out, "1..2\nok 1 - wombat_test:test_counts\n"
              "ok 2 - wombat_test:test_refuses_what_it_does_not_know\n")
        with subprocess.Popen(WRAPPER + [JOIST, "run", "boot.json"], cwd=inside, text=True,
                              stdout=subprocess.PIPE) as node:
            check(node.stdout.readline(), "the count is 1\n")
            check(node.stdout.readline(), "ready: nonode@nohost\n")
            node.send_signal(signal.SIGTERM)
            check(node.wait(SECONDS_MAX), 0)
        joist("new", "wombat", folder=folder, code=1)
        joist("new", "Wombat", folder=folder, code=2)


def test_documents_hold_a_script_that_is_fine():
    scripts = re.findall(r"```json\n(.*?)```", document("boot-script.md"), re.S)
    assert scripts
    with tempfile.TemporaryDirectory() as folder:
        joist("new", "counter", ".", folder=folder)
        joist("build", folder=folder)
        for script in scripts:
            write(folder, "boot.json", script)
            joist("check", "boot.json", folder=folder)


def test_builds_one_plugin_of_many_files():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, "other.c", "int other(void);\nint other(void)\n{\n\treturn 7;\n}\n")
        write(folder, "one.c", "#include <joist/test.h>\nint other(void);\n"
              "JOIST_TEST(other) { joist_test_check(self, other() == 7); }\n"
              'JOIST_PLUGIN("one", "1", JOIST_ACTOR(test_other));\n')
        joist("build", "-o", "both.so", "one.c", "other.c", folder=folder)
        check(joist("test", "both.so", folder=folder)[0], "1..1\nok 1 - one:test_other\n")
        joist("build", "one.c", folder=folder, code=1)


def test_says_which_tests_fail_and_why():
    with tempfile.TemporaryDirectory() as folder:
        plugin(folder, "bad", """
JOIST_TEST(fine) { joist_sleep(self, 3600000); }
JOIST_TEST(wrong) { joist_test_check(self, 1 == 2); }
JOIST_TEST(crash) { *(volatile int *)8 = 1; }
JOIST_TEST(stuck) { joist_receive(self); }
JOIST_TEST(dead) { joist_spawn_link(self, "bad:nobody", joist_nil()); joist_receive(self); }
JOIST_PLUGIN("bad", "1", JOIST_ACTOR(test_fine), JOIST_ACTOR(test_wrong), JOIST_ACTOR(test_crash),
	     JOIST_ACTOR(test_stuck), JOIST_ACTOR(test_dead));
""")
        out, _ = joist("test", "--timeout", "2000", "bad.so", folder=folder, code=1)
        lines = out.splitlines()
        check([line for line in lines if line[0] != "#"],
              ["1..5", "ok 1 - bad:test_fine", "not ok 2 - bad:test_wrong", "not ok 3 - bad:test_crash",
               "not ok 4 - bad:test_stuck", "not ok 5 - bad:test_dead"])
        for words in "1 == 2 does not hold", "more than 2000 ms", "undef":
            assert words in out, out
        out, _ = joist("test", "--only", "fine", "bad.so", folder=folder)
        check(out, "1..1\nok 1 - bad:test_fine\n")
        joist("test", "--only", "nothing", "bad.so", folder=folder, code=1)


def test_checks_as_json():
    with tempfile.TemporaryDirectory() as folder:
        plugin(folder, "local", """
static __thread int number;
static joist_term get(struct joist_actor *self) { return joist_int(self, number++); }
static void loop(struct joist_actor *self, joist_term args) { (void)self; (void)args; }
JOIST_PLUGIN("local", "2.0-rc1", JOIST_FUN(get, 0), JOIST_ACTOR(loop));
""")
        passport = json.loads(joist("check", "--json", "local.so", folder=folder)[0])
        check(passport, {"file": "local.so", "name": "local", "version": "2.0-rc1", "abi": 1,
                         "sdk": 100, "needs": 0, "state_version": 0, "counted": False,
                         "thread_local": True, "constructors": 0,
                         "exports": [{"name": "get", "kind": "fun", "arity": 0},
                                     {"name": "loop", "kind": "loop", "arity": 1}]})


def test_warns_of_what_is_seldom_meant():
    with tempfile.TemporaryDirectory() as folder:
        plugin(folder, "open", """
__attribute__((visibility("default"))) int extra = 1;
__attribute__((visibility("default"), weak)) int weak = 1;
static void loop(struct joist_actor *self, joist_term args) { (void)self; (void)args; }
JOIST_PLUGIN("open", "1", JOIST_ACTOR(loop));
""")
        _, err = joist("check", "open.so", folder=folder)
        assert "exports extra beside joist_plugin" in err and "1 weak symbols" in err, err


def constructor(folder, body):
    plugin(folder, "early", "__attribute__((constructor)) static void early(void) { " + body + """ }
static void loop(struct joist_actor *self, joist_term args) { (void)self; (void)args; }
JOIST_PLUGIN("early", "1", JOIST_ACTOR(loop));
""")
    write(folder, "boot.json", '{"plugins": [{"name": "early"}], "supervisor": {}}')


def refused(folder, what):
    """Both `run` and `check` say just that of early.so."""
    words = f"./early.so: error: {what}; %sdo that work when an actor starts\n"
    words %= "mend them, or " if "crashes" in what else ""
    check(joist("run", "boot.json", folder=folder, code=1), ("", words))
    check(joist("check", "boot.json", folder=folder, code=1), ("", words))
    check(joist("check", "./early.so", folder=folder, code=1), ("", words))


def test_tries_constructors_out():
    with tempfile.TemporaryDirectory() as folder:
        for body, what in (("*(volatile int *)8 = 1;", "crashes in its constructors (Segmentation fault)"),
                           ("abort();", "crashes in its constructors (Aborted)"),
                           ("_Exit(7);", "ends the process in its constructors (exit 7)"),
                           ("exit(0);", "ends the process in its constructors (exit 0)")):
            constructor(folder, body)
            refused(folder, what)
        constructor(folder, "abort();")
        joist("build", "early.c", folder=folder, LDFLAGS="-nostartfiles")
        refused(folder, "crashes in its constructors (Aborted)")
        plugin(folder, "early", """void early(void) { abort(); }
static void loop(struct joist_actor *self, joist_term args) { (void)self; (void)args; }
JOIST_PLUGIN("early", "1", JOIST_ACTOR(loop));
""")
        joist("build", "early.c", folder=folder, LDFLAGS="-Wl,-init=early")
        refused(folder, "crashes in its constructors (Aborted)")
        constructor(folder, "srand(1);")
        out, err = joist("check", "early.so", folder=folder)
        assert "early:loop" in out and "runs 1 constructor when" in err, out + err


def test_tries_constructors_of_cxx_out():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, "early.cc", """#include <joist/joist.h>
#include <stdexcept>
static int fail() { throw std::runtime_error("early"); }
static int value = fail();
static void early(struct joist_actor *self, joist_term args) { joist_print(self, "%d", value); }
JOIST_PLUGIN("early", "1", JOIST_ACTOR(early));
""")
        joist("build", "early.cc", folder=folder)
        write(folder, "boot.json", '{"plugins": [{"name": "early"}], "supervisor": {}}')
        refused(folder, "crashes in its constructors (Aborted)")


def test_gives_constructors_some_time():
    with tempfile.TemporaryDirectory() as folder:
        constructor(folder, "for (;;) ;")
        check(joist("run", "boot.json", folder=folder, code=1),
              ("", "./early.so: error: does not come back from its constructors; do that work when an "
               "actor starts\n"))


def test_tries_libraries_out():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, "needed.c", "int needed(void) { return 1; }\n"
              "__attribute__((constructor)) static void fail(void) { __builtin_trap(); }\n")
        joist("build", "-o", "libneeded.so", "needed.c", folder=folder, CFLAGS="-fvisibility=default")
        write(folder, "early.c", """#include <joist/joist.h>
int needed(void);
static void early(struct joist_actor *self, joist_term args) { (void)self; (void)args; needed(); }
JOIST_PLUGIN("early", "1", JOIST_ACTOR(early));
""")
        joist("build", "early.c", folder=folder, LDFLAGS="-L. -Wl,-rpath,$ORIGIN -lneeded")
        write(folder, "boot.json", '{"plugins": [{"name": "early"}], "supervisor": {}}')
        refused(folder, "crashes in its constructors (Illegal instruction)")


def test_says_what_the_linker_lacks():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, "needed.c", "int needed(void) { return 1; }\n")
        joist("build", "-o", "libneeded.so", "needed.c", folder=folder, CFLAGS="-fvisibility=default")
        plugin_text = """#include <joist/joist.h>
int needed(void);
static void loop(struct joist_actor *self, joist_term args) { (void)self; (void)args; needed(); }
JOIST_PLUGIN("early", "1", JOIST_ACTOR(loop));
"""
        write(folder, "early.c", plugin_text)
        joist("build", "early.c", folder=folder, LDFLAGS="-L. -lneeded")
        os.remove(os.path.join(folder, "libneeded.so"))
        write(folder, "boot.json", '{"plugins": [{"name": "early"}], "supervisor": {}}')
        _, err = joist("run", "boot.json", folder=folder, code=1)
        check(err, "./early.so: error: cannot be loaded (libneeded.so: cannot open shared object file: "
              "No such file or directory); install or link what it needs\n")


def run_to_ready(folder, *options):
    """Runs boot.json until it is ready, and stops it: its log."""
    with subprocess.Popen(WRAPPER + [JOIST, "run", "boot.json", *options], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as node:
        check(node.stdout.readline(), "ready: nonode@nohost\n")
        node.send_signal(signal.SIGTERM)
        return node.communicate(timeout=SECONDS_MAX)[1]


def test_finds_thread_local_storage():
    loop = """static void loop(struct joist_actor *self, joist_term args) { (void)self; (void)args; }
JOIST_PLUGIN("early", "1", JOIST_ACTOR(loop));
"""
    with tempfile.TemporaryDirectory() as folder:
        write(folder, "boot.json", '{"plugins": [{"name": "early"}], "supervisor": {}}')
        plugin(folder, "early", loop)
        assert "thread-local" not in run_to_ready(folder, "--log-level", "debug")
        plugin(folder, "early", "__thread int own;\nint get(void);\nint get(void) { return own; }\n" + loop)
        assert "thread-local" in run_to_ready(folder, "--log-level", "debug")
        write(folder, "far.c", "__thread int far;\nint get(void) { return far; }\n")
        joist("build", "-o", "libfar.so", "far.c", folder=folder, CFLAGS="-fvisibility=default")
        write(folder, "near.c", "int get(void);\nint near(void) { return get(); }\n")
        flags = "-L. -Wl,-rpath,$ORIGIN"
        joist("build", "-o", "libnear.so", "near.c", folder=folder, CFLAGS="-fvisibility=default",
              LDFLAGS=flags + " -lfar")
        write(folder, "early.c", "#include <joist/joist.h>\nint near(void);\nint use(void);\n"
              "int use(void) { return near(); }\n" + loop)
        joist("build", "early.c", folder=folder, LDFLAGS=flags + " -lnear")
        assert "thread-local" in run_to_ready(folder, "--log-level", "debug")


def test_builds_with_counted_reductions():
    with tempfile.TemporaryDirectory() as folder:
        plugin(folder, "counts", """
static volatile int other_ran;
static void other(struct joist_actor *self, joist_term args)
{
	other_ran = 1;
}
JOIST_TEST(gives_way)
{
	joist_spawn(self, "counts:other", joist_nil());
	while (!other_ran)
		;
}
JOIST_PLUGIN("counts", "1", JOIST_ACTOR(other), JOIST_ACTOR(test_gives_way));
""", "--counted")
        check(joist("test", "counts.so", folder=folder)[0], "1..1\nok 1 - counts:test_gives_way\n")
        assert "counts reductions" in joist("check", "counts.so", folder=folder)[0]


def test_builds_cxx():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, "plus.cc", """#include <joist/joist.h>
#include <string>
#include <vector>
static void loop(struct joist_actor *self, joist_term args)
{
	std::vector<std::string> words = { "one", "two" };
	int64_t by;
	if (joist_match(args, "{add, By}", &by))
		joist_print(self, "%zu", words.size());
}
JOIST_PLUGIN("plus", "1", JOIST_ACTOR(loop));
""")
        joist("build", "plus.cc", folder=folder)
        joist("check", "plus.so", folder=folder)
        write(folder, "boot.json", """{"plugins": [{"name": "plus"}], "supervisor": {"children":
              [{"id": "a", "start": "plus:loop", "restart": "temporary"}]}}""")
        run_to_ready(folder)


def test_reports_exceptions_by_readable_names():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, "plus.cc", """#include <joist/joist.h>
#include <stdexcept>
static void loop(struct joist_actor *self, joist_term args) { throw std::runtime_error("out"); }
JOIST_PLUGIN("plus", "1", JOIST_ACTOR(loop));
""")
        joist("build", "plus.cc", folder=folder)
        write(folder, "boot.json", """{"plugins": [{"name": "plus"}], "supervisor": {"children":
              [{"id": "a", "start": "plus:loop", "restart": "temporary"}]}}""")
        log = run_to_ready(folder)
        assert "plus:loop 1 cxx_exception" in log, log
        assert re.search(r"#\d loop\(joist_actor\*, joist_term\).* \(plus.cc:3\)", log) or "libdw" in log, log


def main():
    only = "test_" + (sys.argv[3] if len(sys.argv) > 3 else "")
    cases = [(name[5:], case) for name, case in globals().items() if name.startswith(only)]
    failed = 0
    print(f"1..{len(cases)}")
    for number, (name, case) in enumerate(cases, 1):
        try:
            case()
            print(f"ok {number} - {name}", flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as wrong:
            failed += 1
            text = "\n# ".join(str(wrong)[:3000].splitlines())
            print(f"not ok {number} - {name}\n# {text}", flush=True)
    return 1 if failed else 0


sys.exit(main())
