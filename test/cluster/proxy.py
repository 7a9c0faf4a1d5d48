"""A network between nodes that can fail: a port mapper which sends who dials to a proxy of the node that is
meant, and the proxies. One direction, or both, between two nodes can be held (nothing is lost, nothing comes),
dropped (what is sent is lost, an end of the connection, too), delayed, or cut (connections are reset, and none
comes about)."""

import socket
import struct
import threading


def listen():
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", 0))
    server.listen(64)
    return server


def exactly(sock, size):
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise OSError("it hung up")
        data += part
    return data


def end(sock):
    """At once, with a reset."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()


def in_thread(function, *args):
    threading.Thread(target=function, args=args, daemon=True).start()


class Network:
    def __init__(self):
        self.changed = threading.Condition()
        self.held, self.dropped, self.cuts, self.delays = set(), set(), set(), {}
        self.nodes = {}  # what a node registered as, and the port of its proxy
        self.pipes = []  # (from, to, a socket, the other)
        self.closed = False
        self.mapper = listen()
        self.port = self.mapper.getsockname()[1]
        in_thread(self.serve, self.mapper, self.answer)

    # ---- what tests ask for; nodes are their names up to the @ ----

    def hold(self, *directions):
        with self.changed:
            self.held |= set(directions)

    def drop(self, *directions):
        with self.changed:
            self.dropped |= set(directions)

    def delay(self, seconds, *directions):
        with self.changed:
            self.delays = {direction: seconds for direction in directions}

    def cut(self, *directions):
        with self.changed:
            self.cuts |= set(directions)
        self.reset(self.cuts)

    def heal(self):
        """What was held comes; a connection that has lost something is at its end."""
        with self.changed:
            lossy = set(self.dropped)
            self.held, self.dropped, self.cuts, self.delays = set(), set(), set(), {}
            self.changed.notify_all()
        self.reset(lossy)

    def reset(self, directions):
        with self.changed:
            doomed = [pipe for pipe in self.pipes if (pipe[0], pipe[1]) in directions]
        for _, _, one, other in doomed:
            end(one)
            end(other)

    def close(self):
        self.closed = True
        self.heal()
        end(self.mapper)
        for server, _ in list(self.nodes.values()):
            end(server)
        with self.changed:
            pipes = list(self.pipes)
        for _, _, one, other in pipes:
            end(one)
            end(other)

    # ---- the port mapper ----

    def serve(self, server, handle, *args):
        while not self.closed:
            try:
                sock = server.accept()[0]
            except OSError:
                return
            in_thread(self.handle, handle, sock, *args)

    def handle(self, handle, sock, *args):
        try:
            handle(sock, *args)
        except OSError:
            sock.close()

    def answer(self, sock):
        request = exactly(sock, struct.unpack(">H", exactly(sock, 2))[0])
        if request[0] == 120:
            self.register(sock, request)
            return
        server, _ = self.nodes.get(request[1:].decode(), (None, None))
        if request[0] != 122 or not server:
            sock.sendall(b"w\1")
        else:
            name = request[1:]
            sock.sendall(b"w\0" + struct.pack(">HBBHHH", server.getsockname()[1], 77, 0, 6, 6, len(name)) + name + b"\0\0")
        sock.close()

    def register(self, sock, request):
        """As long as this connection lasts."""
        port, _, _, _, _, size = struct.unpack(">HBBHHH", request[1:11])
        name = request[11:11 + size].decode()
        server = listen()
        self.nodes[name] = (server, port)
        in_thread(self.serve, server, self.pipe, name, port)
        sock.sendall(b"v\0" + struct.pack(">I", 4))
        while sock.recv(100):
            pass
        if self.nodes[name][0] is server:
            del self.nodes[name]
        end(server)

    # ---- the proxies ----

    def pipe(self, near, target, port):
        """Who dials says its name first."""
        size = exactly(near, 2)
        hello = exactly(near, struct.unpack(">H", size)[0])
        dialler = hello[15:].split(b"@")[0].decode() if hello[:1] == b"N" else ""
        there, back = (dialler, target), (target, dialler)
        if not self.may_pass(there) or there in self.cuts or back in self.cuts:
            end(near)
            return
        far = socket.create_connection(("127.0.0.1", port))
        for sock in (near, far):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.changed:
            self.pipes += [there + (near, far), back + (far, near)]
        far.sendall(size + hello)
        in_thread(self.pump, far, near, back)
        self.pump(near, far, there)

    def may_pass(self, direction):
        """Waits while the direction is held; whether it is not dropped then."""
        with self.changed:
            if direction in self.delays:
                self.changed.wait(self.delays[direction])
            while direction in self.held and not self.closed:
                self.changed.wait()
            return direction not in self.dropped

    def pump(self, source, sink, direction):
        try:
            while True:
                data = source.recv(65536)
                if not self.may_pass(direction):
                    if not data:
                        return
                elif data:
                    sink.sendall(data)
                else:
                    sink.shutdown(socket.SHUT_WR)
                    return
        except OSError:
            if self.may_pass(direction):
                end(sink)
