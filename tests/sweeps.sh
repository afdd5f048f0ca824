#!/bin/sh
# Sweeps in parts: shards put together are the whole, a killed sweep goes on
# to the same bytes, the best are those of the whole, a manifest can be checked.
set -u
export LC_ALL=C
deeproof=${DEEPROOF:-./deeproof}
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
good=0 bad=0
say() { if [ "$1" -eq 0 ]; then good=$((good + 1)); else bad=$((bad + 1)); echo "not ok - $2"; fi; }
grid="--hw h800-sxm,h200-sxm --model deepseek-v3 --ep 8,32,96 --batch 1..64 --ctx 1000,4989"
sweep() { # shellcheck disable=SC2086
	"$deeproof" sweep $grid "$@"; }

sweep -o "$dir/whole.csv" 2>/dev/null
for i in 7 3 1 6 2 5 4; do		# in whatever order they end
	sweep --shard $i/7 -o "$dir/part$i" 2>/dev/null
done
cat "$dir"/part[1-7] | cmp -s - "$dir/whole.csv"
say $? "seven shards are the whole, byte for byte"
for rows in 0 2; do			# fewer than there are shards
	{ echo hw,model,gpus,tp,ep,batch,ctx
	yes h200-sxm,deepseek-v3,8,8,8,8,1000 | head -n $rows; } >"$dir/few"
	"$deeproof" sweep "$dir/few" -o "$dir/whole" 2>/dev/null
	for i in 1 2 3; do "$deeproof" sweep "$dir/few" --shard $i/3; done 2>/dev/null |
		cmp -s - "$dir/whole"
	say $? "three shards of $rows rows are the whole"
done


# Shards that do not match: each way to put them together wrongly is said.
for i in 1 2 3; do sweep --shard $i/3 --manifest -o "$dir/s$i" 2>/dev/null; done
sweep --ep 8 --shard 2/3 --manifest -o "$dir/other" 2>/dev/null
sed 's/yes/yea/' "$dir/s2" >"$dir/cut"; cp "$dir/s2.manifest" "$dir/cut.manifest"
cp "$dir/s2" "$dir/bare"
together() { (cd "$dir" && sh "$here/experiments/cluster/together.sh" "$@") 2>"$dir/err"; }
here=$PWD
together all.csv s1 s2 s3 && cmp -s "$dir/all.csv" "$dir/whole.csv"
say $? "shards of one sweep are put together"
while read -r parts what; do
	# shellcheck disable=SC2086,SC2046
	together all.csv $(echo "$parts" | tr , ' ')
	[ $? -eq 2 ] && grep -q "$what" "$dir/err" && cmp -s "$dir/all.csv" "$dir/whole.csv"
	say $? "$parts: $what"
done <<'EOF'
s1,s2 s1 is shard 1/3, where 1/2
s1,s3,s2 s3 is shard 3/3, where 2/3
s1,other,s3 other is of another sweep
s1,cut,s3 cut is not as its manifest has it
s1,bare,s3 bare has no manifest
EOF

# The scripts of experiments/cluster, of fewer rows and shards.
mkdir "$dir/out" "$dir/bin" && ln -s "$(realpath "$deeproof")" "$dir/bin/deeproof"
export DEEPROOF_DATA="$here"
sed -n '/>-$/,/volumeMounts/p' experiments/cluster/job.yaml | sed '1d;$d' | tr '\n' ' ' |
	sed "s:/64 :/3 :; s:512:4:; s:/out/:$dir/out/:" >"$dir/job"
for i in 2 0 1; do
	PATH="$dir/bin:$PATH" JOB_COMPLETION_INDEX=$i sh "$dir/job" 2>/dev/null
done
sed 's/--shard.*//' "$dir/job" >"$dir/job.whole"
PATH="$dir/bin:$PATH" sh "$dir/job.whole" >"$dir/job.csv" 2>/dev/null
together all.csv out/part.00000 out/part.00001 out/part.00002 &&
	cmp -s "$dir/all.csv" "$dir/job.csv" && [ -s "$dir/job.csv" ]
