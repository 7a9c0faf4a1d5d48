#!/usr/bin/env python3
"""joist where it is installed, under a prefix that has been moved: installed.py BUILD_DIR SOURCE_DIR

Installs into a folder of its own, then has verbs.py make, build, test and run a plugin there."""

import glob
import os
import subprocess
import sys
import tempfile

build, source = map(os.path.abspath, sys.argv[1:])
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", folder],
                   stdout=subprocess.DEVNULL, check=True)
    (joist,) = glob.glob(os.path.join(glob.escape(folder), "**", "bin", "joist"), recursive=True)
    verbs = os.path.join(source, "test", "boot", "verbs.py")
    sys.exit(subprocess.run([sys.executable, verbs, joist, source, "makes_builds"], check=False).returncode)
