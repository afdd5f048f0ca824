#!/bin/sh
# The page: built, and driven in headless Chromium where that and npm's
# puppeteer-core and axe-core are to be had. EXPLORER=1 installs them.
set -u
export LC_ALL=C
skip() { echo "explorer: $1, skipped"; exit 0; }
command -v clang >/dev/null 2>&1 && [ -d /usr/include/wasm32-wasi ] &&
	command -v python3 >/dev/null 2>&1 ||
	[ -n "${EXPLORER:-}" ] || skip "no clang with wasi-libc"
[ -n "${EXPLORER:-}" ] && { sh explorer/deps.sh || exit 1; }
make --no-print-directory out/explorer.html >/dev/null || exit 1
size=$(wc -c <out/explorer.html)
[ "$size" -le 2097152 ] || { echo "explorer: $size bytes, over 2 MiB"; exit 1; }
echo "explorer: one file of $size bytes"
command -v node >/dev/null 2>&1 || skip "no node"
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

# Requests that are drawn: by this program, and by the page's library, whose
# longs and sizes have 32 bits.
on="hw=h200-sxm stack=sglang model=deepseek-v3 gpus=8 tp=8 ep=1 isl=2000 osl=300
	mode=colocated"
n=0
for ask in "concurrency=24 requests=96 seed=7" \
		"arrivals=poisson rate=4 requests=200 seed=4294967295" \
		"arrivals=poisson rate=1 requests=90 turns=3 think=2 hit=0.5" \
		"concurrency=8 requests=40 mtp=2 accept=0.8,0.6 spread=0.2"; do
	n=$((n + 1))
	# shellcheck disable=SC2086
	set -- $on $ask
	printf '%s\n' "$@" >"$dir/drawn$n.csv.ask"
	"${DEEPROOF:-./deeproof}" run $(printf -- '--%s ' "$@") --csv \
		>"$dir/drawn$n.csv" || exit 1
done
node tests/explorer/digits.mjs explorer/core.js build/deeproof.wasm \
	build/descriptors.txt "$dir"/drawn*.csv || exit 1
chromium=$(command -v chromium || command -v chromium-browser) ||
	skip "no chromium"
modules=${EXPLORER_MODULES:-build/node}
if [ ! -d "$modules/node_modules/axe-core" ]; then
	[ -n "${EXPLORER:-}" ] && command -v npm >/dev/null 2>&1 ||
		skip "no puppeteer-core"
	mkdir -p "$modules" && (cd "$modules" && npm init -y &&
		npm install --no-audit --no-fund puppeteer-core@22 axe-core@4) \
		>/dev/null 2>&1 || skip "npm has no puppeteer-core"
fi
"${DEEPROOF:-./deeproof}" sweep --hw h20-141g,h200-sxm,b200-sxm \
	--model deepseek-v3,deepseek-v4-pro --ep 8,32,144 --batch 1,64,300 \
	--ctx 500,64000 --mtp 0,1 -o "$dir/want.csv" 2>/dev/null
"${DEEPROOF:-./deeproof}" run --hw h200-sxm --stack sglang --model deepseek-v3 \
	--gpus 8 --tp 8 --ep 1 --mode colocated --isl 8192 --osl 1024 \
	--concurrency 24 --requests 48 --csv >"$dir/run.csv"
[ -n "${PICTURES:-}" ] && mkdir -p "$PICTURES"
node tests/explorer/page.mjs "$(cd "$modules" && pwd)" "$chromium" \
	out/explorer.html "$dir/want.csv" "$dir/run.csv" "${PICTURES:-}"
