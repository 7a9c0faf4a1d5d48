"""typed_call by a NIF, for ./dev bench: what Erlang's native functions cost beside Joist's."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from workloads import SECONDS_MAX, Wrong

HERE = os.path.dirname(os.path.abspath(__file__))


def run(build):
    """One run: a list of results; none, which standard error says, where Erlang is not here."""
    library = os.path.join(build, "test/bench/nif")
    if not shutil.which("erlc") or not os.path.exists(library + ".so"):
        print("bench: typed_call by a NIF is left out, as Erlang or its erl_nif.h is not here", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["erlc", "-o", folder, *(os.path.join(HERE, file) for file in ("between.erl", "typed_nif.erl"))], check=True)
        done = subprocess.run(["erl", "-noshell", "-pa", folder, "-eval", "typed_nif:main()."], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=dict(os.environ, TYPED_NIF=library), timeout=SECONDS_MAX, check=False)
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not results:
        raise Wrong(f"typed_call by a NIF: status {done.returncode}: {(done.stderr + done.stdout)[-2000:]}")
    return [dict(result, peer="erlang-otp") for result in results]
