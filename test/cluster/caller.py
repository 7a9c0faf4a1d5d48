#!/usr/bin/env python3
"""A Joist node that calls another, by each call of the SDK: caller.py JOIST PLUGIN_DIR joist|otp CALLER

The other is samples/otp, or an Erlang node that plays it. Prints TAP."""

import json
import os
import subprocess
import sys

from run import COOKIE, Cluster, SECONDS_MAX, WRAPPER, need


# What the standard output of the calling node has besides.
PRINTED = ["led_from_here", "böse", "€"]


def boot_script(target):
    return {"node": {"name": "caller@127.0.0.1"}, "plugins": [{"name": "caller", "file": os.path.abspath(sys.argv[4])}],
            "supervisor": {"auto_shutdown": "any_significant", "intensity": 0, "children": [
                {"id": "calls", "start": "caller:calls", "args": f"'{target}'", "restart": "transient", "significant": True}]}}


def main():
    need("erl", "epmd")
    with Cluster() as cluster:
        if sys.argv[3] == "otp":
            cluster.compile()
            node = cluster.start(cluster.erl("otp@127.0.0.1", "-s", "stand_in", "main"))
        else:
            node = cluster.start_joist()
        script = os.path.join(cluster.folder, "boot.json")
        with open(script, "w", encoding="utf-8") as file:
            json.dump(boot_script(node.node), file)
        words = WRAPPER + [os.path.abspath(sys.argv[1]), "run", script, "--cookie", COOKIE]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=SECONDS_MAX, check=False)
        lines = [line for line in done.stdout.splitlines() if not line.startswith("ready: ")]
        cases = [line for line in lines if line not in PRINTED]
        fine = [line for line in lines if line in PRINTED] == PRINTED
        print("\n".join(cases[:-1]))
        print(f"{'ok' if fine else 'not ok'} {len(cases)} - what is to be printed here is\n1..{len(cases)}")
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
