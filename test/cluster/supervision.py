#!/usr/bin/env python3
"""Supervision over nodes that are killed, frozen and cut off: supervision.py JOIST PLUGIN_DIR [--runs N] [CASE]

Each child writes into a file when it starts and when it has ended. At the end of each case those run that
should, and no others; where a child waits for its node, there were never two of it; and when the node that
supervises has stopped, none is left. Prints TAP."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from node import Node, Skip, check  # noqa: E402
from proxy import Network  # noqa: E402

JOIST = os.path.abspath(sys.argv[1])
PLUGINS = os.path.abspath(sys.argv[2])
COOKIE = "supervision"
TICKTIME_S = 1
CASES_AT_ONCE = 4  # they mostly wait
BOTH = (("a", "b"), ("b", "a"))


def until(condition):
    """It will be so; else the time limit of the test ends this."""
    pause = threading.Event()
    while not condition():
        pause.wait(0.01)


def name(node):
    return node + "@127.0.0.1"


class Ledger:
    """What children have written. A node that is about to be killed is written down, too: what it does from then
    on is not looked at."""

    def __init__(self, path):
        self.path = path
        open(path, "w", encoding="utf-8").close()

    def killing(self, pid):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(f"killing {pid}\n")

    def lines(self):
        with open(self.path, encoding="utf-8") as file:
            return [line.split() for line in file.read().splitlines()]

    def play(self, see=None):
        """Who lives at the end: (child, node) for each. `see` is shown who lived all the time."""
        live, killed = [], set()
        for what, *about in self.lines():
            if what == "killing":
                killed.add(about[0])
                live = [one for one in live if one[2] not in killed]
            elif about[2] in killed:
                continue
            elif what == "up":
                live.append(tuple(about))
            else:
                live.remove(tuple(about))
            if see:
                see(live)
        return sorted((one[0], one[1].split("@")[0]) for one in live)

    def events(self):
        """Starts and ends, as "up x", in their order."""
        return [f"{line[0]} {line[1]}" for line in self.lines() if line[0] != "killing"]


def never_two(live):
    names = [one[0] for one in live]
    assert len(names) == len(set(names)), f"two at once: {live}"


class Cluster:
    """Nodes, and the network between them."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="joist-supervision-")
        self.ledger = Ledger(os.path.join(self.folder, "ledger"))
        self.network = Network()
        self.nodes = {}
        self.frozen = set()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        kind = None if kind is Skip else kind
        for node in self.nodes.values():
            node.process.kill()
            node.process.wait()
            if kind:
                print("".join("# " + line + "\n" for line in node.read_log().splitlines()[-40:]))
        if kind:
            print("".join("# " + " ".join(line) + "\n" for line in self.ledger.lines()))
        self.network.close()
        shutil.rmtree(self.folder)

    def launch(self, node, children=(), ticktime_s=TICKTIME_S, **supervisor):
        script = {"node": {"name": name(node), "net_ticktime_s": ticktime_s, "connect_all": False},
                  "plugin_path": [PLUGINS], "plugins": [{"name": "kept", "config": {"ledger": self.ledger.path}}],
                  "supervisor": dict(supervisor, children=list(children))}
        self.nodes[node] = Node(JOIST, script, ["--cookie", COOKIE], {"ERL_EPMD_PORT": str(self.network.port)}.items())

    def start(self, node, *children, **supervisor):
        self.launch(node, *children, **supervisor)
        self.nodes[node].wait_for("ready: " + name(node))

    def kill(self, node):
        process = self.nodes[node].process
        self.ledger.killing(process.pid)
        process.kill()
        process.wait()

    def freeze(self, node):
        self.nodes[node].signal(signal.SIGSTOP)

    def thaw(self, node):
        self.nodes[node].signal(signal.SIGCONT)

    def await_lives(self, *children):
        """Until those run, and no others."""
        expected = sorted(child.partition(" ")[::2] for child in children)
        until(lambda: self.ledger.play() == expected)

    def await_log(self, node, text, count=1):
        until(lambda: self.nodes[node].read_log().count(text) >= count)

    def await_loss(self, node, of):
        """Until the node has noticed that the connection with the other one is lost."""
        self.await_log(node, f"the connection with {name(of)} has ended")

    def call(self, node, whom, request):
        words = [JOIST, "call", name(node), whom, request, "--cookie", COOKIE, "--epmd-port", str(self.network.port)]
        return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                              check=False).stdout.strip()

    def crash(self, its_name, node):
        """Has a child end in error."""
        self.call(node, its_name, "oops")

    def finish(self, overlap=False):
        """The supervising node stops; then nobody is left."""
        if not overlap:
            self.ledger.play(never_two)
        self.nodes["a"].signal(signal.SIGTERM)
        check(self.nodes["a"].process.wait(60), 0)
        until(lambda: self.ledger.play() == [])
        if not overlap:
            self.ledger.play(never_two)


