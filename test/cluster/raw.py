"""A peer made of bytes: the other end of Erlang's distribution protocol, as far as tests need it."""

import hashlib
import socket
import struct

COOKIE = "scenario"

MANDATORY_25 = 0x1070F94
MANDATORY_26 = MANDATORY_25 | 1 << 25 | 1 << 34
DIGEST = 1 << 26  # stands for all that 25 demands
# What nodes of these versions say of themselves, and what is the least that one may say.
FLAGS = {
    "25": 0xD07DF7FBD,
    "26": 0xD07DF7FBD,
    "27": 0xD07DF7FBD,
    "28": 0xD07DF7FBD | 1 << 37,
    "the least": MANDATORY_26 | 1,
    "the digest": DIGEST | 1 << 25 | 1 << 34 | 1 << 32 | 1,
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


def digest(cookie, challenge):
    return hashlib.md5(f"{cookie}{challenge}".encode()).digest()


class Wire:
    """A connection with a node, by whomever it was made. The node's flags count if they are known."""

    def __init__(self, connection, name, life, flags):
        self.socket, self.name, self.life = connection, name, life
        self.headers = bool(flags & 0x800000)

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


class Peer(Wire):
    """One that was made to a node that listens at `port`."""

    def __init__(self, port, name="raw@127.0.0.1", flags=FLAGS["26"], cookie=COOKIE, creation=7):
        super().__init__(socket.create_connection(("127.0.0.1", port), timeout=100), name, creation, flags)
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
        self.put(b"r" + struct.pack(">I", 5) + digest(cookie, challenge))
        if self.get() != b"a" + digest(cookie, 5):
            raise Refused("a wrong digest")


class Listener:
    """A node that others find by the port mapper, and connect to."""

    def __init__(self, epmd, name, flags=FLAGS["26"], cookie=COOKIE, creation=7):
        self.name, self.flags, self.cookie, self.creation = name, flags, cookie, creation
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(100)
        self.mapper = socket.create_connection(("127.0.0.1", epmd))
        alive = name.split("@")[0].encode()
        request = b"x" + struct.pack(">HBBHHH", self.socket.getsockname()[1], 77, 0, 6, 6, len(alive)) + alive + b"\0\0"
        self.mapper.sendall(struct.pack(">H", len(request)) + request)
        assert self.mapper.recv(6)[1] == 0

    def greeted(self):
        """A connection that has said who it is."""
        wire = Wire(self.socket.accept()[0], self.name, self.creation, self.flags)
        wire.socket.settimeout(100)
        hello = wire.get()
        wire.said, wire.creation = struct.unpack(">QI", hello[1:13])
        wire.other = hello[15:].decode()
        return wire

    def challenge(self, wire, name=None, behind=b""):
        """Says that it may go on, and takes the answer to the challenge; `behind` follows that."""
        data = (name or self.name).encode()
        wire.put(b"N" + struct.pack(">QIIH", self.flags, 9, self.creation, len(data)) + data + behind)
        reply = wire.get()
        wire.meets = reply[5:] == digest(self.cookie, 9)
        wire.ack = b"a" + digest(self.cookie, struct.unpack(">I", reply[1:5])[0])

    def accept(self, status=b"ok", **how):
        """A connection with the handshake done but for its last message."""
        wire = self.greeted()
        wire.put(b"s" + status)
        if status == b"alive":
            assert wire.get() == b"strue"
        self.challenge(wire, **how)
        return wire

    def connect(self, **how):
        """The same, with all of it done."""
        wire = self.accept(**how)
        assert wire.meets
        wire.put(wire.ack)
        return wire

    def close(self):
        self.socket.close()
        self.mapper.close()
