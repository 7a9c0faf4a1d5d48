#!/usr/bin/env python3
"""A node and a peer that speaks as nodes of several versions do, to the byte: peers.py JOIST PLUGIN_DIR

The handshake in both parts; and signals that cross each other, in each order. Prints TAP."""

import socket
import struct
import sys

import raw
from judge import judge, refused
from raw import DIGEST, FLAGS, MANDATORY_26, Listener, Peer, atom, pid, ref, small, tup

VERSIONS = ("25", "26", "27", "28")


# ---- the handshake, dialled by the peer ----


def case_versions(case):
    for version, flags in FLAGS.items():
        peer = Peer(case.port, flags=flags)
        assert peer.flags & MANDATORY_26 == MANDATORY_26 and peer.flags & DIGEST, version
        assert peer.ping(), version
        assert peer.echo(tup(atom("hello"), small(7))), version
        peer.close()


def case_unknown_flags(case):
    assert Peer(case.port, flags=FLAGS["28"] | 1 << 50 | 1 << 63).ping()


def case_each_mandatory_flag(case):
    for bit in range(64):
        if MANDATORY_26 >> bit & 1:
            assert refused(case, flags=FLAGS["28"] & ~DIGEST & ~(1 << bit)) == "not_allowed", bit
    assert refused(case, flags=1) == "not_allowed"


def case_the_digest_stands_for_what_25_demands(case):
    assert refused(case, flags=FLAGS["28"] & ~raw.MANDATORY_25) == "accepted"
    assert refused(case, flags=DIGEST | 1) == "not_allowed", "it does not stand for what 26 demands"


def case_byte_by_byte(case):
    with socket.create_connection(("127.0.0.1", case.port), timeout=20) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        hello = b"N" + struct.pack(">QIH", FLAGS["28"], 7, 13) + b"raw@127.0.0.1" + b"and more"
        for byte in struct.pack(">H", len(hello)) + hello:
            s.sendall(bytes([byte]))
        assert s.recv(5) == b"\0\3sok"


# ---- the handshake, dialled by the node ----


def monitor_far(case, name):
    """A peer that has the node monitor one of `name`, and so connect there."""
    driver = Peer(case.port, name="zdriver@127.0.0.1")
    driver.reg_send("watcher", tup(driver.self(), tup(atom("monitor"), tup(atom("x"), atom(name)))))
    return driver


def noconnection(driver):
    """Whether the monitor tells of it."""
    driver.receive()  # {watcher, {ok, Ref}}
    fine = driver.receive().endswith(atom("noconnection"))
    driver.close()
    return fine


def case_dials_each_version(case):
    for version in VERSIONS:
        name = f"v{version}@127.0.0.1"
        listener = Listener(case.epmd, name, FLAGS[version])
        driver = monitor_far(case, name)
        wire = listener.connect(behind=b"more of a later version")
        assert wire.other == "otp@127.0.0.1" and wire.creation > 3, version
        assert wire.said & MANDATORY_26 == MANDATORY_26 and wire.said & DIGEST and wire.said & 1, version
        monitor = wire.receive()
        assert monitor[3:7] == b"h\4a\x13", version
        wire.close()
        listener.close()
        assert noconnection(driver), version


def dialled(case, name, act, **how):
    """The node dials such a one, which does `act` with its listener: no connection comes about."""
    listener = Listener(case.epmd, name, **how)
    driver = monitor_far(case, name)
    wire = act(listener)
    assert noconnection(driver) and (not wire or wire.is_closed())
    listener.close()


def challenged(listener, **how):
    """The node has no answer to its challenge, but hangs up."""
    try:
        listener.accept(**how)
    except raw.Refused:
        return None
    raise AssertionError("it goes on")


def case_is_not_allowed(case):
    def act(listener):
        wire = listener.greeted()
        wire.put(b"snot_allowed")
        return wire

    dialled(case, "strict@127.0.0.1", act)


def case_dials_one_of_an_older_version(case):
    dialled(case, "old@127.0.0.1", challenged, flags=MANDATORY_26 & ~(1 << 34))


def case_dials_one_of_another_name(case):
    dialled(case, "one@127.0.0.1", lambda listener: challenged(listener, name="another@127.0.0.1"))


def case_dials_one_of_another_cookie(case):
    def act(listener):
        wire = listener.accept()
        assert not wire.meets
        wire.put(wire.ack)
        return wire

    dialled(case, "foreign@127.0.0.1", act, cookie="another")


def case_dials_one_that_hangs_up(case):
    dialled(case, "short@127.0.0.1", lambda l: l.greeted().close())


