"""Builds plugins with one thing wrong each: make-guests.py OUT_DIR INCLUDE_DIR CC...

What the loader must say of each is in expected.txt, which is copied to OUT_DIR."""
import os
import shutil
import struct
import subprocess
import sys

out, include, *cc = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))
os.makedirs(out, exist_ok=True)


def path(name):
    return os.path.join(out, name)


def build(name, *flags, source='guest.c', shared=True):
    command = cc + ['-I' + include, '-I' + here, '-fPIC', '-fvisibility=hidden', '-w',
                    '-o', path(name), os.path.join(here, source)]
    command += (['-shared', '-Wl,-z,noexecstack'] if shared else []) + list(flags)
    subprocess.run(command, check=True)


def export(text):
    return '-DEXPORTS={%s}' % text


CODE = '(void(*)(void))guest'

built = {
    'good.so': [],
    'abi99.so': ['-DJOIST_ABI=99'],
    'abi0.so': ['-DJOIST_ABI=0'],
    'long-name.so': ['-DNAME="' + 'a' * 64 + '"'],
    'no-name.so': ['-DNAME=""'],
    'odd-name.so': ['-DNAME="Guest-1"'],
    'long-version.so': ['-DVERSION="' + '1' * 32 + '"'],
    'no-version.so': ['-DVERSION=""'],
    'odd-version.so': ['-DVERSION="1 0"'],
    'needs.so': ['-DJOIST_NEEDS=4'],
    'stack.so': ['-Wl,-z,execstack'],
    'text-relocations.so': ['-DEXTRA="extra-textrel.h"', '-Wl,-z,notext', '-Wl,-w'],
    'no-note.so': ['-DNO_PLUGIN'],
    'two-notes.so': ['-DEXTRA="extra-two-notes.h"'],
    'function.so': ['-DNO_PLUGIN', '-DEXTRA="extra-function.h"'],
    'small.so': ['-DNO_PLUGIN', '-DEXTRA="extra-small.h"'],
    'no-symbol.so': ['-Wl,--version-script=' + path('nothing.map')],
    'same-names.so': ['-DEXPORTS=JOIST_ACTOR(guest),JOIST_ACTOR(guest)'],
    'odd-export.so': [export('"a-b",1,0,' + CODE)],
    'no-export-name.so': [export('NULL,1,0,' + CODE)],
    'odd-kind.so': [export('"guest",9,0,' + CODE)],
    'no-code.so': [export('"guest",1')],
    'no-handler.so': [export('"guest",2')],
    'arity.so': [export('"guest",3,9,' + CODE)],
    'large-stack.so': [export('"guest",1,0,' + CODE + ',NULL,NULL,1ul<<40')],
}

with open(path('nothing.map'), 'w') as file:
    file.write('{ local: *; };\n')
for name, flags in built.items():
    build(name, *flags)
build('object.so', '-c', shared=False)
build('program.so', '-DPROGRAM', source='program.c', shared=False)

# A libjoist of the future, to link against.
with open(path('future.map'), 'w') as file:
    file.write('JOIST_2 { global: joist_*; local: *; };\n')
build('libjoist-future.so', '-Wl,-soname,libjoist.so.1', '-Wl,--version-script=' + path('future.map'),
      source='future.c')
build('future.so', '-DEXTRA="extra-newer.h"', path('libjoist-future.so'))

with open(path('good.so'), 'rb') as file:
    good = file.read()


def patched(name, *patches):
    data = bytearray(good)
    for at, bytes_ in patches:
        data[at:at + len(bytes_)] = bytes_
    with open(path(name), 'wb') as file:
        file.write(data)


def segments(kind):
    """Where in the file the program headers of that kind stand."""
    phoff, = struct.unpack_from('<Q', good, 32)
    count, = struct.unpack_from('<H', good, 56)
    for i in range(count):
        at = phoff + 56 * i
        if struct.unpack_from('<I', good, at)[0] == kind:
            yield at


def segment(kind):
    return next(segments(kind))


def segment_end(at):
    """Where in the file what that program header stands for ends."""
    return struct.unpack_from('<Q', good, at + 8)[0] + struct.unpack_from('<Q', good, at + 32)[0]


note = good.index(b'Joist\0') - 12
LOAD, DYNAMIC, NOTE = 1, 2, 4
machine, = struct.unpack_from('<H', good, 18)

with open(path('empty.so'), 'wb'):
    pass
with open(path('text.so'), 'w') as file:
    file.write('This is no plugin.\n')
loaded = max(map(segment_end, segments(LOAD)))
for name, size in ('head.so', 20), ('half.so', len(good) // 2), ('tail.so', loaded - 1):
    with open(path(name), 'wb') as file:
        file.write(good[:size])
patched('class.so', (4, b'\1'))
patched('endian.so', (5, b'\2'))
patched('machine.so', (18, struct.pack('<H', 62 if machine == 183 else 183)))
patched('rare-machine.so', (18, struct.pack('<H', 4711)))
patched('core.so', (16, b'\4\0'))
patched('headers-outside.so', (32, struct.pack('<Q', 1 << 60)))
patched('header-size.so', (54, struct.pack('<H', 8)))
patched('dynamic-outside.so', (segment(DYNAMIC) + 8, struct.pack('<Q', 1 << 62)))
patched('note-outside.so', (segment(NOTE) + 8, struct.pack('<Q', (1 << 64) - 8)))
patched('note-short.so', (note + 4, struct.pack('<I', 64)))
patched('note-tiny.so', (note + 4, struct.pack('<I', 2)))
patched('note-long.so', (note + 4, struct.pack('<I', 0xfffffff0)))
patched('other-name.so', (note + 20 + 28, b'other'))
shutil.copy(os.path.join(here, 'expected.txt'), out)
