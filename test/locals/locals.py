#!/usr/bin/env python3
"""Values that are local to threads stay their actors', over waits and hand-overs: locals.py JOIST PLUGIN.so...

Every wait is for a line or for an end; none is for a time."""

import os
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import node as nodes  # noqa: E402
from node import check  # noqa: E402

JOIST, PLUGINS = os.path.abspath(sys.argv[1]), [os.path.abspath(file) for file in sys.argv[2:]]


def case(plugin, schedulers):
    name = os.path.basename(plugin)[:-3]

    def run():
        node = nodes.Node(JOIST, {"schedulers": schedulers, "plugins": [{"name": name, "file": plugin}],
                                  "supervisor": {"children": [
                                      {"id": "a", "start": name + ":director", "shutdown_ms": "brutal_kill"}]}})
        count = node.wait_for_words("kept")
        node.signal(signal.SIGTERM)
        code, _, log = node.end()
        check(count, ["200"])
        check(code, 0)
        check("has thread-local storage" in log, name != "plain")
        if name == "openssl":
            assert "libcrypto.so" in log, log
    return run


sys.exit(nodes.run_cases({f"test_{os.path.basename(plugin)[:-3]}_{schedulers}": case(plugin, schedulers)
                          for plugin in PLUGINS for schedulers in (1, 2)}))
