#!/usr/bin/env python3
"""What plugins do to the process, and what becomes of it: manners.py JOIST MANNERS.so [CASE]

Every wait is for a line or for an end; none is for a time."""

import os
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import node as nodes  # noqa: E402
from node import SANITIZED, SECONDS_MAX, WRAPPER, Skip, check  # noqa: E402

JOIST, MANNERS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


def need_functions():
    if SANITIZED:
        raise Skip("a sanitizer has these functions")


def run(name, line, schedulers=1):
    """Runs the actor until that line is printed, and stops the node: its log."""
    node = nodes.Node(JOIST, {"schedulers": schedulers,
                              "plugins": [{"name": "manners", "file": MANNERS}],
                              "supervisor": {"children": [
                                  {"id": "a", "start": "manners:" + name, "restart": "temporary"}]}})
    node.wait_for(line)
    if "ready" not in node.out:
        node.wait_for("ready: nonode@nohost")
    node.signal(signal.SIGTERM)
    code, out, log = node.end()
    check(code, 0)
    assert "lost" not in out and "not mine" not in out, out
    return log


def test_floating_point_modes_are_an_actors_own():
    for schedulers in 1, 2:
        run("watcher", "watched", schedulers)


def test_changes_of_the_process_are_told():
    need_functions()
    log = run("changer", "changed 1")
    for function in "chdir", "fchdir", "umask", "setlocale", "setenv", "unsetenv", "putenv", "setrlimit":
        assert f"manners:changer calls {function}" in log, log


def test_the_nodes_descriptors_stay_open():
    need_functions()
    log = run("closer", "closed 1")
    assert "still logged" in log, log
    assert "the plugin manners closes the descriptor" in log, log


def test_threads_may_outlive_the_node():
    assert "threads that plugins have started still run" in run("starter", "started")


def test_a_lock_of_stdout_holds_up_nobody_else():
    need_functions()
    run("locker", "locked")


def test_descriptors_of_open_stay():
    run("counter", "more 1")


def test_what_constructors_change_is_put_back():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "early.c"), "w", encoding="utf-8") as file:
            file.write(r"""
#include <joist/joist.h>
#include <fenv.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
__attribute__((constructor)) static void change(void)
{
	struct rlimit limit;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
	umask(0123);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur -= 1;
	setrlimit(RLIMIT_NOFILE, &limit);
	fesetround(FE_UPWARD);
	if (chdir("/"))
		_exit(1);
}
static void early(struct joist_actor *self, joist_term args)
{
	char folder[4096];
	mode_t mask = umask(0);
	(void)args;
	joist_print(self, "%s %o %d", getcwd(folder, sizeof(folder)), mask, fegetround() == FE_TONEAREST);
}
JOIST_PLUGIN("early", "1", JOIST_ACTOR(early));
""")
        with open(os.path.join(folder, "boot.json"), "w", encoding="utf-8") as file:
            file.write("""{"plugins": [{"name": "early"}], "supervisor": {"children":
                       [{"id": "a", "start": "early:early", "restart": "temporary"}]}}""")
        subprocess.run(WRAPPER + [JOIST, "build", "early.c"], cwd=folder, check=True,
                       env=dict(os.environ, LDFLAGS="-lm"), stdout=subprocess.DEVNULL)
        with subprocess.Popen(WRAPPER + [JOIST, "run", "boot.json"], cwd=folder, umask=0o22,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as node:
            lines = {node.stdout.readline(), node.stdout.readline()}
            node.send_signal(signal.SIGTERM)
            log = node.communicate(timeout=SECONDS_MAX)[1]
            check(node.returncode, 0)
        check(lines, {os.path.realpath(folder) + " 22 1\n", "ready: nonode@nohost\n"})
        assert ("./early.so has changed the floating-point mode, the signal mask, the umask, "
                "the working directory, limits of the process" in log), log


sys.exit(nodes.run_cases(globals(), sys.argv[3] if len(sys.argv) > 3 else ""))
