#!/usr/bin/env python3
"""A node and a peer that is no node: hostile.py JOIST PLUGIN_DIR

Bytes that no node would send. Whatever comes, the node lives on, and others talk to it. Prints TAP."""

import os
import random
import resource
import socket
import struct
import sys

from judge import judge, refused
from raw import FLAGS, Peer, atom, pid, ref, small, tup

RSS_MAX_KB = 600 * 1024 * int(os.environ.get("TEST_SLOWER", "1"))  # what slows all, as sanitizers, needs more, too


def case_wrong_cookie(case):
    assert refused(case, cookie="wrong") == "it hung up"


def case_wrong_names(case):
    for name in ("raw", "@host", "raw@", "a@b@c", "otp@127.0.0.1", ""):
        assert refused(case, name=name) == "not_allowed", name


def case_named(case):
    peer = Peer(case.port, name="127.0.0.1", flags=FLAGS["26"] | 1 << 33)
    assert peer.status.startswith("named:") and "@127.0.0.1" in peer.name
    assert peer.ping()


def case_connects_again(case):
    first = Peer(case.port)
    second = Peer(case.port)
    assert second.status == "alive" and first.is_closed() and second.ping()


def case_old_handshake(case):
    with socket.create_connection(("127.0.0.1", case.port)) as s:
        s.sendall(b"\0\x0an\0\5\0\0\0\0a@b")
        assert s.recv(100) == b""


def case_broken_handshakes(case):
    rng = random.Random(1)
    for _ in range(200):
        data = bytearray(b"N" + struct.pack(">QIH", FLAGS["26"], 7, 13) + b"raw@127.0.0.1")
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        data = bytes(data[:rng.randrange(1, len(data) + 1)])
        with socket.create_connection(("127.0.0.1", case.port)) as s:
            s.sendall(struct.pack(">H", rng.choice([len(data), 0, 65535])) + data + rng.randbytes(rng.randrange(40)))


def frames(case, *all_of_them):
    """Each is the end of its connection."""
    for data in all_of_them:
        peer = Peer(case.port)
        peer.frame(data)
        assert peer.is_closed(), data[:40]
        peer.close()


def case_frames(case):
    frames(case, b"\0", b"\x83", b"\x83D", b"\x83D\1", b"p\x83h\1a\5", b"\x83Z\0", b"\x83D\0", b"\x83D\0j", b"\x83D\0h\0",
           b"\x83D\0h\1a\xff", b"\x83D\0h\1a\2", b"\x83D\0h\3a\2w\0w\2ok", b"x" * 100000)


def case_operations(case):
    me, other = pid("raw@127.0.0.1", 1), pid("other@127.0.0.1", 1)
    mine = pid("otp@127.0.0.1", 3, 12345)  # of an earlier life
    head = b"\x83D\0"
    frames(case, head + tup(small(1), other, mine), head + tup(small(1), me, me), head + tup(small(4), me, mine),
           head + tup(small(19), me, small(1), ref("raw@127.0.0.1", 1)), head + tup(small(35), small(0), me, mine),
           head + tup(small(9), me, mine), head + tup(small(29), small(1), me, me, small(1), b"j") + b"j",
           head + tup(small(6), other, atom(""), atom("echo")) + small(1), head + tup(small(6), me, atom(""), atom("echo")))


def case_stale_pids(case):
    me, mine = pid("raw@127.0.0.1", 1), pid("otp@127.0.0.1", 3, 12345)
    peer = Peer(case.port)
    peer.send(tup(small(2), atom(""), mine), small(1))
    peer.send(tup(small(1), me, mine))
    assert peer.receive().endswith(atom("noproc"))
    peer.send(tup(small(19), me, mine, ref("raw@127.0.0.1", 1)))
    assert peer.receive().endswith(atom("noproc"))
    peer.send(tup(small(35), b"n\x08\0" + b"\xff" * 8, me, mine))
    assert peer.receive()[3:6] == b"h\4a" and peer.ping()


def case_lengths(case):
    peer = Peer(case.port)
    peer.socket.sendall(b"\xff\xff\xff\xff" + b"x" * 1000)
    assert peer.is_closed()
    before = case.rss_kb()
    peers = [Peer(case.port, name=f"raw{i}@127.0.0.1") for i in range(20)]
    for peer in peers:
        peer.socket.sendall(struct.pack(">I", 200 << 20) + b"\x83D\0")  # and then nothing
    assert case.alive() and case.rss_kb() < before + 100 * 1024


def is_open(connection):
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True


def case_guests_who_say_nothing(case):
    guests = [socket.create_connection(("127.0.0.1", case.port), timeout=100) for _ in range(300)]
    assert guests[0].recv(1) == b"", "the first does not make room for the last"
    assert is_open(guests[-1]) and Peer(case.port).ping()
    for guest in guests:
        guest.close()


