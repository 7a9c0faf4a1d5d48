#!/usr/bin/env python3
"""Runs the workloads: bench.py BUILD_DIR [--only A,B] [--quick] [--growth] [--peers DIR] [--picture FILE] [--read FILE]

Prints a line of JSON for each result: the median of three runs, or of five for startup, each in a
process of its own. --only runs some workloads, --quick each once and a hundredth of it. --growth runs what
shows how the cost of an act grows with the number of things. --peers runs DIR/run, which does the same
workloads with other systems, in turn with ours, prints its results too, and a table of ratios to standard
error; without it, the programs in peers/ do a few of them. --picture draws what came out. --read takes lines
that were printed before, and runs nothing. BENCH_SCALE in the environment makes each workload so many times
as large."""

import argparse
import json
import os
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True

import dist  # noqa: E402
import growth  # noqa: E402
import nif  # noqa: E402
import picture  # noqa: E402
import rivals  # noqa: E402
import workloads  # noqa: E402

ROUNDS, ROUNDS_OF_STARTUP = 3, 5
QUICK_SCALE = "0.01"
OWN_PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")


class Results:
    """All values of each metric, by (peer, bench, variant, metric), in the order in which they came."""

    def __init__(self):
        self.rows = {}
        self.failed = False

    def add(self, results):
        for r in results:
            key = (r["peer"], r["bench"], r["variant"], r["metric"])
            self.rows.setdefault(key, []).append((r["value"], r["n"]))

    def complain(self, text):
        self.failed = True
        print("bench: " + str(text), file=sys.stderr, flush=True)

    def lines(self, bench):
        for (peer, of, variant, metric), pairs in self.rows.items():
            values = [value for value, _ in pairs]
            if of == bench:
                yield {"peer": peer, "bench": of, "variant": variant, "metric": metric,
                       "value": round(statistics.median(values), 3),
                       "n": int(statistics.median_low([n for _, n in pairs])),
                       "min": min(values), "max": max(values), "runs": len(values)}


def our_name(build):
    words = subprocess.run([os.path.join(build, "joist"), "version"], capture_output=True, text=True,
                           check=True).stdout.split()
    return "joist-" + words[1].rstrip(",")


def runs_of(bench):
    if bench in workloads.GROWTH:
        return growth.runs_of(bench, float(os.environ.get("BENCH_SCALE", "1")))
    return workloads.runs_of(bench)


def run_ours(build, name, bench, results):
    if bench in dist.WORKLOADS:
        results.add(dist.run(build, name, bench, results.complain))
        return
    for schedulers, variant in runs_of(bench):
        try:
            found = workloads.run_once(build, bench, schedulers, variant)
            results.add([dict(r, peer=name) for r in found])
        except workloads.Wrong as wrong:
            results.complain(wrong)
    if bench == "typed_call":
        try:
            results.add(nif.run(build))
        except workloads.Wrong as wrong:
            results.complain(wrong)


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("build", help=argparse.SUPPRESS)
    known = [*workloads.WORKLOADS, *dist.WORKLOADS, *workloads.GROWTH]
    parser.add_argument("--only", metavar="A,B", help="these workloads, where dist is all that begin so: " + " ".join(known))
    parser.add_argument("--quick", action="store_true", help="each once, and a hundredth of it")
    parser.add_argument("--growth", action="store_true", help="what acts cost among few and many others")
    parser.add_argument("--peers", metavar="DIR", help="run DIR/run too, and compare")
    parser.add_argument("--picture", metavar="FILE", help="draw it, as an SVG")
    parser.add_argument("--read", metavar="FILE", help="run nothing: take the lines of before in FILE")
    options = parser.parse_args()
    usual = workloads.GROWTH if options.growth else [*workloads.WORKLOADS, *dist.WORKLOADS]
    words = options.only.split(",") if options.only else usual
    options.only = [bench for word in words for bench in (dist.WORKLOADS if word == "dist" else [word])]
    for bench in options.only:
        if bench not in known:
            parser.error(f"no workload {bench}; there are {' '.join(known)}")
    return options


def read(path):
    """The lines of a run of before, and the results that they tell of."""
    results = Results()
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.startswith("{")]
    results.add(lines)
    return results, lines


def run_all(options, build, name):
    """The same of a run, which prints its lines."""
    results, lines = Results(), []
    peers = None
    if options.peers:
        peers = rivals.Peers(options.peers, results.complain)
    elif not options.growth:
        peers = rivals.Peers(OWN_PEERS, lambda text: print("bench: " + text, file=sys.stderr, flush=True), ["erlang", "go"])
    for bench in options.only:
        rounds = 1 if options.quick else ROUNDS_OF_STARTUP if bench == "startup" else ROUNDS
        for _ in range(rounds):
            run_ours(build, name, bench, results)
            if peers:
                results.add(peers.run(bench))
        for line in results.lines(bench):
            lines.append(line)
            if options.peers or line["peer"] == name or bench in dist.WORKLOADS:
                print(json.dumps(line), flush=True)
    return results, lines


def main():
    options = arguments()
    build = os.path.abspath(options.build)
    if options.quick:
        os.environ.setdefault("BENCH_SCALE", QUICK_SCALE)
    name = our_name(build)
    results, lines = read(options.read) if options.read else run_all(options, build, name)
    if any(line["bench"] in dist.WORKLOADS for line in lines):
        dist.print_table(lines, name, sys.stderr)
    if any(line["peer"] != name for line in lines):
        rivals.print_table(name, results.rows, sys.stderr)
    if options.picture:
        with open(options.picture, "w", encoding="utf-8") as file:
            file.write(growth.picture(lines) if options.growth else picture.ratios(name, results.rows))
    sys.exit(1 if results.failed else 0)


if __name__ == "__main__":
    main()
