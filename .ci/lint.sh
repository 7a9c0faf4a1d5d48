#!/usr/bin/env bash
# usage: .ci/lint.sh BUILD_DIR
#
# cppcheck, clang-tidy and the order of the tree. Runs all, then says whether any found something.
set -uo pipefail
status=0
mapfile -t sources < <(git ls-files '*.c')

check() {
	echo "== $1" >&2
	shift
	"$@" || status=1
}

# A process for each: it judges the last finding of a file by the settings of the next one's folder.
tidy_all() {
	printf '%s\n' "${sources[@]}" | xargs -P 2 -n 1 clang-tidy --quiet -p "$build/lint" 2>/dev/null
}

# Each file is checked as it is compiled, but with flags that clang knows.
compile_commands() {
	mkdir -p "$build/lint"
	sed 's/-fsanitize-coverage=[^ "]*//g' "$build/compile_commands.json" >"$build/lint/compile_commands.json"
}

build=$1
compile_commands
check cppcheck cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr \
	--suppressions-list=.ci/cppcheck.txt --library=posix --std=c11 -D__x86_64__ -D__GNUC__ '-DElfW(x)=Elf64_##x' \
	-I . -I sdk/include -I stdlib/include -j 2 vm loader stdlib plugins samples
check clang-tidy tidy_all
check tidy python3 test/tidy.py "$build"
exit $status