def child(its_name, *nodes, start="kept:kept", options="", **more):
    """A child's specification; on the node that supervises, without nodes."""
    spec = {"id": its_name, "start": start, "args": f"#{{name => {its_name}{options}}}", "register": its_name}
    if len(nodes) == 1:
        spec["node"] = name(nodes[0])
    elif nodes:
        spec["nodes"] = [name(node) for node in nodes]
    return dict(spec, **more)


def pair(cluster, *children, **supervisor):
    """b, and a, which supervises x on b."""
    cluster.start("b")
    cluster.start("a", children or [child("x", "b")], **supervisor)
    cluster.await_lives(*(["x b"] if not children else [f"{c['id']} b" for c in children]))


def three(cluster, **more):
    cluster.start("b")
    cluster.start("c")
    cluster.start("a", [child("x", "b", "c", **more)])
    cluster.await_lives("x b")


# ---- the stories of the sample ----

def test_a_crash_is_a_restart_there(cluster):
    pair(cluster)
    cluster.crash("x", "b")
    until(lambda: cluster.ledger.events() == ["up x", "down x", "up x"])
    cluster.await_lives("x b")


def group(cluster, strategy):
    cluster.start("b")
    cluster.start("c")
    cluster.start("a", [child("x"), child("y", "b"), child("z", "c")], strategy=strategy)
    check(cluster.ledger.events(), ["up x", "up y", "up z"])
    cluster.crash("y", "b")


def test_one_for_all_restarts_all(cluster):
    group(cluster, "one_for_all")
    until(lambda: cluster.ledger.events()[3:] == ["down y", "down z", "down x", "up x", "up y", "up z"])


def test_rest_for_one_restarts_the_later_ones(cluster):
    group(cluster, "rest_for_one")
    until(lambda: cluster.ledger.events()[3:] == ["down y", "down z", "up y", "up z"])


def test_one_for_one_restarts_the_one(cluster):
    group(cluster, "one_for_one")
    until(lambda: cluster.ledger.events()[3:] == ["down y", "up y"])


def test_a_stop_is_in_reverse_order(cluster):
    group(cluster, "one_for_one")
    until(lambda: cluster.ledger.events()[3:] == ["down y", "up y"])
    cluster.finish()
    check(cluster.ledger.events()[5:], ["down z", "down y", "down x"])


# ---- nodes that are killed ----

def test_a_killed_node_is_awaited(cluster):
    pair(cluster)
    cluster.kill("b")
    cluster.await_loss("a", "b")
    cluster.start("b")
    cluster.await_lives("x b")


def test_a_killed_node_is_replaced(cluster):
    three(cluster)
    cluster.kill("b")
    cluster.await_lives("x c")
    cluster.start("b")
    cluster.kill("c")
    cluster.await_lives("x b")


def test_one_for_all_stops_all_till_the_node_is_back(cluster):
    cluster.start("b")
    cluster.start("c")
    cluster.start("a", [child("x"), child("y", "b"), child("z", "c")], strategy="one_for_all")
    cluster.kill("b")
    cluster.await_lives()
    cluster.start("b")
    cluster.await_lives("x a", "y b", "z c")


def test_a_killed_parent_stops_its_children(cluster):
    cluster.start("b")
    tree = {"id": "s", "node": name("b"), "supervisor": {"children": [child("y"), child("z")]}}
    cluster.start("a", [child("x", "b"), tree])
    cluster.await_lives("x b", "y b", "z b")
    cluster.kill("a")
    cluster.await_lives()
    cluster.start("a", [child("x", "b")])
    cluster.await_lives("x b")


