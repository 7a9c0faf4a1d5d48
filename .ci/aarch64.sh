#!/usr/bin/env bash
# usage: .ci/aarch64.sh DIR
#
# Makes DIR a root with the aarch64 libraries that a build needs beside those of the cross compiler, and
# writes DIR/cross.ini for meson. The libraries are Debian's packages, fetched with a package list of our
# own and unpacked: nothing of the machine's own list changes.
set -euo pipefail

packages="libjansson4 libjansson-dev libffi8 libffi-dev libelf1 libelf-dev libdw1 libdw-dev zlib1g
	zlib1g-dev liblzma5 liblzma-dev libbz2-1.0 libssl3 libsqlite3-0 libsqlite3-dev valgrind"
triple=aarch64-linux-gnu
mkdir -p "$1"
root=$(realpath "$1")

fetch() {
	rm -rf "${root:?}"/*
	mkdir -p "$root/apt/state/lists/partial" "$root/apt/cache/archives/partial"
	: >"$root/apt/status"
	cat >"$root/apt/apt.conf" <<END
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "";
Dir::State "$root/apt/state";
Dir::State::status "$root/apt/status";
Dir::Cache "$root/apt/cache";
END
	export APT_CONFIG=$root/apt/apt.conf
	apt-get update -qq
	# shellcheck disable=SC2086 # a list of words
	(cd "$root/apt" && apt-get download -qq $packages)
	for package in "$root"/apt/*.deb; do
		dpkg-deb -x "$package" "$root"
	done
	rm -rf "$root/apt"
	echo "$packages" >"$root/packages"
}

[ "$(cat "$root/packages" 2>/dev/null)" = "$packages" ] || fetch
cat >"$root/cross.ini" <<END
[binaries]
c = '$triple-gcc'
ar = '$triple-ar'
strip = '$triple-strip'
pkgconfig = 'pkg-config'
exe_wrapper = ['qemu-aarch64', '-L', '/usr/$triple', '-E', 'LD_LIBRARY_PATH=$root/usr/lib/$triple']

[built-in options]
c_args = ['-idirafter', '$root/usr/include', '-idirafter', '$root/usr/include/$triple']
c_link_args = ['-L$root/usr/lib/$triple', '-Wl,-rpath-link,$root/usr/lib/$triple']

[properties]
sys_root = '$root'
pkg_config_libdir = '$root/usr/lib/$triple/pkgconfig:$root/usr/share/pkgconfig'

[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = 'aarch64'
endian = 'little'
END
