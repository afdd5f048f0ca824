#!/bin/sh
# What the page is built with; Debian's packages, installed where missing, or
# only named with --missing.
set -eu
need=
command -v clang >/dev/null 2>&1 || need="$need clang"
command -v wasm-ld >/dev/null 2>&1 || need="$need lld"
[ -d /usr/include/wasm32-wasi ] || need="$need wasi-libc"
find /usr/lib -path '*wasi*libclang_rt.builtins-wasm32.a' 2>/dev/null |
	grep -q . || need="$need libclang-rt-dev-wasm32"
command -v python3 >/dev/null 2>&1 || need="$need python3"
[ "${1:-}" != --missing ] || { printf '%s' "$need"; exit 0; }
[ -n "$need" ] || exit 0
echo "make explorer: installing$need"
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
	--no-install-recommends $need >/dev/null 2>&1 || {
	$as_root apt-get -qq update >/dev/null
	# shellcheck disable=SC2086
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
		--no-install-recommends $need >/dev/null
}
