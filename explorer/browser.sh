#!/bin/sh
# For .ci/run: what tests/explorer.sh builds the page with and drives it by,
# where it can be had within a minute: Debian's packages, and npm's
# puppeteer-core and axe-core in build/node. What is not had is said, and the
# test leaves out what needs it. Fetching is cut off; installing never is.
set -u
export LC_ALL=C
modules=${EXPLORER_MODULES:-build/node}
has() { command -v "$1" >/dev/null 2>&1; }
missing() {
	sh explorer/deps.sh --missing
	has chromium || has chromium-browser || printf ' chromium'
	has node || printf ' nodejs'
	has npm || printf ' npm'
}
without() {
	echo "explorer: no$need here ($1); its test leaves out what needs that"
	exit 0
}
need=$(missing)
patience=60
if [ -n "$need" ]; then
	has apt-get && has timeout || without "no apt-get"
	as_root=
	[ "$(id -u)" -eq 0 ] || as_root="sudo -n"
	apt() {
		seconds=$1
		shift
		# shellcheck disable=SC2086
		timeout "$seconds" $as_root env DEBIAN_FRONTEND=noninteractive \
			apt-get -qq -y --no-install-recommends \
			-o Acquire::Retries=0 -o Acquire::http::Timeout=10 \
			-o DPkg::Lock::Timeout=10 "$@" >/dev/null 2>&1
	}
	# shellcheck disable=SC2086
	apt 40 install --download-only $need || {
		apt 15 update && apt 40 install --download-only $need
	} || without "not to be fetched"
	patience=30
	# shellcheck disable=SC2086
	apt 600 install $need || without "not to be installed"
fi
[ -d "$modules/node_modules/axe-core" ] || {
	mkdir -p "$modules" && cd "$modules" &&
		timeout 20 npm init -y >/dev/null 2>&1 &&
		timeout $patience npm install --no-audit --no-fund \
			puppeteer-core@22 axe-core@4 >/dev/null 2>&1
} || { need=" puppeteer-core"; without "npm has none"; }
