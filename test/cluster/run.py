#!/usr/bin/env python3
"""A node among real Erlang nodes: run.py JOIST PLUGIN_DIR otp|joist

Starts a port mapper of its own, a node under test (samples/otp by Joist; or, with `otp`, an OTP node that plays
the same, so that the cases themselves are tried), and an OTP node that does what scenario.erl says. Prints TAP."""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from node import reserve_port  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
WRAPPER = os.environ.get("JOIST_WRAPPER", "").split()
COOKIE = "scenario"
SECONDS_MAX = 200 * int(os.environ.get("TEST_SLOWER", "1"))


def need(*programs):
    """Ends the test, as a failure, where one of them is missing: no case may be left out for that."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        raise SystemExit(f"Bail out! missing here: {', '.join(missing)}; on Debian they are in erlang-base")


def wait_ready(process):
    for line in process.stdout:
        if line.startswith("ready: "):
            return line.split()[1]
    raise SystemExit("Bail out! the node did not start")


class Cluster:
    """A port mapper, and nodes; all end with it."""

    def __init__(self):
        self.place = tempfile.TemporaryDirectory()
        self.folder = self.place.name
        self.started = []
        self.epmd_port = reserve_port()

    def __enter__(self):
        os.environ.update(ERL_EPMD_PORT=str(self.epmd_port), ERL_EPMD_ADDRESS="127.0.0.1", ERL_CRASH_DUMP="/dev/null")
        self.start_mapper()
        return self

    def start_mapper(self):
        words = ["epmd", "-port", str(self.epmd_port)]
        self.started.append(subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        while subprocess.run(words + ["-names"], capture_output=True, check=False).returncode:
            pass

    def __exit__(self, *_):
        for process in reversed(self.started):
            process.kill()
            process.wait()
        self.place.cleanup()

    def started_by(self, words, **more):
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, **more)
        self.started.append(process)
        return process

    def start(self, words, **more):
        process = self.started_by(words, **more)
        process.node = wait_ready(process)
        return process

    def start_joist(self, *options, script=os.path.join(ROOT, "samples", "otp", "boot.json"), cookie=("--cookie", COOKIE)):
        with open(os.path.join(self.folder, "log"), "a", encoding="utf-8") as log:
            words = ["run", script, "--plugin-path", os.path.abspath(sys.argv[2]), *cookie, *options]
            return self.start(WRAPPER + [os.path.abspath(sys.argv[1]), *words], stderr=log)

    def log(self):
        path = os.path.join(self.folder, "log")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return file.readlines()

    def compile(self):
        files = [os.path.join(HERE, f) for f in os.listdir(HERE) if f.endswith(".erl")]
        subprocess.run(["erlc", "-o", self.folder] + files, check=True)

    def erl(self, name, *words):
        return ["erl", "-noshell", "-name", name, "-setcookie", COOKIE, "-pa", self.folder, *words]


def main():
    need("erl", "epmd")
    with Cluster() as cluster:
        cluster.compile()
        if sys.argv[3] == "otp":
            node = cluster.start(cluster.erl("otp@127.0.0.1", "-s", "stand_in", "main"))
        else:
            node = cluster.start_joist()
        code = f'pg:start(pg), scenario:main(["{node.node}"]).'
        done = subprocess.run(cluster.erl("scenario@127.0.0.1", "-eval", code), stdin=subprocess.DEVNULL,
                              timeout=SECONDS_MAX, check=False)
        if done.returncode:
            print("".join("# " + line for line in cluster.log()[-60:]))
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
