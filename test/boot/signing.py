#!/usr/bin/env python3
"""Keys and signatures as a user makes them: signing.py JOIST. Prints TAP."""

import os
import re
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from node import SECONDS_MAX, WRAPPER, check, run_cases

JOIST = os.path.abspath(sys.argv[1])
PLUGIN = b"whatever is signed " * 1000


def joist(*words, code=0, mask=0o022):
    """What it prints; or, if it is to fail, what it says of that."""
    done = subprocess.run([*WRAPPER, JOIST, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          umask=mask, timeout=SECONDS_MAX, check=False)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
    return done.stderr if code else done.stdout


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


class Place:
    """A folder with a key and a file."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.key, self.file = self.path("key"), self.path("a.so")
        joist("keygen", self.key)
        write(self.file, PLUGIN)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def mode(self, name):
        return stat.S_IMODE(os.stat(self.path(name)).st_mode)


def test_makes_a_key_for_its_owner_alone():
    place = Place()
    check(joist("keygen", place.path("other"), mask=0), f"{place.path('other')}\n{place.path('other.pub')}\n")
    check(place.mode("other"), 0o600)
    check(place.mode("other.pub"), 0o644)
    assert re.fullmatch(rb"joist-secret-key ed25519 [0-9a-f]{64}\n", read(place.path("other")))
    assert re.fullmatch(rb"joist-public-key ed25519 [0-9a-f]{64}\n", read(place.path("other.pub")))
    assert read(place.key) != read(place.path("other"))


def test_writes_over_no_key():
    place = Place()
    before = read(place.key), read(place.path("key.pub"))
    check(joist("keygen", place.key, code=1), f"{place.key}: error: is there already; choose another name\n")
    check((read(place.key), read(place.path("key.pub"))), before)
    write(place.path("half.pub"), b"somebody's\n")
    check(joist("keygen", place.path("half"), code=1),
          f"{place.path('half.pub')}: error: is there already; choose another name\n")
    check(read(place.path("half.pub")), b"somebody's\n")
    assert not os.path.exists(place.path("half")), "one of two files is left"


def test_signs_a_file():
    place = Place()
    check(joist("sign", place.file, place.key), f"{place.file}.sig\n")
    check(read(place.file), PLUGIN)
    check(place.mode("a.so.sig"), 0o644)
    line = read(place.file + ".sig").split()
    check(line[:3], [b"joist-signature", b"ed25519", read(place.path("key.pub")).split()[2]])
    first = read(place.file + ".sig")
    joist("sign", place.file, place.key)
    check(read(place.file + ".sig"), first)
    write(place.file, PLUGIN + b"!")
    joist("sign", place.file, place.key)
    assert read(place.file + ".sig") != first
    check(sorted(os.listdir(place.folder.name)), ["a.so", "a.so.sig", "key", "key.pub"])


def test_openssl_says_the_same():
    """Where there is an openssl: its keys are these bytes behind a fixed head."""
    place = Place()
    joist("sign", place.file, place.key)
    _, _, key, signature = read(place.file + ".sig").decode().split()
    write(place.path("key.der"), bytes.fromhex("302a300506032b6570032100" + key))
    write(place.path("raw"), bytes.fromhex(signature))
    try:
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey",
                               place.path("key.der"), "-rawin", "-in", place.file, "-sigfile", place.path("raw")],
                              capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    except FileNotFoundError:
        return
    check((done.returncode, done.stdout), (0, "Signature Verified Successfully\n"))


def test_refuses_what_is_no_key():
    place = Place()
    remedy = "is no secret key; make one by joist keygen\n"
    check(joist("sign", place.file, place.path("key.pub"), code=1), f"{place.path('key.pub')}: error: {remedy}")
    check(joist("sign", place.file, place.file, code=1), f"{place.file}: error: {remedy}")
    check(joist("sign", place.file, "/dev/null", code=1),
          "/dev/null: error: cannot be read (Invalid argument); check its path and mode\n")
    assert not os.path.exists(place.file + ".sig")


def test_refuses_a_key_that_others_may_read():
    place = Place()
    os.chmod(place.key, 0o640)
    check(joist("sign", place.file, place.key, code=1),
          f"{place.key}: error: may be read by others; chmod 600 it, and take another key if others had a look\n")


def test_refuses_what_it_cannot_read_or_write():
    place = Place()
    gone = place.path("gone.so")
    check(joist("sign", gone, place.key, code=1),
          f"{gone}: error: cannot be read (No such file or directory); check its path and mode\n")
    os.mkdir(place.file + ".sig")
    check(joist("sign", place.file, place.key, code=1),
          f"{place.file}.sig: error: cannot be written (Is a directory); check its directory and mode\n")
    check(sorted(os.listdir(place.folder.name)), ["a.so", "a.so.sig", "key", "key.pub"])
    check(joist("keygen", place.path("none/key"), code=1),
          f"{place.path('none/key')}: error: cannot be written (No such file or directory); "
          "check its directory and mode\n")


sys.exit(run_cases(globals()))
