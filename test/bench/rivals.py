"""The other systems' side of ./dev bench: runs of it, and the table of ratios.

DIR/run is a program that takes --peer NAME, --only WORKLOAD, --repeats N, --build-only and --list, honours
BENCH_SCALE, and prints the same lines of JSON as ./dev bench."""

import json
import os
import statistics
import subprocess

PEERS = ["erlang", "go", "caf", "c"]

# Which of their variants a variant of ours is compared with; where nothing stands here, the one of the
# same name. None: all that they have.
VARIANTS = {
    ("ping_pong", ""): ["", "unbuffered", "buffered"],
    ("idle_mem", "plain"): None,
    ("idle_mem", "gen_server"): None,
    ("fan_in", ""): ["", "on_heap", "off_heap"],
    ("selective_receive", "no_marker"): ["no_marker", "full"],
    ("big_message", "list_10k_moved"): ["list_10k"],
    ("timers", ""): ["", "no_cancel"],
    ("hog_latency", "pure"): ["pure", "nif", "nif_loop", "dirty_nif", "slice_1ms_throughput_1", "detached"],
    ("native_call", ""): None,
    ("nif_fault", ""): None,
    ("startup", ""): None,
}


class Peers:
    """The program DIR/run, with those of the peers for which this machine has what they need."""

    def __init__(self, folder, complain, peers=tuple(PEERS)):
        self.program = os.path.join(os.path.abspath(folder), "run")
        self.complain = complain
        self.workloads = self.ask("--list").stdout.split()
        self.here = [peer for peer in peers if self.build(peer)]

    def ask(self, *words):
        return subprocess.run([self.program, *words], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False)

    def build(self, peer):
        done = self.ask("--peer", peer, "--build-only")
        if done.returncode:
            self.complain(f"without {peer}: {done.stderr.strip()[-500:]}")
        return done.returncode == 0

    def run(self, bench):
        """The results of one run of it by each of them."""
        if bench not in self.workloads or not self.here:
            return []
        words = [word for peer in self.here for word in ("--peer", peer)]
        done = self.ask(*words, "--only", bench, "--repeats", "1")
        if done.returncode:
            self.complain(f"{bench}: {done.stderr.strip()[-2000:]}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def is_rate(metric):
    return metric.endswith("_per_s") or metric == "ticks_served"


def ratio(metric, ours, theirs):
    """The median of the pairs, below 1 where ours is ahead; None if nothing can be divided."""
    pairs = [(b, a) if is_rate(metric) else (a, b) for (a, _), (b, _) in zip(ours, theirs)]
    quotients = [a / b for a, b in pairs if b]
    return statistics.median(quotients) if quotients else None


def rows_to_compare(rows, peer, bench, variant, metric):
    """Those of `peer` that do the same, with the same schedulers, if there are any; and with any."""
    schedulers, _, sub = variant.partition(",")
    subs = VARIANTS.get((bench, sub), [sub])
    found = {key[2].partition(",")[::2]: values for key, values in rows.items()
             if key[0] == peer and key[1] == bench and key[3] == metric}
    found = {key: values for key, values in found.items() if subs is None or key[1] in subs}
    same = {key: values for key, values in found.items() if key[0] == schedulers}
    return list((same or found).values()), list(found.values())


def worst(metric, ours, theirs):
    """The highest ratio to one of those; None if there is none."""
    return max((r for r in (ratio(metric, ours, values) for values in theirs) if r is not None), default=None)


def number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def print_table(name, rows, file):
    """A line for each of our metrics: our median, its ratio to each peer's by that one's best variant with
    as many schedulers, and to the best of all with any number of them. Below 1 ours is ahead."""
    peers = list(dict.fromkeys(key[0] for key in rows if key[0] != name))
    heads = ["workload", "variant", "metric", name, *peers, "to the best"]
    lines = []
    for (peer, bench, variant, metric), ours in rows.items():
        if peer != name:
            continue
        found = [rows_to_compare(rows, other, bench, variant, metric) for other in peers]
        ratios = [worst(metric, ours, same) for same, _ in found]
        best = worst(metric, ours, [values for _, every in found for values in every])
        lines.append([bench, variant, metric, number(statistics.median(v for v, _ in ours)),
                      *map(number, ratios), number(best)])
    widths = [max(map(len, column)) for column in zip(heads, *lines)]
    print("\nOurs, and ours over theirs (rates: theirs over ours): below 1 ours is ahead.\n", file=file)
    for line in [heads] + lines:
        print("  ".join(cell.ljust(width) if at < 3 else cell.rjust(width)
                        for at, (cell, width) in enumerate(zip(line, widths))), file=file)
