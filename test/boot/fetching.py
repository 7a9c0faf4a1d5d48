#!/usr/bin/env python3
"""Plugins that travel between two nodes: fetching.py JOIST DIR GUESTS/FILE. Prints TAP.

DIR has versions-1.so, versions-2.so and asker.so. The node `giver` has a version of the plugin `versions`, and starts
actors of it on `taker`."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from node import SECONDS_MAX, WRAPPER, Node, check, reserve_port, run_cases

JOIST, DIR, GUESTS = (os.path.abspath(word) for word in sys.argv[1:4])
GUESTS = os.path.dirname(GUESTS)
GIVER, TAKER = "giver@127.0.0.1", "taker@127.0.0.1"


def joist(*words, env=()):
    done = subprocess.run([*WRAPPER, JOIST, *words], env=dict(os.environ, **dict(env)), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=10 * SECONDS_MAX, check=False)
    assert done.returncode == 0, (words, done.returncode, done.stderr)
    return done.stdout


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Pair:
    """Both nodes, each with its own "fetch"; a key, and the giver's file, which is signed by it."""

    def __init__(self, signed=True):
        self.folder = tempfile.TemporaryDirectory()
        self.env = {"ERL_EPMD_PORT": str(reserve_port()), "XDG_STATE_HOME": self.folder.name}
        self.key = self.new_key("key")
        self.file = self.copy("versions-1", signed)
        self.nodes = {}

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def new_key(self, name):
        joist("keygen", self.path(name))
        return self.path(name)

    def copy(self, name, signed=True, folder=DIR):
        to = self.path(name + ".so")
        shutil.copy(os.path.join(folder, name + ".so"), to)
        if signed:
            self.sign(to)
        return to

    def sign(self, file, key=None):
        joist("sign", file, key or self.key)

    def digits(self, name="key"):
        with open(self.path(name + ".pub"), encoding="ascii") as file:
            return file.read().split()[2]

    def fetch(self, peer, **changes):
        return dict({"peers": [peer], "keys": [self.key + ".pub"]}, **changes)

    def start(self, name, plugins, fetch):
        script = {"node": {"name": name}, "supervisor": {},
                  "plugins": [{"name": n, "file": f} for n, f in plugins.items()]}
        if fetch is not None:
            script["fetch"] = fetch
        node = Node(JOIST, script, ["--cookie", "fetching"], self.env)
        self.nodes[name] = node
        node.wait_for(f"ready: {name}")

    def start_both(self, giver=None, taker=None, taker_fetches=True, has=None):
        self.start(GIVER, {"versions": self.file, "asker": os.path.join(DIR, "asker.so")},
                   self.fetch(TAKER, **(giver or {})))
        self.start(TAKER, has or {}, self.fetch(GIVER, **(taker or {})) if taker_fetches else None)
        return self

    def stop(self):
        logs = []
        for node in self.nodes.values():
            node.process.terminate()
            code, _, log = node.end()
            check(code, 0)
            logs.append(log)
        return logs

    def ask(self, *words):
        return joist(*words, "--cookie", "fetching", "--timeout", "600000", env=self.env)

    def rpc(self, call):
        return " ".join(self.ask("rpc", GIVER, call).split())

    def run(self):
        """What comes of a start on the taker."""
        return self.rpc(f"asker:start('{TAKER}')")

    def refused(self):
        """Why the taker refuses a start, by each way to start."""
        sentence = re.fullmatch(r'{error,{refused,<<"(.*)">>}}', self.run()).group(1).replace('\\"', '"')
        check(self.rpc(f"asker:spawn('{TAKER}')").replace('\\"', '"'), '{refused,<<"' + sentence + '">>}')
        return sentence

    def has(self, plugin="versions"):
        """(version, state, hash) of each generation that the taker has."""
        return [(one["version"], one["state"], one["hash"])
                for one in json.loads(self.ask("plugins", TAKER, "--json")) if one["plugin"] == plugin]

    def store(self):
        folder = os.path.join(self.folder.name, "joist", TAKER)
        return sorted(os.listdir(folder))


def test_a_signed_plugin_travels():
    pair = Pair().start_both()
    assert pair.run().startswith("{ok,1,"), pair.run()
    check(pair.has(), [("1", "committed", digest(pair.file))])
    assert {digest(pair.file) + ".so", digest(pair.file) + ".so.sig"} <= set(pair.store()), pair.store()
    assert pair.run().startswith("{ok,1,")
    pair.stop()


def test_many_who_want_it_share_one_fetch():
    pair = Pair().start_both()
    check(pair.rpc(f"asker:start_many('{TAKER}', 50)"), "50")
    _, log = pair.stop()
    check(log.count("versions 1 is loaded"), 1)


def test_another_version_runs_beside_the_own_one():
    pair = Pair()
    pair.start_both(has={"versions": pair.copy("versions-2")})
    started = pair.run()
    assert started.startswith("{ok,1,"), started
    check([one[:2] for one in pair.has()], [("1", "guest"), ("2", "committed")])
    check(pair.ask("rpc", TAKER, "versions:version()").strip(), "2")
    pair.stop()


def test_a_guest_goes_when_its_actors_have():
    pair = Pair()
    pair.start_both(has={"versions": pair.copy("versions-2")})
    check(pair.rpc(f"asker:fetch('{TAKER}', <<\"versions\">>, <<\"{digest(pair.file)}\">>)"), "ok")
    while len(pair.has()) > 1:
        pass
    check(pair.has()[0][:2], ("2", "committed"))
    assert pair.run().startswith("{ok,1,"), "and comes again"
    pair.stop()


