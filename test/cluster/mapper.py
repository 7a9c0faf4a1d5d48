#!/usr/bin/env python3
"""Nodes without a port mapper of Erlang's: mapper.py JOIST PLUGIN_DIR

The first Joist node is one, for Erlang's nodes too; when it ends, the next one is. Prints TAP."""

import socket
import struct
import subprocess
import sys

import raw
from run import Cluster, need


class Mapless(Cluster):
    """A cluster in which no epmd is started."""

    def start_mapper(self):
        pass


def names(port):
    """What the port mapper lists; None if there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
            s.sendall(b"\0\1n")
            answer = b""
            while True:
                part = s.recv(1000)
                if not part:
                    return sorted(line.split()[1].decode() for line in answer[4:].splitlines())
                answer += part
    except ConnectionError:
        return None


def until(ask, expected):
    """It will be so; else the time limit of the test ends this."""
    while ask() != expected:
        pass
    return True


def ping(cluster, target):
    code = f'io:format("~p ~p~n", [net_adm:ping(\'{target}\'), net_adm:names({{127,0,0,1}}) =/= {{error, address}}]), halt().'
    done = subprocess.run(cluster.erl("asks@127.0.0.1", "-eval", code), stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=False)
    return done.stdout.strip()


def hostile(port):
    """Bytes that are no request; the mapper answers on."""
    for data in (b"", b"\0", b"\0\0", b"\xff\xff", b"\0\1z", b"\0\2x\0", b"GET / HTTP/1.0\r\n\r\n", b"\0\5zaaaa", b"\0\x0dx" + b"\xff" * 12):
        with socket.create_connection(("127.0.0.1", port)) as s:
            s.sendall(data)
    return names(port)


def register(port, name):
    """A connection by which a node is listed, and the answer."""
    s = socket.create_connection(("127.0.0.1", port))
    body = b"x" + struct.pack(">HBBHHH", 1234, 77, 0, 6, 6, len(name)) + name.encode() + b"\0\0"
    s.sendall(struct.pack(">H", len(body)) + body)
    return s, s.recv(6)


def main():
    need("erl")
    results = []
    with Mapless() as cluster:
        port = cluster.epmd_port
        a = cluster.start_joist("--name", "a@127.0.0.1")
        results.append(("the first node is one", names(port) == ["a"]))
        cluster.start_joist("--name", "b@127.0.0.1")
        results.append(("the second is listed", names(port) == ["a", "b"]))
        results.append(("it tells where they are", raw.port_of(port, "b") is not None and raw.port_of(port, "c") is None))
        results.append(("Erlang's nodes use it", ping(cluster, "b@127.0.0.1") == "pong true"))
        connection, answer = register(port, "x")
        results.append(("a name is given once", answer[:2] == b"v\0" and register(port, "x")[1][:2] == b"v\1"))
        connection.close()
        results.append(("and is free again", until(lambda: names(port), ["a", "b"])))
        results.append(("bytes that are no request", hostile(port) == ["a", "b"]))
        a.kill()
        a.wait()
        results.append(("the next one takes over", until(lambda: names(port), ["b"])))
        results.append(("Erlang's nodes use that", ping(cluster, "b@127.0.0.1") == "pong true"))
    for number, (name, fine) in enumerate(results, 1):
        print(f"{'ok' if fine else 'not ok'} {number} - {name}")
    print(f"1..{len(results)}")
    return not all(fine for _, fine in results)


if __name__ == "__main__":
    sys.exit(main())
