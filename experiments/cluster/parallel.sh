#!/bin/sh
# parallel.sh N [SWEEP OPTION...]: a sweep in N shards, one a core.
set -eu
nr=$1
shift
mkdir -p out
seq -f %05.0f "$nr" | parallel --halt soon,fail=1 \
	deeproof sweep "$@" --jobs 1 --resume --shard '{= $_ += 0 =}'"/$nr" \
	-o out/part.{}
cat out/part.????? >out/all.csv
