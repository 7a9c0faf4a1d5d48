#!/usr/bin/env bash
# usage: .ci/observer.sh DIR
#
# Makes DIR a folder with Erlang's observer and runtime_tools, of which a test runs etop. They are Debian's
# packages, unpacked: installed, they would bring a desktop's libraries along.
set -euo pipefail
. "$(dirname "$0")/packages.sh"

fetch() {
	apt-get download -qq erlang-observer erlang-runtime-tools >/dev/null 2>&1
}

mkdir -p "$1"
cd "$1"
[ ! -e observer ] || exit 0
fetch || { as_root apt-get update -qq && fetch; } >/dev/null 2>&1 ||
	{ echo "dev: missing here, and not to be had: erlang-observer" >&2; exit 1; }
for package in *.deb; do
	dpkg-deb -x "$package" .
done
rm -f ./*.deb
ln -s usr/lib/erlang/lib/observer-*/ebin observer
ln -s usr/lib/erlang/lib/runtime_tools-*/ebin runtime_tools