say $? "the indexed job is one sweep"
rm "$dir"/out/*
if parallel --version 2>/dev/null | grep -q '^GNU'; then
	# shellcheck disable=SC2086
	(cd "$dir" && PATH="$dir/bin:$PATH" sh "$here/experiments/cluster/parallel.sh" 5 $grid) 2>/dev/null
	cmp -s "$dir/out/all.csv" "$dir/whole.csv"
	say $? "so is what GNU parallel runs"
else
	echo "sweeps: GNU parallel skipped, it is not here (apt-get install parallel)"
fi

# Killed at moments that no sleep can time: a part is cut at many bytes.
size=$(wc -c <"$dir/whole.csv")
sweep --resume -o "$dir/id.csv" 2>/dev/null
cmp -s "$dir/id.csv" "$dir/whole.csv"
say $? "a sweep that nothing stopped has the same bytes"
# Not through the function: what is killed must be the program, no shell.
# shellcheck disable=SC2086
"$deeproof" sweep $grid --batch 1..200000 --yes --resume -o "$dir/long.csv" \
	2>/dev/null &
pid=$!
n=0
until [ -s "$dir/long.csv.part" ] || [ $n -ge 200 ]; do n=$((n + 1)); sleep 0.05; done
sweep --batch 1..200000 --yes --resume -o "$dir/long.csv" 2>"$dir/err"
[ $? -eq 2 ] && grep -q 'long.csv.part: another program is writing it' "$dir/err"
say $? "two that go on with one file are one too many"
kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null
[ -s "$dir/long.csv.part.id" ]
say $? "a killed sweep leaves its part and whose it is"
[ ! -e "$dir/long.csv" ]
say $? "and no result that looks whole"
sweep --resume -o "$dir/long.csv" 2>"$dir/err"
[ $? -eq 2 ] && grep -q 'another sweep' "$dir/err"
say $? "another sweep's part is refused"
# Its id is written anew for each cut.
k=1
while [ $k -le 20 ]; do
	rm -f "$dir/x.csv"
	sweep --batch 1..63 --resume -o "$dir/y.csv" 2>/dev/null	# warm
	rm -f "$dir/y.csv"
	# shellcheck disable=SC2086
	("$deeproof" sweep $grid --resume -o "$dir/x.csv" 2>/dev/null & pid=$!
	sleep "0.0$((k % 7 + 1))"; kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null) 2>/dev/null
	if [ -e "$dir/x.csv.part" ]; then	# and cut inside a record
		at=$((size * k / 23))
		held=$(wc -c <"$dir/x.csv.part")
		[ "$held" -gt "$at" ] && head -c "$at" "$dir/x.csv.part" >"$dir/cut" &&
			cp "$dir/cut" "$dir/x.csv.part"
	fi
	sweep --resume -o "$dir/x.csv" 2>/dev/null
	cmp -s "$dir/x.csv" "$dir/whole.csv" || { echo "cut $k differs"; break; }
	k=$((k + 1))
done
[ $k -eq 21 ]; say $? "stopped 20 times, it goes on to the same bytes"
[ ! -e "$dir/x.csv.part" ] && [ ! -e "$dir/x.csv.part.id" ]
say $? "and nothing is left beside it"

# No room in the middle: a file may be 100 blocks of 512 bytes and no more.
(ulimit -f 100; sweep -o "$dir/big.csv" 2>"$dir/err")
[ $? -eq 2 ] && grep -q 'big.csv: cannot write: File too large' "$dir/err"
say $? "a result that finds no room is said"
[ -z "$(ls "$dir"/big.csv* 2>/dev/null)" ]; say $? "and leaves nothing"
# Told to end in the middle, it leaves nothing half written.
# shellcheck disable=SC2086
"$deeproof" sweep $grid --batch 1..200000 --yes -o "$dir/end.csv" 2>/dev/null &
pid=$!
n=0
until ls "$dir"/end.csv.* >/dev/null 2>&1 || [ $n -ge 200 ]; do n=$((n + 1)); sleep 0.05; done
[ $n -lt 200 ] && kill -TERM $pid; wait $pid 2>/dev/null
[ $? -eq 143 ] && [ -z "$(ls "$dir"/end.csv* 2>/dev/null)" ]	# 128 + 15
say $? "told to end, it leaves nothing half written"
# What is malformed stands in the first of its rows, which are not done again.
all="--batch=-1,1..64 --manifest"
# shellcheck disable=SC2086
sweep $all -o "$dir/once.csv" 2>/dev/null
# shellcheck disable=SC2086
(ulimit -f 100; sweep $all --resume -o "$dir/big.csv" 2>/dev/null)
[ -s "$dir/big.csv.part" ]; say $? "but with --resume the part"
# shellcheck disable=SC2086
sweep $all --resume -o "$dir/big.csv" 2>"$dir/err"
[ $? -eq 2 ] && cmp -s "$dir/big.csv" "$dir/once.csv"
say $? "which goes on to the same bytes and status"
counts() { sed '/^result,/d; /^command,/d' "$1.manifest"; }
[ "$(counts "$dir/big.csv")" = "$(counts "$dir/once.csv")" ]
say $? "and counts what was there"
grep -q '^malformed,12$' "$dir/big.csv.manifest"	# 2 x 3 x 2
say $? "of it what is malformed"
# A sheet of one's own is part of what a sweep is of.
own() { printf 'key,value,err,unit,origin,source,note\nbase,sglang,,name,assumed,a,\noverhead.sm90,%s,0.1,1,assumed,a,\n' "$1" >"$dir/own.csv"; }
own 1.3
(ulimit -f 100; sweep --stack "$dir/own.csv" --resume -o "$dir/own" 2>/dev/null)
own 1.4
sweep --stack "$dir/own.csv" --resume -o "$dir/own" 2>"$dir/err"
[ $? -eq 2 ] && grep -q 'another sweep' "$dir/err"
say $? "a part is of the sheets as they were"
own 1.3
sweep --stack "$dir/own.csv" --resume -o "$dir/own" 2>/dev/null
[ -s "$dir/own" ]; say $? "and goes on with those"
# So is each of its columns' sheets, and no other.
mkdir "$dir/data" && cp -r hw models "$dir/data"
ids() { DEEPROOF_DATA="$dir/data" sweep --stack sglang --date 2026-02-01 --batch 1 --manifest -o "$dir/ids" 2>/dev/null
	sed -n 's/^identity,//p' "$dir/ids.manifest"; }
was=$(ids)
for sheet in hw/h800-sxm.csv hw/stacks/sglang.csv hw/stacks/generic.csv models/deepseek-v3.csv models/deepseek-v3.json; do
	printf ' ' >>"$dir/data/$sheet"
	[ "$(ids)" != "$was" ]; say $? "$sheet is part of a sweep that names it"
	cp "$sheet" "$dir/data/$sheet"
done
printf ' ' >>"$dir/data/hw/b200-sxm.csv"
[ "$(ids)" = "$was" ] && [ -n "$was" ]; say $? "another GPU's sheet is not"

sweep --best 5 -o "$dir/best.csv" 2>/dev/null
[ "$(wc -l <"$dir/best.csv")" -eq 6 ]
say $? "--best 5 is five rows"
# No cell before fits and tok_s_gpu holds a comma in these grids.
best() { awk -F, -v OFS=, '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	$at["fits"] == "yes" { print $at["tok_s_gpu"], $1 }' "$1"; }
best "$dir/whole.csv" | sort -t, -k1,1gr -k2,2n | head -5 >"$dir/want"
best "$dir/best.csv" | cmp -s - "$dir/want" && [ -s "$dir/want" ]
say $? "and they are the whole's best"
sweep --best 5 --jobs 1 2>/dev/null | cmp -s - "$dir/best.csv"
say $? "whatever the threads"

# From the printed digits of the whole; no cell before them holds a comma.
sweep --where 'tok_s_user>=40 and hw=h200-sxm and ep!=32' -o "$dir/where.csv" \
	2>"$dir/err"
awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
	$at["fits"] == "yes" && $at["tok_s_user"] >= 40 &&
	$at["hw"] == "h200-sxm" && $at["ep"] != 32' "$dir/whole.csv" >"$dir/want"
cmp -s "$dir/where.csv" "$dir/want" && [ "$(wc -l <"$dir/want")" -gt 2 ]
say $? "--where prints the rows of which it holds"
sweep --where 'tok_s_gpu_low>=1000 and max_batch>100' -o "$dir/late.csv" \
	2>/dev/null
awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
	$at["fits"] == "yes" && $at["tok_s_gpu_low"] >= 1000 &&
	$at["max_batch"] > 100' "$dir/whole.csv" >"$dir/late"
cmp -s "$dir/late.csv" "$dir/late" && [ "$(wc -l <"$dir/late")" -gt 2 ]
say $? "be they of columns that are filled in last"
grep -q "of 768 rows .* and $(($(wc -l <"$dir/want") - 1)) are as" "$dir/err"
say $? "and says of how many"
sweep --where 'tok_s_gpu_low>=1000 and max_batch>100' --best 2 2>"$dir/err" |
	sed 1d >"$dir/two"
grep -q "and $(($(wc -l <"$dir/late") - 1)) are as" "$dir/err" &&
	[ "$(wc -l <"$dir/two")" -eq 2 ]
say $? "and as many where the best of them are printed"
[ -z "$(sweep --where 'tok_s_user>1e9' 2>/dev/null | sed 1d)" ] &&
	! sweep --where 'tok_s_user>1e9' >/dev/null 2>&1
say $? "none is a no"

# A malformed row says what it was given, whatever the rows before were filled
# in with.
sweep --ep 8 --batch 1..3,-1 -o "$dir/some.csv" 2>/dev/null
sweep --ep 8 --batch=-1 2>/dev/null | sed 1d | cut -d, -f2- >"$dir/want"
grep -e ',-1,' "$dir/some.csv" | cut -d, -f2- | cmp -s - "$dir/want" &&
	[ "$(wc -l <"$dir/want")" -eq 4 ]
say $? "a malformed row is as it was given"

sweep --manifest -o "$dir/m.csv" 2>/dev/null
want=$(cksum <"$dir/m.csv" | cut -d' ' -f1)
grep -qx "cksum,$want" "$dir/m.csv.manifest"
say $? "the manifest's checksum is cksum's"
grep -qx "rows,768" "$dir/m.csv.manifest"
say $? "and counts its rows"		# 2 x 3 x 64 x 2
for wrong in "--shard 0/3" "--shard 4/3" "--shard a/b" "--resume" "--manifest" "--resume --best 3 -o $dir/z" "--where hw>3" "--where tok_s_usr>3" "--resume --where fits=no -o $dir/z" "--manifest -o /dev/null" "--resume -o /dev/null"; do
	# shellcheck disable=SC2086
	sweep $wrong >/dev/null 2>"$dir/err"
	[ $? -eq 2 ] && [ -s "$dir/err" ]; say $? "$wrong is refused"
done
echo "sweeps: $good passed, $bad failed"
[ $bad -eq 0 ]
