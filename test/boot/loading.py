#!/usr/bin/env python3
"""Plugins in a running node: loading.py JOIST DIR GUESTS/FILE [ROUNDS]. Prints TAP.

DIR has versions-1.so, versions-2.so, versions-keys.so and cycles.so. With ROUNDS there is but one case: so many times
a plugin is loaded, upgraded and unloaded, and leaves nothing."""

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from node import SANITIZED, SECONDS_MAX, WRAPPER, Node, check, reserve_port, run_cases

JOIST, DIR, GUESTS = (os.path.abspath(word) for word in sys.argv[1:4])
GUESTS = os.path.dirname(GUESTS)
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 0
COOKIE = "loading"
NAME = "loading@127.0.0.1"
THREADS = 8  # that may have come meanwhile, each with mappings of its own


class Loader:
    """A node with a store and a copy of the first version; both outlive the node itself."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.env = {"ERL_EPMD_PORT": str(reserve_port()), "XDG_STATE_HOME": self.folder.name}
        self.file = os.path.join(self.folder.name, "versions.so")
        shutil.copy(built("versions-1"), self.file)
        self.node = None

    def start(self, *options, children=(("v", "versions"),)):
        script = {
            "node": {"name": NAME},
            "plugins": [{"name": "versions", "file": self.file}, {"name": "cycles", "file": built("cycles")}],
            "supervisor": {"children": [{"id": name, "start": f"versions:{export}", "register": name}
                                        for name, export in children]}}
        self.node = Node(JOIST, script, ["--cookie", COOKIE, *options], self.env)
        self.node.wait_for(f"ready: {NAME}")
        return self

    def stop(self):
        self.node.process.terminate()
        code, _, log = self.node.end()
        check(code, 0)
        return log

    def ask(self, verb, *words, code=0):
        done = subprocess.run([*WRAPPER, JOIST, verb, NAME, *words, "--cookie", COOKIE, "--timeout", "600000"],
                              env=dict(os.environ, **self.env), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=20 * SECONDS_MAX, check=False)
        assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
        return done.stderr if code else done.stdout

    def rpc(self, call):
        return self.ask("rpc", call).strip()

    def generations(self, plugin="versions"):
        """(number, version, state, pins) of each, newest first."""
        return [(one["generation"], one["version"], one["state"], one["pins"])
                for one in json.loads(self.ask("plugins", "--json")) if one["plugin"] == plugin]

    def maps(self):
        with open(f"/proc/{self.node.process.pid}/maps", encoding="utf-8") as file:
            return file.read()


def built(name):
    return os.path.join(DIR, name + ".so")


def test_new_actors_start_on_what_is_loaded():
    loader = Loader().start()
    check(loader.ask("load", built("versions-2")), "versions 2 is generation 2\n")
    check(loader.rpc("versions:version()"), "2")
    check(loader.ask("call", "v", "get"), "1\n")
    check(loader.generations(), [(2, "2", "committed", 0), (1, "1", "previous", 1)])
    check(loader.ask("load", built("versions-1")), "versions 1 is generation 1\n")
    check(loader.rpc("versions:version()"), "1")
    loader.stop()


def test_a_hash_is_that_of_the_file():
    loader = Loader().start()
    loader.ask("load", built("versions-2"))
    with open(built("versions-2"), "rb") as second, open(loader.file, "rb") as first:
        wanted = [hashlib.sha256(file.read()).hexdigest() for file in (second, first)]
    check([one["hash"] for one in json.loads(loader.ask("plugins", "--json")) if one["plugin"] == "versions"], wanted)
    loader.stop()


def test_running_actors_go_over_and_back():
    loader = Loader().start()
    told = json.loads(loader.ask("upgrade", built("versions-2"), "--dry-run", "--json"))
    assert told.startswith("versions 1 -> 2 (generation 2): 1 actors would go over"), told
    check(loader.ask("call", "v", "get"), "1\n")
    loader.ask("upgrade", built("versions-2"))
    check(loader.ask("call", "v", "get"), "2\n")
    loader.ask("rollback", "versions")
    check(loader.ask("call", "v", "get"), "1\n")
    loader.stop()


def test_an_object_goes_over_with_its_state():
    loader = Loader().start(children=[("c", "count")])
    check(loader.ask("call", "c", "{add, 5}"), "5\n")
    assert loader.ask("call", "c", "get").startswith("{error,{undef,"), "it has the method already"
    loader.ask("upgrade", built("versions-2"))
    check(loader.ask("call", "c", "get"), "5\n")
    check(loader.ask("call", "c", "{add, 2}"), "7\n")
    check(loader.ask("call", "c", "{add, 2, 3}"), "{error,{badarity,#{arity => 2,expected => 1,method => add}}}\n")
    loader.stop()


def test_what_crashes_after_an_upgrade_is_taken_back():
    loader = Loader().start()
    loader.ask("upgrade", built("versions-crash"), "--watch", "600s", "--crashes", "1")
    for _ in range(2):
        loader.ask("call", "v", "get", code=1)
    while loader.generations()[-1][2] != "committed":
        pass
    check(loader.ask("call", "v", "get"), "1\n")
    assert "it is taken back" in loader.stop()


def test_a_file_can_be_written_over():
    loader = Loader().start()
    with open(loader.file, "r+b") as file:
        file.truncate(0)
        file.write(b"\xcc" * 100000)
    check(loader.ask("call", "v", "get"), "1\n")
    check(loader.ask("load", loader.file, code=1),
          f"{loader.file}: error: is not an ELF file; build it with joist build, or cc -shared -fPIC\n")
    os.unlink(loader.file)
    shutil.copy(built("versions-2"), loader.file)
    check(loader.ask("load", loader.file), "versions 2 is generation 2\n")
    shutil.copy(built("versions-1"), loader.file)
    check(loader.rpc("versions:version()"), "2")
    loader.stop()


def test_what_a_boot_refuses_is_refused():
    loader = Loader().start()
    names = [name for name in sorted(os.listdir(GUESTS)) if name.endswith(".so")]
    refused = 0
    for name in names:
        path = os.path.join(GUESTS, name)
        told = subprocess.run([*WRAPPER, JOIST, "check", path], capture_output=True, text=True, check=False,
                              timeout=SECONDS_MAX)
        if told.returncode == 1:
            check(loader.ask("load", path, code=1), "".join(
                line + "\n" for line in told.stderr.splitlines() if ": error: " in line))
            refused += 1
    assert refused > 5, names
    check(loader.ask("call", "v", "get"), "1\n")
    loader.stop()
    return f"{refused} files"


def test_what_is_in_use_stays():
    loader = Loader().start()
    told = loader.ask("unload", "versions", code=1)
    assert re.fullmatch(r"versions: error: it is in use by these actors; stop them, or give --purge, which ends "
                        r"them\n<0\.[0-9.]+>\tv\t{versions,versions,1}\n", told), told
    check(loader.generations(), [(1, "1", "committed", 1)])
    ended = loader.ask("unload", "versions", "--purge")
    assert re.fullmatch(r"<0\.[0-9.]+>\tv\t{versions,versions,1}\n", ended), ended
    check(loader.generations(), [])
    assert "/versions-" not in loader.maps(), loader.maps()
    check(loader.ask("load", built("versions-2")), "versions 2 is generation 2\n")
    check(loader.ask("unload", "versions"), "")
    check(loader.ask("unload", "versions", code=1),
          "versions: error: no plugin of that name is loaded; see joist plugins\n")
    check(loader.ask("unload", "rex", code=1), "rex: error: it is part of Joist, and stays\n")
    loader.stop()


def test_as_erlang_has_it():
    loader = Loader().start()
    check(loader.rpc("code:which(versions)"), f'"{loader.file}"')
    check(loader.rpc("code:which(rex)"), "preloaded")
    check(loader.rpc("code:which(nothing)"), "non_existing")
    check(loader.rpc("code:is_loaded(versions)"), '{file,"%s"}' % loader.file)
    check(loader.rpc("code:is_loaded(nothing)"), "false")
    check(loader.rpc("code:load_file(nothing)"), "{error,nofile}")
    shutil.copy(built("versions-2"), loader.file)
    check(loader.rpc("code:load_file(versions)"), "{module,versions}")
    check(loader.rpc("code:soft_purge(versions)"), "false")
    check(loader.rpc("code:purge(versions)"), "true")
    check(loader.generations(), [(2, "2", "committed", 0)])
    check(loader.rpc("code:soft_purge(versions)"), "true")
    check(loader.rpc("code:purge(versions)"), "false")
    loader.stop()


def test_a_boot_takes_what_was_committed():
    loader = Loader().start(children=())
    loader.ask("load", built("versions-2"))
    loader.stop()
    loader.start(children=())
    check(loader.rpc("versions:version()"), "2")
    assert "--from-script would take that" in loader.stop()
    shutil.copy(built("versions-keys"), loader.file)
    loader.start(children=())
    check(loader.rpc("versions:version()"), "3")
    loader.ask("load", built("versions-2"))
    loader.stop()
    loader.start("--from-script", children=())
    check(loader.rpc("versions:version()"), "3")
    loader.stop()


def test_a_boot_takes_what_was_upgraded():
    loader = Loader().start()
    loader.ask("upgrade", built("versions-2"))
    loader.stop()
    loader.start()
    check(loader.ask("call", "v", "get"), "2\n")
    loader.stop()


def test_a_damaged_copy_is_not_taken():
    loader = Loader().start(children=())
    loader.ask("load", built("versions-2"))
    loader.stop()
    with open(built("versions-2"), "rb") as file:
        name = hashlib.sha256(file.read()).hexdigest() + ".so"
    path = os.path.join(loader.folder.name, "joist", NAME, name)
    os.chmod(path, 0o700)
    with open(path, "r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\xcc")
    loader.start(children=())
    check(loader.rpc("versions:version()"), "1")
    assert "is gone, or damaged" in loader.stop()


def test_killed_at_any_time_a_store_is_whole():
    chance = random.Random(20)
    loader = Loader().start(children=())
    for turn in range(10):
        words = [*WRAPPER, JOIST, "load", NAME, built(f"versions-{2 - turn % 2}"), "--cookie", COOKIE]
        loads = subprocess.Popen(words, env=dict(os.environ, **loader.env), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            loads.wait(chance.uniform(0, 0.03))
        except subprocess.TimeoutExpired:
            pass
        loader.node.process.kill()
        loader.node.end()
        loads.wait(SECONDS_MAX)
        loader.start(children=())
        assert loader.rpc("versions:version()") in "12"
        log = loader.node.read_log()
        assert "is gone" not in log, log
    loader.stop()


def test_what_cannot_go_is_permanent():
    loader = Loader().start(children=())
    for turn in range(3):
        loader.ask("load", built("versions-keys"))
        check(loader.rpc("versions:make_key()"), "0")
        loader.ask("unload", "versions")
        check([state for _, _, state, _ in loader.generations()], ["permanent"])
    check(loader.ask("load", built("versions-1")), "versions 1 is generation 5\n")
    loader.stop()


def test_loading_upgrading_and_unloading_leaves_nothing():
    rounds = ROUNDS or 50
    loader = Loader().start(children=())
    files = f'<<"{built("versions-1")}">>, <<"{built("versions-2")}">>'

    def figures(count):
        return [int(number) for number in re.findall(r"\d+", loader.rpc(f"cycles:cycle({count}, {files})"))]

    before = figures(min(rounds, 1000))
    after = figures(rounds)
    told = f"{rounds} rounds: mappings {before[0]}, {after[0]}; descriptors {before[1]}, {after[1]}; " \
           f"resident bytes {before[2]}, {after[2]}"
    assert after[0] <= before[0] + THREADS * 4 and after[1] <= before[1], told
    # Threads bring arenas of libc. What one generation takes, ten thousand times, would be a hundred times that.
    assert SANITIZED or after[2] <= before[2] + (THREADS << 20), told
    assert "/versions-" not in loader.maps()
    loader.stop()
    return told


ONLY = "loading_upgrading" if ROUNDS else ""
sys.exit(run_cases(globals(), ONLY))
