"""The workloads between two nodes, for ./dev bench: Joist with Joist, Joist with Erlang/OTP, OTP with OTP, OTP
with a C node of `ei`, and bare TCP, in turn. Each run is two fresh processes."""

import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cluster"))

from run import COOKIE, Cluster  # noqa: E402
from workloads import SECONDS_MAX, Wrong  # noqa: E402

OTP = "erlang-otp"

# Of each workload: what is run, and what the pair is called in the table.
JOIST_JOIST, JOIST_OTP, OTP_OTP, OTP_EI, BARE = "Joist-Joist", "Joist-OTP", "OTP-OTP", "OTP-ei", "bare TCP"
PAIRS = [BARE, JOIST_JOIST, JOIST_OTP, OTP_OTP, OTP_EI]
WORKLOADS = {
    "dist_rtt": [("tcp_blocking", BARE), ("joist", JOIST_JOIST), ("to_otp", JOIST_OTP), ("erlang", OTP_OTP), ("cnode", OTP_EI)],
    "dist_throughput": [(before + kind, pair) for kind in ("small", "bin_64KiB")
                        for before, pair in (("", JOIST_JOIST), ("to_otp_", JOIST_OTP), ("", OTP_OTP), ("cnode_", OTP_EI))],
    "dist_spawn": [(before + kind, pair) for kind in ("spawn", "spawn,100_spawners")
                   for before, pair in (("", JOIST_JOIST), ("to_otp_", JOIST_OTP), ("", OTP_OTP))],
}


class Nodes(Cluster):
    """Pairs of nodes; where Erlang has no port mapper, Joist is one."""

    def __init__(self, build):
        super().__init__()
        self.build = build

    def start_mapper(self):
        if shutil.which("epmd"):
            super().start_mapper()

    def script(self, name, tree):
        path = os.path.join(self.folder, name + ".json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"node": {"name": f"{name}@127.0.0.1"}, "schedulers": 2, "log": {"level": "error"},
                       "plugins": [{"name": "between", "file": os.path.join(self.build, "test/bench/between.so")}], "supervisor": tree}, file)
        return [os.path.join(self.build, "joist"), "run", path, "--cookie", COOKIE]

    def far(self, pair):
        """A far node of that kind, started."""
        if pair == JOIST_JOIST:
            children = [{"id": name, "start": "between:" + name, "register": name} for name in ("bench_echo", "bench_sink")]
            return self.start(self.script("far", {"children": children}))
        if pair == OTP_EI:
            return self.start([os.path.join(self.build, "test/bench/cnode"), "far@127.0.0.1", COOKIE])
        return self.start(self.erl("far@127.0.0.1", "-s", "between", "far"))

    def near(self, pair, bench, variant):
        """The command that measures."""
        if pair == BARE:
            return [os.path.join(self.build, "test/bench/loopback")]
        if pair in (OTP_OTP, OTP_EI):
            return self.erl("near@127.0.0.1", "-eval", f"between:main({bench}, \"{variant}\", 'far@127.0.0.1').")
        child = {"id": bench, "start": "between:" + bench, "args": f"{{2, '{variant}'}}", "restart": "transient", "significant": True}
        return self.script("near", {"auto_shutdown": "any_significant", "intensity": 0, "children": [child]})


def is_here(build, pair):
    if pair == OTP_EI:
        return shutil.which("erl") and os.path.exists(os.path.join(build, "test/bench/cnode"))
    return pair in (BARE, JOIST_JOIST) or shutil.which("erl")


def run_pair(nodes, bench, variant, pair):
    far = None if pair == BARE else nodes.far(pair)
    env = dict(os.environ, DIST_NODE="far@127.0.0.1")
    try:
        done = subprocess.run(nodes.near(pair, bench, variant), stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env,
                              timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        raise Wrong(f"{bench} {pair} {variant}: no end after {SECONDS_MAX} s") from None
    finally:
        if far:
            far.kill()
            far.wait()
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not results:
        raise Wrong(f"{bench} {pair} {variant}: status {done.returncode}: {(done.stderr + done.stdout)[-2000:]}")
    return results


def run(build, ours, bench, complain):
    """One run of each pair that is here: a list of results, with the peer that measured."""
    found = []
    with Nodes(build) as nodes:
        if shutil.which("erlc"):
            subprocess.run(["erlc", "-o", nodes.folder, os.path.join(HERE, "between.erl")], check=True)
        for variant, pair in WORKLOADS[bench]:
            if not is_here(build, pair):
                continue
            peer = "c" if pair == BARE else OTP if pair in (OTP_OTP, OTP_EI) else ours
            try:
                found += [dict(result, peer=peer) for result in run_pair(nodes, bench, variant, pair)]
            except Wrong as wrong:
                complain(wrong)
    return found


def print_table(lines, ours, file):
    """A row for each workload, a column for each pair: medians."""
    cells = {(line["bench"], line["variant"].partition(",")[2], line["peer"]): line for line in lines}
    print("".join(f"{head:>{width}}" for head, width in zip(["", *PAIRS], [36] + [13] * len(PAIRS))), file=file)
    for bench, runs in WORKLOADS.items():
        rows = {}
        for variant, pair in runs:
            peer = "c" if pair == BARE else OTP if pair in (OTP_OTP, OTP_EI) else ours
            line = cells.get((bench, variant, peer))
            kind = variant.removeprefix("to_otp_").removeprefix("cnode_") if bench != "dist_rtt" else ""
            if line:
                rows.setdefault(f"{bench} {kind} {line['metric']}", {})[pair] = line["value"]
        for name, row in rows.items():
            print(f"{name:>36}" + "".join(f"{row[pair]:>13,.1f}" if pair in row else f"{'-':>13}" for pair in PAIRS), file=file)
