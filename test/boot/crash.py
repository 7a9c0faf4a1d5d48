#!/usr/bin/env python3
"""Nodes whose actors crash, and nodes that come back: crash.py JOIST CRASHES.so [CASE]

Every wait is for a line or for an end; none is for a time."""

import json
import os
import re
import signal
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import node as nodes  # noqa: E402
from node import SANITIZED, Skip, check  # noqa: E402

JOIST, CRASHES = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
READY = "ready: nonode@nohost"


class Node(nodes.Node):
    """A node with these children."""

    def __init__(self, children, options=(), env=(), pass_fds=(), schedulers=2, **log):
        super().__init__(JOIST, {"plugins": [{"name": "crashes", "file": CRASHES}], "log": log,
                                 "schedulers": schedulers,
                                 "supervisor": {"intensity": 100, "children": children}},
                         options, env, pass_fds)


def child(name, **keys):
    return dict({"id": name, "start": "crashes:" + name, "restart": "temporary"}, **keys)


def line_of(word):
    """The number of the first line of crashes.c with that word in it."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "crashes.c"),
              encoding="utf-8") as source:
        return next(n for n, line in enumerate(source, 1) if word in line)


def stopped(node):
    node.signal(signal.SIGTERM)
    code, out, log = node.end()
    check(code, 0)
    return out, log


def log_with(word, line, children, **options):
    """The log of a node that is stopped after that line. A report does not wait long for names of lines,
    which are late where the machine is busy; so there is another node while the log has not the word."""
    for _ in range(20):
        node = Node(children, **options)
        node.wait_for(line)
        log = stopped(node)[1]
        if word in log or "libdw" in log:
            break
    return log


def test_reports_file_and_line():
    log = log_with("crashes.c", READY, [child("reader", args="16", register="reading")], format="json")
    events = [json.loads(line) for line in log.splitlines()]
    crash, = [event for event in events if event["event"] == "crash"]
    check({key: crash[key] for key in ("name", "plugin", "version", "export", "generation", "signal",
                                       "address", "message_queue_len")},
          {"name": "reading", "plugin": "crashes", "version": "1.0", "export": "reader", "generation": 1,
           "signal": "sigsegv", "address": "0x10", "message_queue_len": 0})
    assert crash["links"] in (0, 1), crash  # a supervisor that ends already has unlinked itself
    assert crash["reason"].startswith("{fault,sigsegv,#{"), crash
    frame = crash["frames"][0]
    check((frame["plugin"], frame["generation"]), ("crashes", 1))
    if any("libdw" in event.get("message", "") for event in events):
        raise Skip("libdw is not here")
    assert frame["symbol"].startswith("bump"), frame
    check((os.path.basename(frame["file"]), frame["line"]), ("crashes.c", line_of("the line that")))


def find_stall(word, function):
    """Whether the log of a stopping node names the line of a turn that did not end."""
    log = log_with(function, "done",  # by one that the only scheduler runs beside
                   [child("staller", args=word), child("many", args="0")], format="json", schedulers=1)
    events = [json.loads(line) for line in log.splitlines()]
    stall, = [event for event in events if event["event"] == "stall"]
    check((stall["plugin"], stall["export"]), ("crashes", "staller"))
    # On a busy machine it may be late on its way there.
    frame = [f for f in stall["frames"] if f.get("symbol") in (function, "staller")][0]
    assert any("libdw" in e.get("message", "") for e in events) or frame["file"].endswith("crashes.c")


def test_names_the_line_of_a_turn_that_does_not_end():
    if SANITIZED:
        raise Skip("a sanitizer's functions, which it is in then, have no frame pointers")
    find_stall("computes", "go_round")
    find_stall("blocks", "lie_in_wait")


def test_reports_to_people():
    log = log_with("crashes.c", READY, [child("reader", args="0")])
    assert re.search(r"crash: <[0-9.]+> crashes:reader 1.0 sigsegv at address 0x0 .*\n  #0 bump\S* "
                     r"\(crashes.c:\d+\)\n", log) or "libdw" in log, log


def test_reports_ten_a_second():
    node = Node([child("many", args="500")], format="json")
    node.wait_for("done")
    lines = [json.loads(line) for line in stopped(node)[1].splitlines()]
    crashes = [line for line in lines if line["event"] == "crash"]
    assert 10 <= len(crashes) <= 490, len(crashes)
    assert any(crash.get("next") == "counted" for crash in crashes)
    told = crashes + [line for line in lines if line["event"] == "crashes_skipped"]
    check(len(crashes) + sum(line.get("skipped", 0) for line in told), 500)


def test_alarms_are_messages():
    loop = {"id": "loop", "restart": "temporary", "supervisor": {
        "intensity": 2, "children": [child("reader", args="0", restart="permanent")]}}
    node = nodes.Node(JOIST, {"plugins": [{"name": "crashes", "file": CRASHES}], "limits": {"atoms": 8000},
                              "supervisor": {"children": [child("listener"), loop]}})
    node.wait_for("alarm crash_loop")
    stopped(node)
    node = nodes.Node(JOIST, {"plugins": [{"name": "crashes", "file": CRASHES}], "limits": {"atoms": 8000},
                              "supervisor": {"children": [child("listener"), child("maker", args="7500")]}})
    node.wait_for("alarm atoms_high")
    stopped(node)


def test_comes_back_after_each_kind_of_end():
    for how, end, event in ("kill", "SIGKILL", None), ("thread", "status 70", "halt"):
        with tempfile.TemporaryDirectory() as folder:
            read, write = os.pipe()
            kept = os.path.join(folder, "kept")
            args = '{%s, <<"%s">>}' % (how, os.path.join(folder, "mark"))
            node = Node([child("breaker", args=args)],
                        ["--respawn", "--ready-fd", str(write), "--crash-file", kept], pass_fds=[write])
            os.close(write)
            node.wait_for("survived")
            with os.fdopen(read) as ready:
                check(ready.read(), READY + "\n")
            out, log = stopped(node)
            assert out.count(READY) in (1, 2), out
            assert f"the node had to stop ({end}); it starts again in 100 ms" in log, log
            with open(kept, encoding="utf-8") as file:
                line, = map(json.loads, file)
            check(line["end"], end)
            check(line["report"] and line["report"]["event"], event)
            if event == "halt" and "libdw" not in log:
                frame = line["report"]["frames"][0]
                assert frame["library"].endswith("crashes.so"), frame
                # Its name is late where the machine is busy.
                if "symbol" in frame:
                    check((os.path.basename(frame["file"]), frame["line"]),
                          ("crashes.c", line_of("the line that")))
                    assert "the node stopped in bump" in log, log


def test_reports_what_was_before_it_had_to_stop():
    node = Node([child("breaker", args='{many, <<>>}')], format="json")
    code, _, log = node.end()
    check(code, 70)
    events = [json.loads(line)["event"] for line in log.splitlines()]
    check((events.count("crash"), events.count("halt")), (8, 1))


def test_waits_longer_each_time():
    node = Node([child("breaker", args='{kill, <<>>}')], ["--respawn"], format="json")
    for _ in range(4):
        node.wait_for("breaks")
    node.signal(signal.SIGTERM)
    code, _, log = node.end()
    assert code in (0, 1), code  # 1: it was breaking just then
    pauses = re.findall(r"starts again in (\d+) ms", log)
    check(pauses[:3], ["100", "200", "400"])


def test_does_not_come_back_when_it_wanted_to_end():
    script = {"supervisor": {"children": [{"id": "a", "start": "no:plugin"}]}}
    node = nodes.Node(JOIST, script, ["--respawn"])
    code, out, log = node.end()
    check((code, out), (1, ""))
    assert "error:" in log and "respawn" not in log, log
    node = Node([child("reader", args="0", restart="permanent")], ["--respawn"])
    code, _, log = node.end()
    check(code, 1)
    assert "starts again in" not in log, log


def test_passes_signals_on():
    with tempfile.TemporaryDirectory() as folder:
        fifo = os.path.join(folder, "log")
        os.mkfifo(fifo)
        node = Node([child("quiet", register="silence")], ["--respawn"], file=fifo)
        with open(fifo, encoding="utf-8") as log:
            node.wait_for(READY)
            node.signal(signal.SIGUSR1)
            lines = []
            while not lines or "actors live" not in lines[-1]:
                lines.append(log.readline())
                assert lines[-1], lines
            node.signal(signal.SIGINT)
            log.read()
        check(node.end()[0], 0)
        assert any("silence" in line for line in lines), lines
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        return  # by nohup, say: whoever inherits that is not told
    node = Node([child("quiet")], ["--respawn"])
    node.wait_for(READY)
    node.signal(signal.SIGHUP)
    check(node.end()[0], 1)


def test_the_node_ends_with_its_parent():
    node = Node([child("quiet")], ["--respawn"])
    node.wait_for(READY)
    node.signal(signal.SIGKILL)
    check(node.end()[0], -signal.SIGKILL)  # its output ends when the node has


sys.exit(nodes.run_cases(globals(), sys.argv[3] if len(sys.argv) > 3 else ""))
