#!/bin/sh
# together.sh OUT PART...: shards put together, PART in their order, each with
# the PART.manifest that --manifest wrote. They must be all the shards of one
# sweep, and as they were written; else it says which is not, and OUT is as it
# was.
set -u
export LC_ALL=C
[ $# -ge 2 ] || { echo "usage: together.sh OUT PART..." >&2; exit 2; }
out=$1
shift
no() { echo "together.sh: $1" >&2; exit 2; }
of() { sed -n "s/^$1,//p" "$part.manifest"; }
nr=0 sweep=
for part; do
	nr=$((nr + 1))
	[ -f "$part.manifest" ] || no "$part has no manifest; run that shard with --manifest"
	id=$(of identity)
	[ "${sweep:=${id%%, *}}" = "${id%%, *}" ] ||
		no "$part is of another sweep than $1; give the shards of one"
	[ "$(of shard)" = "$nr/$#" ] ||
		no "$part is shard $(of shard), where $nr/$# is to stand; give all shards, in order"
	[ "$(of cksum) $(of bytes)" = "$(cksum <"$part")" ] ||
		no "$part is not as its manifest has it; run that shard again"
done
cat "$@" >"$out.tmp" && mv "$out.tmp" "$out" && exit
rm -f "$out.tmp"
exit 2
