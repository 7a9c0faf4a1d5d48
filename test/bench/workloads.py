"""The workloads of ./dev bench, and one run of one of them: a node of its own, which ends with it."""

import json
import os
import subprocess
import tempfile
import time

SECONDS_MAX = 120 * int(os.environ.get("TEST_SLOWER", "1"))

HOGS = ["none", "spin_4", "spin_100", "turns_1500", "turns_5000", "turns_50000", "read_200", "read_2000",
        "mutex_200"]

# Each with its plugin, its variants, and the numbers of schedulers it runs with.
WORKLOADS = {
    "ping_pong": ("messages", ["", "apart"], (1, 2)),
    "thread_ring": ("messages", [""], (1, 2)),
    "spawn_exit": ("messages", ["notify", "monitor"], (1, 2)),
    "idle_mem": ("idlers", ["plain", "gen_server"], (1, 2)),
    "fan_in": ("crowds", ["", "bounded_1024"], (1, 2)),
    "selective_receive": ("messages", ["fresh_ref", "no_marker", "empty_mailbox"], (1, 2)),
    "gen_call": ("messages", [""], (1, 2)),
    "big_message": ("payloads", ["bin_1MiB", "bin_1MiB_fresh", "list_10k", "list_10k_moved"], (1, 2)),
    "fork_join_tree": ("crowds", [""], (1, 2)),
    "big": ("crowds", [""], (1, 2)),
    "timers": ("ticks", [""], (1, 2)),
    "hog_latency": ("ticks", ["none", "pure"], (1, 2)),
    "hogs": ("hogs", [kind + row for row in ("", "_work", "_no_slices") for kind in HOGS], (2,)),
    "compute": ("native", ["nbody", "xorshift64", "xorshift32"], (1,)),
    "native_call": ("native", [""], (1,)),
    "typed_call": ("native", ["callback", "method"], (1,)),
    "nif_fault": ("mishaps", [""], (2,)),
    "restart": ("mishaps", ["plain", "gen_server", "gen_server_100_supervisors"], (1, 2)),
    "startup": ("idlers", [""], (2,)),
}

# What an act costs while there are so many of something.
GROWTH = {"growth_" + name: ("growth", [str(10 ** digits) for digits in range(first, last + 1)], (1,))
          for name, first, last in (("pairs", 0, 4), ("actors", 3, 7), ("mailbox", 0, 6), ("timers", 3, 7),
                                    ("names", 2, 6), ("links", 0, 6))}
ALL = WORKLOADS | GROWTH


class Wrong(Exception):
    """A run that did not end well, and how."""


def runs_of(bench):
    """What of it is run: pairs of a number of schedulers and a variant."""
    _, variants, numbers = ALL[bench]
    return [(schedulers, variant) for schedulers in numbers for variant in variants]


def boot_script(build, bench, schedulers, variant):
    """The defaults in all but the number of schedulers, and the least log where restarts are counted. A
    workload that fails takes the node with it."""
    plugin = ALL[bench][0]
    quiet = {"log": {"level": "error"}} if bench == "restart" else {}
    return {"schedulers": schedulers, **quiet,
            "plugins": [{"name": plugin, "file": os.path.join(build, "test/bench", plugin + ".so")}],
            "supervisor": {"auto_shutdown": "any_significant", "intensity": 0, "children": [
                {"id": bench, "start": f"{plugin}:{bench}", "args": f"{{{schedulers}, '{variant}'}}",
                 "restart": "transient", "significant": True}]}}


def run_once(build, bench, schedulers, variant):
    """What it printed: a list of {bench, variant, metric, value, n}. Raises Wrong."""
    words = os.environ.get("JOIST_WRAPPER", "").split() + [os.path.join(build, "joist"), "run"]
    env = dict(os.environ)
    if variant.endswith("_no_slices"):
        env["JOIST_KERNEL_SLICES"] = "no"
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(boot_script(build, bench, schedulers, variant), file)
        file.flush()
        start = time.monotonic()
        try:
            run = subprocess.run(words + [file.name], stdin=subprocess.DEVNULL, capture_output=True,
                                 text=True, env=env, timeout=SECONDS_MAX, check=False)
        except subprocess.TimeoutExpired:
            raise Wrong(f"{bench} S{schedulers} {variant}: no end after {SECONDS_MAX} s") from None
        took_ms = (time.monotonic() - start) * 1000
    results = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    if run.returncode or not results:
        raise Wrong(f"{bench} S{schedulers} {variant}: status {run.returncode}: {run.stderr[-2000:]}")
    if bench == "startup":
        results.append(dict(results[0], metric="start_stop_ms", value=round(took_ms, 3)))
    return results
