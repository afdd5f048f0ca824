#!/bin/sh
# parallel.sh N [SWEEP OPTION...]: a sweep in N shards, one a core.
set -eu
nr=$1
shift
mkdir -p out
seq -f %05.0f "$nr" | parallel --halt soon,fail=1 \
	deeproof sweep "$@" --jobs 1 --resume --manifest --shard '{= $_ += 0 =}'"/$nr" \
	-o out/part.{}
sh "$(dirname "$0")/together.sh" out/all.csv out/part.?????