def case_dials_one_that_knows_it_already(case):
    listener = Listener(case.epmd, "knows@127.0.0.1")
    driver = monitor_far(case, listener.name)
    wire = listener.connect(status=b"alive")
    assert wire.receive()[3:7] == b"h\4a\x13"
    wire.close()
    listener.close()
    assert noconnection(driver)


def case_both_dial_and_the_peer_wins(case):
    listener = Listener(case.epmd, "zz@127.0.0.1")  # a larger name than the node's
    driver = monitor_far(case, listener.name)
    wire = listener.greeted()
    peer = Peer(case.port, name=listener.name)
    assert peer.status == "ok_simultaneous"
    assert wire.is_closed() and peer.receive()[3:7] == b"h\4a\x13"
    peer.close()
    listener.close()
    assert noconnection(driver)


def case_both_dial_and_the_node_wins(case):
    listener = Listener(case.epmd, "aa@127.0.0.1")
    driver = monitor_far(case, listener.name)
    wire = listener.greeted()
    assert refused(case, name=listener.name) == "nok"
    wire.put(b"sok")
    listener.challenge(wire)
    wire.put(wire.ack)
    assert wire.receive()[3:7] == b"h\4a\x13"
    wire.close()
    listener.close()
    assert noconnection(driver)


def case_a_frame_comes_with_the_acknowledgement(case):
    listener = Listener(case.epmd, "eager@127.0.0.1")
    driver = monitor_far(case, listener.name)
    wire = listener.accept()
    message = b"\x83D\0" + tup(small(6), wire.self(), atom(""), atom("echo")) + tup(wire.self(), small(7))
    wire.socket.sendall(struct.pack(">H", len(wire.ack)) + wire.ack + bytes(4) + struct.pack(">I", len(message)) + message)
    assert wire.receive()[3:7] == b"h\4a\x13" and wire.receive().endswith(tup(atom("echo"), small(7)))
    wire.close()
    listener.close()
    assert noconnection(driver)


# ---- links whose ends cross each other: who they are, and what the node's end is told ----


class Link:
    """One between the peer and the node's watcher, which tells the peer what it sees."""

    def __init__(self, case):
        self.peer = Peer(case.port)
        self.peer.reg_send("watcher", tup(self.peer.self(), atom("self")))
        self.watcher = self.told()[-len(pid("otp@127.0.0.1", 0)):]

    def command(self, *words):
        self.peer.reg_send("watcher", tup(self.peer.self(), tup(*words)))

    def told(self):
        """What the watcher says next."""
        frame = self.peer.receive()
        assert frame.find(atom("watcher")) > 0, frame
        return frame

    def takes(self, operation):
        """The control message that comes next: behind its number."""
        frame = self.peer.receive()
        assert frame[3:4] == b"h" and frame[5:7] == small(operation), frame
        return frame[7:]

    def links(self):
        self.command(atom("link"), self.peer.self())
        self.takes(1)
        self.told()

    def unlinks(self):
        """The number of it."""
        self.command(atom("unlink"), self.peer.self())
        number = self.takes(35)
        self.told()
        return number[:-len(self.watcher) - len(self.peer.self())]

    def exits(self, reason):
        self.peer.send(tup(small(24), self.peer.self(), self.watcher), atom(reason))

    def acknowledges(self, number):
        self.peer.send(tup(small(36), number, self.peer.self(), self.watcher))

    def hears(self, reason):
        """Whether the watcher is told of such an end, and of nothing before."""
        return self.told().endswith(atom(reason))

    def hears_nothing(self):
        self.command(atom("send"), self.peer.self(), atom("a_mark"))
        marked = self.peer.receive().endswith(atom("a_mark"))
        return marked and self.told().endswith(atom("ok"))


def case_an_exit_crosses_an_unlink(case):
    link = Link(case)
    link.links()
    number = link.unlinks()
    link.exits("crossed")
    assert link.hears_nothing()
    link.acknowledges(number)
    link.links()
    link.exits("now")
    assert link.hears("now")


def case_a_link_crosses_an_unlink(case):
    link = Link(case)
    link.links()
    number = link.unlinks()
    link.peer.send(tup(small(1), link.peer.self(), link.watcher))
    link.acknowledges(number)
    link.exits("of_no_link")
    assert link.hears_nothing()


def case_linked_again_before_the_unlink_is_acknowledged(case):
    link = Link(case)
    link.links()
    number = link.unlinks()
    link.links()
    link.acknowledges(number)  # is late: the link is another one
    link.exits("of_the_second")
    assert link.hears("of_the_second")


