#!/usr/bin/env python3
"""Erlang's etop, and what observer asks, of a node: etop.py JOIST PLUGIN_DIR. Prints TAP.

They are of Debian's packages erlang-observer and erlang-runtime-tools: installed, or unpacked in
build-observer (.ci/observer.sh)."""

import os
import re
import subprocess
import sys

from run import ROOT, Cluster, need
from verbs import ask

UNPACKED = os.path.join(ROOT, "build-observer")
PATHS = [os.path.join(UNPACKED, part) for part in ("observer", "runtime_tools")]

# Of each page: the keys of the first, and what has to be of a kind.
PAGES = """
    N = '{node}', B = observer_backend,
    Local = lists:usort([K || {{K, _}} <- B:sys_info()]),
    Sys = rpc:call(N, B, sys_info, []),
    true = lists:usort([K || {{K, _}} <- Sys]) =:= Local,
    [{{K, true}} = {{K, is_integer(V) andalso V > 0}} || {{K, V}} <- Sys, lists:member(K, [uptime, schedulers, process_count, total, processes])],
    true = lists:usort([K || {{K, _}} <- B:socket_info()]) =:= lists:usort([K || {{K, _}} <- rpc:call(N, B, socket_info, [])]),
    [[], [], []] = [rpc:call(N, B, F, A) || {{F, A}} <- [{{get_port_list, []}}, {{get_socket_list, []}}, {{get_table_list, [ets, []]}}]],
    spawn(N, B, procs_info, [self()]),
    receive {{procs_info, P1, Procs}} -> N = node(P1), {{_, Counter, _, _, _, _, _, 0}} = lists:keyfind(counter, 5, Procs) end,
    P2 = spawn_link(N, B, fetch_stats, [self(), 10]),
    Stats = fun() -> receive {{stats, 1, [{{_, Active, Total}}], {{{{input, _}}, {{output, _}}}}, [{{total, _}} | _]}} -> {{Active, Total}} end end,
    {{A1, T1}} = Stats(), {{A2, T2}} = Stats(), true = A2 >= A1 andalso T2 > T1, unlink(P2), exit(P2, kill),
    Items = [initial_call, current_function, registered_name, status, message_queue_len, messages, group_leader, priority, trap_exit,
             reductions, binary, last_calls, catchlevel, trace, suspending, sequential_trace_token, error_handler, links, monitors,
             monitored_by, dictionary, current_stacktrace, heap_size, total_heap_size, stack_size, memory, garbage_collection],
    Items = [K || {{K, _}} <- rpc:call(N, erlang, process_info, [Counter, Items])],
    {{count, _}} = {{count, sys:get_state(Counter)}},
    io:format("fine~n"), halt().
"""


def paths():
    """Options by which Erlang finds both."""
    words = ["-pa", *PATHS] if os.path.isdir(PATHS[0]) else []
    code = "io:format(\"~p\", [[code:which(M) =/= non_existing || M <- [etop, observer_backend]]]), halt()."
    done = subprocess.run(["erl", "-noshell", *words, "-eval", code], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.stdout != "[true,true]":
        raise SystemExit("Bail out! no etop here; run .ci/observer.sh build-observer, as ./dev test does")
    return words


def etop(cluster, node, words):
    """What it has printed by the end of its second interval."""
    command = cluster.erl("etop@127.0.0.1", *words, "-hidden", "-s", "etop", "-output", "text", "-node", node, "-tracing", "off",
                          "-lines", "100", "-interval", "1")
    process = cluster.started_by(command)
    text, bars = "", 0
    for line in process.stdout:
        text += line
        bars += line.startswith("=" * 80)
        if bars == 4:
            break
    return text


def observe(cluster, node, words):
    done = subprocess.run(cluster.erl("observer@127.0.0.1", *words, "-eval", PAGES.format(node=node)), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60, check=False)
    return done.stdout


def main():
    need("erl", "epmd")
    words = paths()
    with Cluster() as cluster:
        node = cluster.start_joist().node
        for _ in range(3):
            ask("call", node, "counter", "get")
        text = etop(cluster, node, words)
        got = observe(cluster, node, words)
        results = [("etop prints two intervals", len(re.findall(r"^ '?" + node, text, re.M)) == 2),
                   ("with the actors", len(re.findall(r"^<[0-9]+\.[0-9]+\.[0-9]+> +counter ", text, re.M)) == 2),
                   ("and what there is of memory", len(re.findall(r"total +[1-9][0-9]* ", text)) == 2),
                   ("what observer shows", got == "fine\n")]
        print("".join("# " + line + "\n" for line in (text + got).splitlines()), end="")
    for number, (name, fine) in enumerate(results, 1):
        print(f"{'ok' if fine else 'not ok'} {number} - {name}")
    print(f"1..{len(results)}")
    return not all(fine for _, fine in results)


if __name__ == "__main__":
    sys.exit(main())
