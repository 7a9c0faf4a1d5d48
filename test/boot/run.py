#!/usr/bin/env python3
"""Nodes that run by a boot script, from their start to their end: run.py JOIST ACTORS.so [CASE]

Every wait is for a line or for an end; none is for a time."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import node as nodes  # noqa: E402
from node import SECONDS_MAX, WRAPPER, check  # noqa: E402

JOIST, ACTORS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


OPEN = ('--listen: error: is %s, which other machines reach without encryption; write 127.0.0.1, '
        'or set "insecure": true in the script\'s "node"\n')


class Node(nodes.Node):
    """A node with these children, which are Python values for the boot script."""

    def __init__(self, children, options=(), env=(), pass_fds=(), **script):
        script.setdefault("plugins", [{"name": "actors", "file": ACTORS}])
        script.setdefault("supervisor", {"children": children})
        super().__init__(JOIST, script, options, env, pass_fds)


def child(name, **keys):
    return dict({"id": name, "start": "actors:" + name}, **keys)


def test_stops_when_it_is_asked_to():
    for number in signal.SIGTERM, signal.SIGINT:
        node = Node([child("quiet")])
        node.wait_for("ready: nonode@nohost")
        node.signal(number)
        check(node.end()[:2], (0, "ready: nonode@nohost\n"))


def test_tells_its_name_on_a_descriptor():
    read, write = os.pipe()
    node = Node([], ["--name", "a@127.0.0.1", "--ready-fd", str(write)], pass_fds=[write],
                node={"name": "b@127.0.0.1"})
    os.close(write)
    with os.fdopen(read) as ready:
        check(ready.read(), "ready: a@127.0.0.1\n")
    node.signal(signal.SIGTERM)
    check(node.end()[:2], (0, "ready: a@127.0.0.1\n"))


def test_refuses_wrong_options():
    for words, error in (
            (["--name", "demo"], '--name: error: is "demo"; write NAME@HOST, such as demo@127.0.0.1\n'),
            (["--listen", "demo"], '--listen: error: is "demo"; write ADDRESS:PORT, such as 127.0.0.1:0\n'),
            (["--listen", "127.0.0.1:65536"],
             "--listen: error: has the port 65536; write one up to 65535\n"),
            (["--listen", "0.0.0.0:0"], OPEN % "0.0.0.0:0"),
            (["--listen", "127.example.net:0"], OPEN % "127.example.net:0"),
            (["--log-format", "xml"], '--log-format: error: is "xml"; write one of text, json\n'),
            (["--log-level", "loud"],
             '--log-level: error: is "loud"; write one of debug, info, notice, warning, error\n'),
            (["--ready-fd", "999"],
             "--ready-fd: error: 999 is not open; have the one who starts joist open it\n")):
        check(Node([], words).end(), (1, "", error))


def test_stops_in_the_other_order():
    node = Node([child("orderly", args="one"),
                 {"id": "sub", "supervisor": {"children": [child("orderly", args="two")]}},
                 child("orderly", id="last", args="three")])
    node.wait_for("ready: nonode@nohost")
    node.signal(signal.SIGTERM)
    code, out, _ = node.end()
    check(code, 0)
    check(out, "start one\nstart two\nstart three\nready: nonode@nohost\n"
          "stop three: shutdown\nstop two: shutdown\nstop one: shutdown\n")


def test_ends_at_once_when_it_is_asked_twice():
    node = Node([child("stubborn", shutdown_ms="infinity")])
    node.wait_for("ready: nonode@nohost")
    node.signal(signal.SIGTERM)
    node.wait_for("no")
    node.signal(signal.SIGTERM)
    code, _, log = node.end()
    check(code, 1)
    assert "asked twice" in log, log


def test_kills_what_does_not_stop_in_time():
    node = Node([child("stubborn", shutdown_ms=1)])
    node.wait_for("ready: nonode@nohost")
    node.signal(signal.SIGTERM)
    check(node.end()[0], 0)


def test_ends_well_with_its_significant_child():
    node = Node(None, supervisor={"auto_shutdown": "any_significant", "children": [
        child("quiet"), child("ender", args="normal", restart="transient", significant=True)]})
    check(node.end()[0], 0)


def test_ends_badly_when_the_root_gives_up():
    node = Node(None, supervisor={"intensity": 2, "children": [child("ender", args="{no, 1}")]})
    code, _, log = node.end()
    check(code, 1)
    assert "the root supervisor has ended: shutdown" in log, log


def test_tells_which_child_did_not_start():
    node = Node([child("quiet"), child("failing")])
    code, out, log = node.end()
    assert "the child failing did not start: no_disk" in log, log
    check(out, "")
    check(code, 1)


def test_passes_output_on_and_logs_errors():
    node = Node([child("printer", args="[x]")],
                plugins=[{"name": "actors", "file": ACTORS, "config": {"limit": [1, None, "é"]}}],
                log={"format": "json"})
    node.wait_for("done")
    node.signal(signal.SIGTERM)
    code, out, log = node.end()
    check(code, 0)
    lines = out.splitlines()
    assert "joist_print [x]" in lines, out
    assert 'printf #{<<"limit">> => [1,null,<<"é"/utf8>>]}' in lines, out
    events = [json.loads(line) for line in log.splitlines()]
    check([event["text"] for event in events if event["event"] == "stderr"], ["stderr here"])


def test_gives_a_child_a_thread_and_a_stack():
    node = Node([child("threaded", thread=True, limits={"stack_bytes": 4 << 20}), child("quiet")],
                schedulers=1, limits={"threads": 4})
    node.wait_for("threaded 1")
    node.signal(signal.SIGTERM)
    check(node.end()[0], 0)


def test_outlives_its_reader():
    read, write = os.pipe()
    node = Node([child("printer", args="[x]")], ["--ready-fd", str(write)], pass_fds=[write])
    node.process.stdout.close()
    os.close(write)
    with os.fdopen(read) as ready:
        check(ready.read(), "ready: nonode@nohost\n")
    node.signal(signal.SIGTERM)
    check(node.process.wait(SECONDS_MAX), 0)


def test_lists_its_actors():
    with tempfile.TemporaryDirectory() as folder:
        fifo = os.path.join(folder, "log")
        os.mkfifo(fifo)
        node = Node([child("quiet", register="silence")], log={"file": fifo})
        with open(fifo, encoding="utf-8") as log:
            node.wait_for("ready: nonode@nohost")
            node.signal(signal.SIGUSR1)
            lines = []
            while not lines or "actors live" not in lines[-1]:
                lines.append(log.readline())
                assert lines[-1], lines
            node.signal(signal.SIGTERM)
            log.read()
        check(node.end()[0], 0)
        assert any("silence" in line for line in lines), lines


def test_logs_into_a_file():
    node = Node([child("ender", args="{no, 1}", restart="temporary")], log={"file": "the.log"})
    node.wait_for("ready: nonode@nohost")
    node.signal(signal.SIGTERM)
    node.process.wait(SECONDS_MAX)
    with open(os.path.join(node.folder.name, "the.log"), encoding="utf-8") as log:
        assert "{no,1}" in log.read()
    check(node.end()[2], "")


def test_tells_the_service_manager():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0joist-run-%d" % os.getpid())
        manager.settimeout(SECONDS_MAX)
        node = Node([], env={"NOTIFY_SOCKET": "@joist-run-%d" % os.getpid(),
                             "WATCHDOG_USEC": "2000"})
        while manager.recv(100) != b"READY=1":
            pass
        check(manager.recv(100), b"WATCHDOG=1")
        node.signal(signal.SIGTERM)
        while manager.recv(100) == b"WATCHDOG=1":
            pass
        check(node.end()[0], 0)


def test_two_nodes_run_from_one_script():
    node = Node([child("quiet")], ["--name", "a@127.0.0.1"])
    node.wait_for("ready: a@127.0.0.1")
    other = subprocess.Popen(WRAPPER + [JOIST, "run", os.path.join(node.folder.name, "boot.json"),
                                        "--name", "b@127.0.0.1"], stdout=subprocess.PIPE, text=True)
    check(other.stdout.readline(), "ready: b@127.0.0.1\n")
    other.send_signal(signal.SIGTERM)
    check(other.wait(SECONDS_MAX), 0)
    other.stdout.close()
    node.signal(signal.SIGTERM)
    check(node.end()[0], 0)


def test_needs_no_place_of_its_own():
    for listen in "127.0.0.1:0", "[::1]:0", "0.0.0.0:0":
        node = Node([], ["--listen", listen],
                    node={"connect": ["b@127.0.0.1"], "insecure": listen.startswith("0")})
        node.wait_for("ready: nonode@nohost")
        node.signal(signal.SIGTERM)
        check(node.end()[0], 0)


sys.exit(nodes.run_cases(globals(), sys.argv[3] if len(sys.argv) > 3 else ""))