def test_who_gives_up_ends(cluster):
    pair(cluster, child("x", "b", on_node_loss="give_up"))
    cluster.kill("b")
    check(cluster.nodes["a"].process.wait(60), 1)
    return "ended"


def test_who_has_waited_long_enough_gives_up(cluster):
    pair(cluster, child("x", "b", node_wait_ms=300))
    cluster.kill("b")
    check(cluster.nodes["a"].process.wait(60), 1)
    return "ended"


def test_nodes_may_be_started_in_any_order(cluster):
    cluster.start("a", [child("x", "b"), child("y")])
    cluster.await_lives("y a")
    cluster.start("b")
    cluster.await_lives("x b", "y a")


def test_a_node_that_is_stopped_is_one_that_is_lost(cluster):
    three(cluster)
    cluster.nodes["b"].signal(signal.SIGTERM)
    check(cluster.nodes["b"].process.wait(60), 0)
    cluster.await_lives("x c")
    return "overlap"


# ---- nodes that are frozen ----

def test_a_frozen_node_is_awaited(cluster):
    pair(cluster)
    cluster.freeze("b")
    cluster.await_loss("a", "b")
    cluster.thaw("b")
    until(lambda: cluster.ledger.events().count("up x") > 1)
    cluster.await_lives("x b")


def test_a_frozen_node_is_replaced(cluster):
    three(cluster)
    cluster.freeze("b")
    until(lambda: ("x", "c") in cluster.ledger.play())
    cluster.thaw("b")
    cluster.await_lives("x c")
    return "overlap"


def test_a_frozen_parent_finds_its_children_gone(cluster):
    pair(cluster)
    cluster.freeze("a")
    cluster.await_lives()
    cluster.thaw("a")
    cluster.await_lives("x b")


# ---- nodes that are cut off ----

def lose(cluster, *noticed):
    """Until those have noticed, and then the network heals."""
    for node in noticed:
        cluster.await_loss(node, "b" if node == "a" else "a")
    cluster.network.heal()
    until(lambda: cluster.ledger.events().count("up x") > 1)
    cluster.await_lives("x b")


def test_nothing_comes_through_and_both_notice(cluster):
    pair(cluster)
    cluster.network.hold(*BOTH)
    lose(cluster, "a", "b")


def test_it_heals_when_the_parent_has_noticed(cluster):
    pair(cluster)
    cluster.network.hold(*BOTH)
    lose(cluster, "a")


def test_it_heals_when_the_child_has_noticed(cluster):
    pair(cluster)
    cluster.network.hold(*BOTH)
    lose(cluster, "b")


def test_the_child_does_not_hear_its_parent(cluster):
    pair(cluster)
    cluster.network.hold(("a", "b"))
    lose(cluster, "b")


def test_the_parent_does_not_hear_the_child(cluster):
    pair(cluster)
    cluster.network.hold(("b", "a"))
    lose(cluster, "a")


def test_what_is_sent_is_lost(cluster):
    pair(cluster)
    cluster.network.drop(*BOTH)
    lose(cluster, "a", "b")


def test_what_one_sends_is_lost(cluster):
    pair(cluster)
    cluster.network.drop(("a", "b"))
    lose(cluster, "b")


def test_the_connection_is_reset(cluster):
    pair(cluster)
    cluster.network.cut(*BOTH)
    lose(cluster, "a")


def test_all_is_late(cluster):
    cluster.start("b")
    cluster.network.delay(0.1, *BOTH)
    cluster.start("a", [child("x", "b")])
    cluster.await_lives("x b")
    cluster.crash("x", "b")
    until(lambda: cluster.ledger.events().count("up x") > 1)
    cluster.await_lives("x b")


def test_one_that_is_cut_off_is_replaced(cluster):
    three(cluster)
    cluster.network.hold(*BOTH)
    until(lambda: ("x", "c") in cluster.ledger.play())
    cluster.network.heal()
    cluster.await_lives("x c")
    return "overlap"