def case_an_acknowledgement_of_another_unlink(case):
    link = Link(case)
    link.links()
    first = link.unlinks()
    link.links()
    second = link.unlinks()
    assert first != second
    link.acknowledges(first)
    link.exits("crossed")  # ends what the second has undone
    assert link.hears_nothing()
    link.acknowledges(second)
    link.links()
    link.exits("now")
    assert link.hears("now")


def case_both_unlink_at_once(case):
    link = Link(case)
    link.links()
    number = link.unlinks()
    link.peer.send(tup(small(35), small(77), link.peer.self(), link.watcher))
    assert link.takes(36).startswith(small(77))
    link.acknowledges(number)
    link.links()
    link.exits("now")
    assert link.hears("now")


def case_an_unlink_of_no_link_is_acknowledged(case):
    link = Link(case)
    for number in (small(1), b"n\x08\0" + b"\xff" * 8):
        link.peer.send(tup(small(35), number, link.peer.self(), link.watcher))
        assert link.takes(36).startswith(number)


def case_an_exit_of_no_link(case):
    link = Link(case)
    link.exits("of_no_link")
    assert link.hears_nothing()


def case_an_exit_ends_the_link(case):
    link = Link(case)
    link.links()
    link.exits("once")
    assert link.hears("once")
    link.exits("twice")
    assert link.hears_nothing()


# ---- monitors ----


def case_a_down_crosses_a_demonitor(case):
    link = Link(case)
    link.command(atom("monitor"), link.peer.self(5))
    monitor = link.takes(19)
    number = monitor[len(link.watcher) + len(link.peer.self(5)):]
    link.told()
    link.command(atom("demonitor"), number)
    assert link.takes(20).endswith(number)
    link.told()
    link.peer.send(tup(small(28), link.peer.self(5), link.watcher, number), atom("crossed"))
    assert link.hears_nothing()


def case_a_down_comes_once(case):
    link = Link(case)
    link.command(atom("monitor"), link.peer.self(5))
    number = link.takes(19)[len(link.watcher) + len(link.peer.self(5)):]
    link.told()
    for reason in ("first", "second"):
        link.peer.send(tup(small(21), link.peer.self(5), link.watcher, number, atom(reason)))
    assert link.hears("first") and link.hears_nothing()


def case_a_demonitor_of_nothing(case):
    link = Link(case)
    link.peer.send(tup(small(20), link.peer.self(), link.watcher, ref(link.peer.name, 99)))
    assert link.hears_nothing()


# ---- size ----


def case_small_ones_do_not_wait_for_large_ones(case):
    peer = Peer(case.port)
    size = 15 << 20  # more than the kernel keeps, and less than that for which the peer is not read any more
    peer.reg_send("echo", tup(peer.self(1), b"m" + struct.pack(">I", size) + bytes(size)))
    frame = peer.receive()
    peer.reg_send("watcher", tup(peer.self(2), atom("self")))
    assert all(case.alive() for _ in range(50)), "so it has had time to answer"
    while frame.find(atom("watcher")) < 0:
        assert frame[1:2] == b"E" or struct.unpack(">Q", frame[10:18])[0] > 1, "the large one was first"
        frame = peer.receive()


# ---- starting ----


def case_the_answer_comes_before_the_actor(case):
    peer = Peer(case.port)
    for options, flags in ((b"j", 0), (b"l\0\0\0\1" + atom("link") + b"j", 1), (b"l\0\0\0\1" + atom("monitor") + b"j", 2)):
        request = ref(peer.name, 40 + flags)
        peer.send(tup(small(29), request, peer.self(), peer.self(), tup(atom("calc"), atom("worker"), small(1)), options),
                  b"l\0\0\0\1" + peer.self() + b"j")
        answer = peer.receive()
        assert answer[3:].startswith(b"h\5a\x1f" + request + peer.self() + small(flags)), answer
        worker = answer[-len(pid("otp@127.0.0.1", 0)):]
        assert peer.receive().endswith(tup(atom("worker"), worker, atom("ready")))


def case_a_wrong_option_is_answered(case):
    peer = Peer(case.port)
    request = ref(peer.name, 50)
    peer.send(tup(small(29), request, peer.self(), peer.self(), tup(atom("calc"), atom("worker"), small(1)),
                  b"l\0\0\0\1" + small(7) + b"j"), b"l\0\0\0\1" + peer.self() + b"j")
    assert peer.receive().endswith(small(0) + atom("badopt")) and peer.ping()


if __name__ == "__main__":
    sys.exit(judge(globals()))
