"""A peer made of bytes: the other end of Erlang's distribution protocol, as far as tests need it."""

import hashlib
import socket
import struct

COOKIE = "scenario"

MANDATORY_25 = 0x1070F94
MANDATORY_26 = MANDATORY_25 | 1 << 25 | 1 << 34
# What nodes of these versions say of themselves.
FLAGS = {
    "25": 0xD07DF7FBD & ~0x2000,
    "26": 0xD07DF7FBD & ~0x2000,
    "27": 0xD07DF7FBD & ~0x2000,
    "28": (0xD07DF7FBD | 1 << 37) & ~0x2000,
    "the least": MANDATORY_26 | 1,
    "the digest": 0x4000000 | 1 << 25 | 1 << 34 | 1 << 32 | 1,
}


def atom(text):
    data = text.encode()
    return b"w" + bytes([len(data)]) + data


def small(number):
    return b"a" + bytes([number]) if 0 <= number <= 255 else b"b" + struct.pack(">i", number)


def tup(*parts):
    return b"h" + bytes([len(parts)]) + b"".join(parts)


def pid(name, number, creation=7):
    return b"X" + atom(name) + struct.pack(">III", number, 0, creation)


def ref(name, number, creation=7):
    return b"Z\0\3" + atom(name) + struct.pack(">IIII", creation, number, 0, 0)


def port_of(epmd, alive):
    with socket.create_connection(("127.0.0.1", epmd)) as s:
        s.sendall(struct.pack(">HB", len(alive) + 1, 122) + alive.encode())
        answer = b""
        while True:
            part = s.recv(1000)
            answer += part
            if not part:
                break
    return struct.unpack(">H", answer[2:4])[0] if answer[:2] == b"w\0" else None


class Refused(Exception):
    """How far the handshake came."""


class Peer:
    """A connection to a node that listens at `port`."""

    def __init__(self, port, name="raw@127.0.0.1", flags=FLAGS["26"], cookie=COOKIE, creation=7):
        self.name, self.life = name, creation
        self.headers = bool(flags & 0x800000)
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=100)
        data = name.encode()
        self.put(b"N" + struct.pack(">QIH", flags, creation, len(data)) + data)
        self.status = self.get()[1:].decode("latin-1")
        if self.status == "alive":
            self.put(b"strue")
        elif self.status.startswith("named:"):
            self.name = self.status[8:-4]
            self.life = struct.unpack(">I", self.status[-4:].encode("latin-1"))[0]
        elif self.status not in ("ok", "ok_simultaneous"):
            raise Refused(self.status)
        answer = self.get()
        self.flags, challenge, self.creation = struct.unpack(">QII", answer[1:17])
        self.put(b"r" + struct.pack(">I", 5) + hashlib.md5(f"{cookie}{challenge}".encode()).digest())
        if self.get() != b"a" + hashlib.md5(f"{cookie}5".encode()).digest():
            raise Refused("a wrong digest")

    def put(self, message):
        self.socket.sendall(struct.pack(">H", len(message)) + message)

    def exactly(self, size):
        data = b""
        while len(data) < size:
            part = self.socket.recv(min(size - len(data), 1 << 20))
            if not part:
                raise Refused("it hung up")
            data += part
        return data

    def get(self):
        return self.exactly(struct.unpack(">H", self.exactly(2))[0])

    def frame(self, data):
        self.socket.sendall(struct.pack(">I", len(data)) + data)

    def send(self, control, payload=None):
        if self.headers:
            self.frame(b"\x83D\0" + control + (payload or b""))
        else:
            self.frame(b"p\x83" + control + (b"\x83" + payload if payload is not None else b""))

    def receive(self):
        """The next frame that is no tick, and is not for who has a name here, as what the node's scope of pg says."""
        while True:
            data = self.exactly(struct.unpack(">I", self.exactly(4))[0])
            if data and not data[2:].lstrip(b"\0").startswith(b"h\4a\6"):
                return data

    def self(self, number=1):
        return pid(self.name, number, self.life)

    def reg_send(self, name, message):
        self.send(tup(small(6), self.self(), atom(""), atom(name)), message)

    def echo(self, term):
        """Whether the term comes back."""
        self.reg_send("echo", tup(self.self(), term))
        data = self.receive()
        while data[1:2] in (b"E", b"F") and data[10:18] != struct.pack(">Q", 1):
            data = self.receive()
        return data.endswith(term) or data[1:2] == b"F"

    def ping(self):
        tag = ref(self.name, 9)
        self.reg_send("net_kernel", tup(atom("$gen_call"), tup(self.self(), tag), tup(atom("is_auth"), atom(self.name))))
        return self.receive().endswith(tup(tag, atom("yes")))

    def is_closed(self):
        """Whether the node ends the connection, whatever it sends before."""
        try:
            while True:
                self.receive()
        except (Refused, ConnectionError):
            return True
        except TimeoutError:
            return False

    def close(self):
        self.socket.close()
