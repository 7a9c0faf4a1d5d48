"""Cases about one Joist node, each a function `case_WORDS` of a program `PROGRAM JOIST PLUGIN_DIR`. After each of
them the node must live, and talk to others."""

import raw
from run import Cluster, need


class Case:
    """What a case has: the node's port, its process, its log, and the port mapper's port."""

    def __init__(self, cluster, process):
        self.process, self.log, self.epmd = process, cluster.log, cluster.epmd_port
        self.port = raw.port_of(self.epmd, "otp")

    def alive(self):
        # A name larger than the node's: if that dials just then, this one goes on.
        peer = raw.Peer(self.port, name="zjudge@127.0.0.1")
        fine = peer.ping()
        peer.close()
        return fine and self.process.poll() is None

    def rss_kb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return int(next(line for line in file if line.startswith("VmRSS")).split()[1])


def refused(case, **how):
    """How a node that connects so is refused."""
    try:
        raw.Peer(case.port, **how)
    except raw.Refused as why:
        return str(why)
    except ConnectionError:
        return "it hung up"
    return "accepted"


def judge(functions):
    """Runs all of them, and prints TAP; the status to end with."""
    need("epmd")
    cases = [(name[5:].replace("_", " "), body) for name, body in functions.items() if name.startswith("case_")]
    wrong = 0
    with Cluster() as cluster:
        # It hangs up for what was said, not because nothing more is said.
        process = cluster.start_joist("--net-ticktime", "3600")
        case = Case(cluster, process)
        for number, (name, body) in enumerate(cases, 1):
            try:
                body(case)
                assert case.alive(), "the node does not live on"
                print(f"ok {number} - {name}", flush=True)
            except Exception as error:  # pylint: disable=broad-except
                wrong += 1
                print(f"not ok {number} - {name}\n# {type(error).__name__} {error}", flush=True)
        if wrong:
            print("".join("# " + line for line in cluster.log()[-30:]))
    print(f"1..{len(cases)}")
    return wrong > 0
