# What each chore needs of the machine. On Debian it is installed when it is missing; elsewhere said.
# Sourced by ./dev.

# Lines of "chore  what shows that it is there  Debian package". What shows it is a program, a module of
# pkg-config (pc:), a header (h:), or a file (f:).
packages='
build     cc                       gcc
build     h:stdlib.h               libc6-dev
build     meson                    meson
build     ninja                    ninja-build
build     pkg-config               pkg-config
build     python3                  python3
build     pc:jansson               libjansson-dev
build     pc:libffi                libffi-dev
build     pc:libdw                 libdw-dev
build     h:valgrind/memcheck.h    valgrind
test      git                      git
test      g++                      g++
test      clang-format             clang-format
test      ip                       iproute2
test      erl                      erlang-base
test      epmd                     erlang-base
test      pc:lua5.4                liblua5.4-dev
test      pc:libcrypto             libssl-dev
lua       pc:lua5.4                liblua5.4-dev
test      pc:zlib                  zlib1g-dev
zlib      pc:zlib                  zlib1g-dev
test      pc:sqlite3               libsqlite3-dev
sqlite    pc:sqlite3               libsqlite3-dev
clang     clang                    clang
lint      git                      git
lint      clang                    clang
lint      clang-tidy               clang-tidy
lint      cppcheck                 cppcheck
sanitize  valgrind                 valgrind
counts    valgrind                 valgrind
peers     erl                      erlang-base
peers     f:/usr/lib/erlang/usr/include/erl_nif.h  erlang-dev
peers     go                       golang-go
peers     g++                      g++
peers     f:/usr/include/caf/all.hpp  libcaf-dev
fuzz      asan:clang               libclang-rt-14-dev
aarch64   aarch64-linux-gnu-gcc    gcc-aarch64-linux-gnu
aarch64   f:/usr/aarch64-linux-gnu/include/stdlib.h  libc6-dev-arm64-cross
aarch64   qemu-aarch64             qemu-user
aarch64   dpkg-deb                 dpkg
'

is_there() {
	case $1 in
	pc:*) pkg-config --exists "${1#pc:}" ;;
	h:*) echo "#include <${1#h:}>" | cc -E - ;;
	f:*) [ -e "${1#f:}" ] ;;
	asan:*) [ -e "$(clang -print-file-name=libclang_rt.asan-x86_64.a)" ] ||
		[ -e "$(clang -print-runtime-dir)/libclang_rt.asan-$(uname -m).a" ] ;;
	*) command -v "$1" ;;
	esac >/dev/null 2>&1
}

# need CHORE...: makes sure that what they need is there.
need() {
	local chore sign package missing=()
	while read -r chore sign package; do
		case " $* " in
		*" $chore "*) is_there "$sign" || missing+=("$package") ;;
		esac
	done <<<"$packages"
	[ ${#missing[@]} -gt 0 ] || return 0
	if ! command -v apt-get >/dev/null; then
		echo "dev: missing here, by Debian's names: ${missing[*]}; install them" >&2
		exit 1
	fi
	echo "dev: installing ${missing[*]}" >&2
	as_root apt-get update -qq >&2
	as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo DEBIAN_FRONTEND=noninteractive "$@"
	fi
}