def test_it_heals_while_the_old_one_still_stops(cluster):
    pair(cluster, child("x", "b", options=", stop_ms => 700"))
    cluster.network.hold(*BOTH)
    lose(cluster, "a", "b")


def test_who_takes_no_notice_is_stopped_before_it_is_started(cluster):
    pair(cluster, child("x", "b", start="kept:deaf", shutdown_ms=100))
    cluster.network.hold(*BOTH)
    lose(cluster, "a", "b")


def test_who_takes_no_notice_is_stopped_when_its_node_is_back(cluster):
    three(cluster, start="kept:deaf", shutdown_ms=100)
    cluster.network.hold(*BOTH)
    until(lambda: ("x", "c") in cluster.ledger.play())
    cluster.network.heal()
    cluster.await_lives("x c")
    return "overlap"


# ---- starts that are under way ----

def begin(cluster, **more):
    """a starts x on b, which takes its time: that is under way."""
    cluster.start("b")
    cluster.launch("a", [child("x", "b", options=", start_ms => 700", **more)])
    until(lambda: cluster.ledger.events() == ["up x"])


def test_the_connection_is_lost_during_the_start(cluster):
    begin(cluster)
    cluster.network.cut(*BOTH)
    cluster.await_loss("b", "a")
    cluster.network.heal()
    until(lambda: cluster.ledger.events().count("up x") > 1)
    cluster.await_lives("x b")


def test_the_parent_is_killed_during_the_start(cluster):
    begin(cluster)
    cluster.kill("a")
    cluster.await_lives()
    return "ended"


def test_the_parent_is_stopped_during_the_start(cluster):
    begin(cluster)
    cluster.nodes["a"].signal(signal.SIGTERM)
    cluster.nodes["a"].process.wait(60)
    cluster.await_lives()
    return "ended"


def test_a_start_that_takes_too_long_is_taken_back(cluster):
    begin(cluster, start_ms=100)
    until(lambda: "down x" in cluster.ledger.events())


def test_an_answer_that_comes_too_late_is_of_an_actor_that_ends(cluster):
    cluster.start("b")
    cluster.start("a", [{"id": "s", "register": "s", "supervisor": {"children": [child("y", "b")]}}])
    cluster.await_lives("y b")
    cluster.network.hold(("b", "a"))
    spec = f'''#{{id => x, start => <<"kept:kept">>, args => #{{name => x}}, node => '{name("b")}', start_ms => 50}}'''
    check(cluster.call("a", "s", f"{{start_child, {spec}}}"), "{error,noconnection}")
    cluster.network.heal()
    until(lambda: "down x" in cluster.ledger.events())
    cluster.await_lives("y b")


def test_children_of_a_pattern_come_back(cluster):
    cluster.start("b")
    pattern = {"strategy": "simple_one_for_one",
               "children": [{"id": "p", "start": "kept:kept", "args": "[]", "node": name("b")}]}
    cluster.start("a", [{"id": "s", "register": "s", "supervisor": pattern}])
    for letter in "xyz":
        cluster.call("a", "s", f"{{start_child, #{{name => {letter}}}}}")
    cluster.await_lives("x b", "y b", "z b")
    cluster.kill("b")
    cluster.await_loss("a", "b")
    counts = "[{specs,1},{active,0},{supervisors,0},{workers,3}]"
    until(lambda: cluster.call("a", "s", "count_children") == counts)
    cluster.start("b")
    cluster.await_lives("x b", "y b", "z b")


def test_a_child_may_run_on_an_erlang_node(cluster):
    if not shutil.which("erl"):
        raise Skip("no erl")
    function = ":".join(("timer", "sleep"))  # of an Erlang process that does nothing
    spec = {"id": "x", "start": function, "args": "infinity", "node": name("b")}
    cluster.start("a", [{"id": "s", "register": "s", "supervisor": {"children": [spec]}}], ticktime_s=60)
    words = ["erl", "-noinput", "-name", name("b"), "-setcookie", COOKIE, "-start_epmd", "false"]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          env=dict(os.environ, ERL_EPMD_PORT=str(cluster.network.port))) as erl:
        try:
            until(lambda: "<<\"x\">>,<" in cluster.call("a", "s", "which_children"))
            check(cluster.call("a", "s", "{terminate_child, <<\"x\">>}"), "ok")
            assert cluster.call("a", "s", "{restart_child, <<\"x\">>}").startswith("{ok,<")
        finally:
            erl.kill()
    until(lambda: "<<\"x\">>,restarting" in cluster.call("a", "s", "which_children"))


