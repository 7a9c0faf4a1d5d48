"""Runs the scenarios of a file on a node of its own, by a boot script: with the plugin and the program
as they are installed. What the puppets observed is its standard output.

by_boot.py JOIST PLUGIN FILE.scn
"""

import json
import os
import subprocess
import sys
import tempfile

joist, plugin, scenarios = map(os.path.abspath, sys.argv[1:])
script = {
    "schedulers": 2,
    "plugins": [{"name": "semantics", "file": plugin}],
    "supervisor": {"auto_shutdown": "any_significant", "children": [
        {"id": "run", "start": "semantics:run", "args": f'<<"{scenarios}">>',
         "restart": "temporary", "significant": True}]},
}
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "boot.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(script, file)
    node = subprocess.run([joist, "run", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True)
for line in node.stdout.splitlines():
    if not line.startswith("ready: "):
        print(line)
if node.returncode:
    print(node.stderr, file=sys.stderr)
sys.exit(node.returncode)
