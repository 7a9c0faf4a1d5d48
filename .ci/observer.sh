#!/usr/bin/env bash
# usage: .ci/observer.sh DIR
#
# Makes DIR a folder with Erlang's observer and runtime_tools, of which a test runs etop. They are Debian's
# packages, unpacked: installed, they would bring a desktop's libraries along. Where there are none, the test
# says so.
set -euo pipefail

mkdir -p "$1"
cd "$1"
[ ! -e observer ] || exit 0
apt-get download -qq erlang-observer erlang-runtime-tools >/dev/null 2>&1 ||
	{ echo "dev: erlang-observer cannot be had: its test is skipped" >&2; exit 0; }
for package in *.deb; do
	dpkg-deb -x "$package" .
done
rm -f ./*.deb
ln -s usr/lib/erlang/lib/observer-*/ebin observer
ln -s usr/lib/erlang/lib/runtime_tools-*/ebin runtime_tools