# ---- a real network ----

class Cable:
    """Two network namespaces, and a link between them."""

    laid = itertools.count()

    def __init__(self):
        number = next(self.laid)
        self.spaces = {end: f"joist{os.getpid()}-{number}{end}" for end in "ab"}

    def __enter__(self):
        try:
            self.lay()
        except (OSError, subprocess.SubprocessError) as why:
            self.__exit__()
            raise Skip(f"no network namespaces: {why}") from why
        return self

    def lay(self):
        for space in self.spaces.values():
            self.ip("netns", "add", space)
        self.ip("-n", self.spaces["a"], "link", "add", "cable", "type", "veth", "peer", "name", "cable",
                "netns", self.spaces["b"])
        for end in "ab":
            self.ip("-n", self.spaces[end], "address", "add", self.address(end) + "/24", "dev", "cable")
            self.plug(end, "up")

    def __exit__(self, *_):
        for space in self.spaces.values():
            subprocess.run(["ip", "netns", "delete", space], capture_output=True, check=False)

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], capture_output=True, check=True)

    @staticmethod
    def address(end):
        return f"192.0.2.{ord(end)}"

    def plug(self, end, how):
        self.ip("-n", self.spaces[end], "link", "set", "cable", how)

    def start(self, cluster, end, children=()):
        """Each has the ports of its namespace to itself, and no port mapper."""
        its_name = f"{end}@{self.address(end)}"
        node = {"name": its_name, "net_ticktime_s": TICKTIME_S, "epmd": "none", "insecure": True,
                "listen": f"{self.address(end)}:4370"}
        script = {"node": node, "plugin_path": [PLUGINS], "supervisor": {"children": list(children)},
                  "plugins": [{"name": "kept", "config": {"ledger": cluster.ledger.path}}]}
        cluster.nodes[end] = Node(JOIST, script, ["--cookie", COOKIE], prefix=["ip", "netns", "exec", self.spaces[end]])
        cluster.nodes[end].wait_for("ready: " + its_name)


def test_the_cable_is_pulled_out(cluster):
    with Cable() as cable:
        cable.start(cluster, "b")
        cable.start(cluster, "a", [dict(child("x"), node="b@" + cable.address("b"))])
        cluster.await_lives("x b")
        for end in "ab":
            count = cluster.ledger.events().count("up x")
            cable.plug(end, "down")
            for node in "ab":
                cluster.await_log(node, "silent for the whole tick time", count)
            cable.plug(end, "up")
            until(lambda: cluster.ledger.events().count("up x") > count)
            cluster.await_lives("x b")
        cluster.finish()
    return "ended"


def run(case):
    """How it went: what is wrong, and why it was left out, if so."""
    try:
        with Cluster() as cluster:
            how = case(cluster)
            if how != "ended":
                cluster.finish(overlap=how == "overlap")
    except Skip as why:
        return None, f" # SKIP {why}"
    except (AssertionError, OSError, ValueError) as wrong:
        return repr(wrong), ""
    return None, ""


def main():
    words = sys.argv[3:]
    runs = 1
    if words[:1] == ["--runs"]:
        runs, words = int(words[1]), words[2:]
    cases = [(n[5:], case) for n, case in globals().items() if n.startswith("test_" + "".join(words))]
    failed = 0
    print(f"1..{runs * len(cases)}")
    with ThreadPoolExecutor(CASES_AT_ONCE) as pool:
        results = pool.map(run, [case for _, case in cases * runs])
        for number, ((wrong, skipped), (its_name, _)) in enumerate(zip(results, cases * runs), 1):
            failed += wrong is not None
            print(f"not ok {number} - {its_name}\n# {wrong}" if wrong else f"ok {number} - {its_name}{skipped}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
