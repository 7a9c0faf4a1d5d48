#!/usr/bin/env python3
"""10,000 connections at once to the plugin tcp, as samples/echo_tcp uses it; then their listener's
supervisor is killed: connections.py JOIST KILLER.so PLUGIN_DIR..."""

import os
import resource
import selectors
import signal
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from node import Node, Skip, check, run_cases, SECONDS_MAX  # noqa: E402

JOIST, KILLER, *PLUGIN_DIRS = map(os.path.abspath, sys.argv[1:])
CONNECTIONS = 10000
SPARE = 100  # descriptors that are no connections
SCRIPT = {
    "plugin_path": PLUGIN_DIRS,
    "plugins": [{"name": "tcp"}, {"name": "echo_tcp"}, {"name": "killer", "file": KILLER}],
    "supervisor": {"children": [{"id": "doomed", "supervisor": {"children": [
        {"id": "echo", "start": "tcp:listener", "register": "echo",
         "args": '#{start => <<"echo_tcp:connection">>}'},
        {"id": "killer", "start": "killer:killer"}]}}]}}


def raise_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard == resource.RLIM_INFINITY or hard >= CONNECTIONS + SPARE


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), SECONDS_MAX)
    connection.setblocking(False)
    return connection


def read_all(connections, is_done):
    """What each connection reads, until is_done(text) or its end."""
    texts = {connection: b"" for connection in connections}
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection, selectors.EVENT_READ)
        while selector.get_map():
            events = selector.select(SECONDS_MAX)
            assert events, f"{len(selector.get_map())} connections wait for good"
            for key, _ in events:
                got = key.fileobj.recv(1000)
                texts[key.fileobj] += got
                if not got or is_done(texts[key.fileobj]):
                    selector.unregister(key.fileobj)
    return [texts[connection] for connection in connections]


def check_echoes(connections):
    lines = [b"line %d\n" % number for number in range(len(connections))]
    for connection, line in zip(connections, lines):
        check(connection.send(line), len(line))
    echoes = read_all(connections, lambda text: text.endswith(b"\n"))
    check(sum(a == b for a, b in zip(echoes, lines)), len(lines))


def test_10000_connections_and_the_kill_of_their_supervisor():
    if not raise_limit():
        raise Skip("fewer descriptors than connections")
    node = Node(JOIST, SCRIPT)
    port, deadly_port = map(int, node.wait_for_words("ports"))
    connections = [connect(port) for _ in range(CONNECTIONS)]
    check_echoes(connections)
    check_echoes(connections[::-1])
    connect(deadly_port).close()
    ends = read_all(connections, lambda text: False)
    check(sum(text == b"" for text in ends), CONNECTIONS)
    for connection in connections:
        connection.close()

    new_port, _ = map(int, node.wait_for_words("ports"))
    check_echoes([connect(new_port)])
    node.signal(signal.SIGTERM)
    code, _, log = node.end()
    assert code == 0, f"exit code {code}: {log[-1000:]}"
    return f"{CONNECTIONS} connections, {CONNECTIONS} ends"


sys.exit(run_cases(globals()))
