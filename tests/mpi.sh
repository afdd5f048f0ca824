#!/bin/sh
# deeproof-mpi answers as deeproof does, byte for byte, over 2 and 4 ranks; a
# rank that dies is named, nothing that looks whole is left, and --resume goes
# on. Skipped with a notice where there is no MPI.
set -u
export LC_ALL=C
if ! command -v mpicc >/dev/null 2>&1 || ! command -v mpirun >/dev/null 2>&1; then
	echo "mpi: skipped, no mpicc and mpirun here (apt-get install libopenmpi-dev openmpi-bin)"
	exit 0
fi
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
good=0 bad=0
say() { if [ "$1" -eq 0 ]; then good=$((good + 1)); else bad=$((bad + 1)); echo "not ok - $2"; fi; }
${MAKE:-make} -s mpi >"$dir/make" 2>&1 || { cat "$dir/make"; echo "mpi: deeproof-mpi does not build"; exit 1; }

grid="--hw h800-sxm,h200-sxm --model deepseek-v3 --ep 8,32,96 --batch 1..64 --ctx 1000,4989"
ranks() { # of root too, and of more ranks than cores, as in a container
	n=$1; shift
	# shellcheck disable=SC2086
	OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
		OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl=self,vader \
		timeout 60 mpirun -n "$n" ./deeproof-mpi sweep $grid "$@"
}

# shellcheck disable=SC2086
./deeproof sweep $grid -o "$dir/whole.csv" 2>/dev/null
for n in 1 2 4; do
	ranks $n -o "$dir/$n.csv" 2>"$dir/err"
	cmp -s "$dir/$n.csv" "$dir/whole.csv"
	say $? "$n ranks give the same bytes"
done
# shellcheck disable=SC2086
./deeproof sweep $grid --best 5 >"$dir/best.csv" 2>/dev/null
ranks 3 --best 5 2>/dev/null | cmp -s - "$dir/best.csv"
say $? "and the same best"
ranks 2 --where 'tok_s_user>=40' -o "$dir/where.csv" 2>"$dir/err"
grep -q "of 768 rows" "$dir/err"	# 2 x 3 x 64 x 2
say $? "rows are counted over all ranks"
ranks 2 --batch 0..3 >/dev/null 2>"$dir/err"
[ $? -ne 0 ] && [ "$(grep -c '^deeproof: ' "$dir/err")" -ge 1 ]
say $? "what is malformed is said"
ranks 2 -o "$dir/no/such.csv" >/dev/null 2>"$dir/err"
[ $? -ne 0 ] && [ "$(grep -c 'no/such.csv' "$dir/err")" -eq 1 ]
say $? "an output that cannot be is said once, and nobody waits"

# The second rank is killed in the middle.
ranks 2 --batch 1..200000 --yes --resume -o "$dir/long.csv" 2>"$dir/err" &
job=$!
n=0
until [ -s "$dir/long.csv.part" ] || [ $n -ge 200 ]; do n=$((n + 1)); sleep 0.05; done
for pid in $(pgrep -f "deeproof-mpi sweep .*$dir/long.csv"); do
	if tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null |
	   grep -qx 'OMPI_COMM_WORLD_RANK=1'; then
		kill -9 "$pid"
	fi
done
wait $job
[ $? -ne 0 ]; say $? "a job that lost a rank fails"
grep -q 'rank 1' "$dir/err"
say $? "and the rank is named"
[ ! -e "$dir/long.csv" ] && [ -s "$dir/long.csv.part" ]
say $? "no result looks whole, and the part stays"
head -c 100000 "$dir/long.csv.part" >"$dir/began"
# shellcheck disable=SC2086
./deeproof sweep $grid --batch 1..200000 --yes 2>/dev/null |
	head -c "$(wc -c <"$dir/began")" | cmp -s - "$dir/began"
say $? "whose rows are right"
echo "mpi: $good passed, $bad failed"
[ $bad -eq 0 ]
