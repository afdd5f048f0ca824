#!/bin/bash
# How long the first of the grids takes, on threads and on ranks: CPU time and
# wall time of the whole command, rows kept to themselves or written.
set -eu
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
	OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl=self,vader
TIMEFORMAT='%R %U %S'
time_of() { # NAME N ROWS COMMAND...
	local name=$1 n=$2 what=$3
	shift 3
	{ time "$@" >/dev/null 2>&1 || :; } 2>&1 |
		awk -v OFS=, -v name="$name" -v n="$n" -v what="$what" \
			'{ print name, n, what, $1, $2 + $3 }'
}
common=$(sed -n '/^common="/,/"$/p' experiments/11-design-space/space.sh |
	tr -d '\n\t' | sed 's/^common="//; s/"$//; s/--/ --/g')
grid="--ep 8,16,32,48,64,72,96,128,144,160,192,256,320 --tp 1"
echo "program,of,rows,wall_s,cpu_s"
for what in "none --where tok_s_user>1e9" "all -o /dev/null"; do
	rows=${what%% *} option=${what#* }
	for n in 1 2; do
		# shellcheck disable=SC2086
		time_of threads $n "$rows" ./deeproof sweep $common $grid \
			$option --jobs $n
	done
	for n in 1 2 4; do
		# shellcheck disable=SC2086
		time_of ranks $n "$rows" mpirun -n $n ./deeproof-mpi sweep \
			$common $grid $option
	done
done