def case_no_descriptor_left(case):
    held = max(int(fd) for fd in os.listdir(f"/proc/{case.process.pid}/fd")) + 1
    _, hard = resource.prlimit(case.process.pid, resource.RLIMIT_NOFILE)
    before = resource.prlimit(case.process.pid, resource.RLIMIT_NOFILE, (held, hard))
    guests = [socket.create_connection(("127.0.0.1", case.port), timeout=100) for _ in range(20)]
    resource.prlimit(case.process.pid, resource.RLIMIT_NOFILE, before)
    assert Peer(case.port).ping()
    for guest in guests:
        guest.close()


def case_depth(case):
    peer = Peer(case.port)
    assert peer.echo(b"h\1" * 500000 + b"j")
    assert peer.echo((b"l\0\0\0\1") * 100000 + b"j" + b"j" * 100000)
    peer.reg_send("echo", b"h\2" * 1100000 + b"j" * 1100001)
    assert peer.is_closed()


def case_counts(case):
    for bad in (b"i\xff\xff\xff\xff", b"l\xff\xff\xff\xff", b"t\xff\xff\xff\xff", b"m\xff\xff\xff\xff", b"o\xff\xff\xff\xff\0",
                b"t\0\0\0\2a\1a\1a\1a\1", b"F\x7f\xf0\0\0\0\0\0\0", b"w\2\xff\xff", b"P\0\0\0\1x", b"y", b"u\0\0\0\0"):
        peer = Peer(case.port)
        peer.reg_send("echo", bad)
        assert peer.is_closed(), bad
        peer.close()


def fragment(sequence, number, data, first=False):
    return b"\x83" + (b"E" if first else b"F") + struct.pack(">QQ", sequence, number) + (b"\0" if first else b"") + data


def case_fragments(case):
    peer = Peer(case.port)
    me = pid("raw@127.0.0.1", 1)
    head = tup(small(6), me, atom(""), atom("echo"))
    peer.frame(fragment(5, 3, head + b"h\2" + me, True))
    peer.frame(fragment(6, 2, head + b"h\2" + me, True))
    peer.frame(fragment(5, 2, b"l\0\0\0\2a\1"))
    peer.frame(b"")
    peer.frame(fragment(6, 1, atom("six")))
    assert peer.receive().endswith(atom("six"))
    peer.frame(fragment(5, 1, b"a\2j"))
    assert peer.receive().endswith(b"k\0\2\1\2") and peer.ping()
    frames(case, fragment(1, 0, b"x", True), fragment(1, 1, b"x"), fragment(0, 0, b"x"), b"\x83E\0\0")
    peer = Peer(case.port)
    peer.frame(fragment(9, 1 << 40, head + b"x", True))
    assert peer.ping()
    peer.frame(fragment(9, 5, b"x"))
    assert peer.is_closed()


def case_atoms(case):
    peer = Peer(case.port)
    try:
        for start in range(0, 400000, 1000):
            peer.reg_send("echo", b"l\0\0\3\xe8" + b"".join(atom(f"flood{i}") for i in range(start, start + 1000)) + b"j")
    except ConnectionError:
        return
    assert peer.is_closed()


def case_nodes(case):
    peer = Peer(case.port)
    try:
        for start in range(0, 100000, 1000):
            nodes = b"".join(pid(f"n@{i}", 1, i + 1) for i in range(start, start + 1000))
            peer.reg_send("echo", b"l\0\0\3\xe8" + nodes + b"j")
    except ConnectionError:
        return
    assert peer.is_closed()


def case_monitors_without_end(case):
    before = case.rss_kb()
    peer = Peer(case.port)
    control = tup(small(19), peer.self(), atom("echo"), ref(peer.name, 0))
    frame = struct.pack(">I", 3 + len(control)) + b"\x83D\0" + control
    head, tail = frame[:-12], frame[-8:]
    try:
        for start in range(0, 2000000, 10000):
            peer.socket.sendall(b"".join(head + struct.pack(">I", i) + tail for i in range(start, start + 10000)))
    except ConnectionError:
        pass
    assert peer.is_closed() and case.rss_kb() < before + RSS_MAX_KB
    assert any("links and monitors more" in line for line in case.log()), "the log does not say why"


def case_never_reads(case):
    before = case.rss_kb()
    peer = Peer(case.port)
    peer.socket.settimeout(2)
    message = tup(peer.self(), b"m" + struct.pack(">I", 100000) + b"x" * 100000)
    try:
        for _ in range(3000):
            peer.reg_send("echo", message)
    except (TimeoutError, ConnectionError):
        pass
    assert case.alive() and case.rss_kb() < before + RSS_MAX_KB, (before, case.rss_kb())


def case_random_frames(case):
    rng = random.Random(2)
    me = pid("raw@127.0.0.1", 1)
    seeds = [tup(small(6), me, atom(""), atom("echo")) + tup(me, small(1)), tup(small(19), me, atom("echo"), ref("raw@127.0.0.1", 1)),
             tup(small(29), ref("raw@127.0.0.1", 2), me, me, tup(atom("calc"), atom("add"), small(2)), b"j") + b"l\0\0\0\2a\1a\2j"]
    for _ in range(300):
        peer = Peer(case.port)
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(1, 5)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        peer.frame(b"\x83D\0" + bytes(data))
        peer.close()


if __name__ == "__main__":
    sys.exit(judge(globals()))