def test_a_file_that_is_there_needs_no_fetch():
    pair = Pair(signed=False)
    pair.start_both(taker_fetches=False, has={"versions": pair.file})
    assert pair.run().startswith("{ok,1,")
    check(len(pair.has()), 1)
    pair.stop()


def test_refuses_unsigned_code():
    pair = Pair(signed=False).start_both()
    check(pair.refused(), f"versions of {GIVER} is not signed, and only signed code travels; run joist sign on its "
          "file, and load it again")
    check((pair.has(), [n for n in pair.store() if n.endswith(".so")]), ([], []))
    pair.sign(pair.file)
    pair.ask("load", GIVER, pair.file)
    assert pair.run().startswith("{ok,1,"), "signed and loaded again, it travels"
    pair.stop()


def test_refuses_a_foreign_key():
    pair = Pair()
    pair.sign(pair.file, pair.new_key("other"))
    pair.start_both()
    check(pair.refused(), f"versions of {GIVER} is signed by the key {pair.digits('other')}, which {TAKER} does not "
          'trust; add that to "keys" of "fetch" in its boot script if you do')
    check(pair.has(), [])
    pair.stop()


def test_refuses_what_was_changed_after_it_was_signed():
    pair = Pair()
    with open(pair.file, "ab") as file:
        file.write(b"!")
    pair.start_both()
    check(pair.refused(), f"versions of {GIVER} is not what was signed: its bytes have changed since; sign it again, "
          "and load it again")
    pair.stop()


def test_refuses_what_is_too_large():
    pair = Pair().start_both(taker={"max_bytes": 1000})
    check(pair.refused(), f"versions of {GIVER} has {os.path.getsize(pair.file)} bytes, more than the 1000 that "
          f'"max_bytes" of "fetch" of the boot script of {TAKER} allows; raise that')
    pair.stop()
    pair = Pair().start_both(giver={"max_bytes": 1000})
    check(pair.refused(), f'versions of {GIVER} has more than the 1000 bytes that "max_bytes" of "fetch" of its boot '
          "script allows; raise that")
    pair.stop()


def test_refuses_peers_that_are_not_listed():
    pair = Pair().start_both(taker={"peers": []})
    check(pair.refused(), f'{TAKER} fetches no code from {GIVER}; add that to "peers" of "fetch" in its boot script')
    pair.stop()
    pair = Pair().start_both(giver={"peers": []})
    assert "undef" in pair.rpc(f"asker:spawn('{TAKER}')"), "nothing is offered to it"
    check(pair.rpc(f"asker:fetch('{TAKER}', <<\"versions\">>, <<\"{digest(pair.file)}\">>)").replace('\\"', '"'),
          f'{{error,<<"{GIVER} gives no code to {TAKER}; add that to "peers" of "fetch" in its boot script">>}}')
    pair.stop()


def test_refuses_without_fetch_or_keys():
    pair = Pair().start_both(taker_fetches=False)
    check(pair.refused(), f"{TAKER} does not have this file of versions and fetches none; load it there, or give its "
          'boot script "fetch"')
    pair.stop()
    pair = Pair().start_both(taker={"keys": []})
    check(pair.refused(), f'{TAKER} trusts nobody\'s signature; add a key to "keys" of "fetch" in its boot script')
    pair.stop()


def test_believes_nothing_that_a_rogue_sends():
    """What the giver would not send, and what it would not be believed if it did."""
    pair = Pair().start_both(taker={"max_bytes": 1000000})
    file = pair.file

    def fetch(how, path=file, line=None):
        check(pair.rpc(f'asker:stand_in(<<"{path}">>, <<"{line or path + ".sig"}">>, <<"{how}">>)'), "ok")
        said = pair.rpc(f"asker:fetch('{TAKER}', <<\"{'guest' if path != file else 'versions'}\">>, "
                        f"<<\"{digest(path)}\">>)").replace('\\"', '"')
        check(pair.has() + pair.has("guest"), [])
        return re.fullmatch(r'{error,<<"(.*)">>}', said).group(1)

    of = f"versions of {GIVER}"
    for how in ("less", "none", "more"):
        check(fetch(how), f"{GIVER} has sent more or less of versions than it said; try again")
    for how in ("nonsense", "unsigned"):
        check(fetch(how), f"{of} came without a size and a signature; run a joist there")
    assert "more than the 1000000 that" in fetch("huge")
    check(fetch("ends"), f"{GIVER} cannot be asked for versions, or was lost meanwhile; try again")
    check(fetch("changes"), f"{of} is not what was asked for: its bytes have another hash; try again")
    other = pair.copy("versions-2")
    check(fetch("honest", line=other + ".sig"), f"{of} is not what was signed: its signature does not fit its bytes; "
          "sign it again, and load it there again")
    foreign = pair.copy("machine", folder=GUESTS)
    newer = pair.copy("abi99", folder=GUESTS)
    wrong = fetch("honest", foreign)
    assert f"guest of {GIVER}: error: was built for " in wrong and ", this node runs on " in wrong, wrong
    wrong = fetch("honest", newer)
    assert f"guest of {GIVER}: error: was built for Joist's ABI 99, this node has ABI 1; run a newer joist" in wrong, wrong
    named = pair.copy("good", folder=GUESTS)
    shutil.copy(named, file)
    shutil.copy(named + ".sig", file + ".sig")
    check(fetch("honest"), f"{of} is guest; ask for that")
    check([n for n in pair.store() if n.endswith(".so")], [])
    pair.stop()


sys.exit(run_cases(globals()))
