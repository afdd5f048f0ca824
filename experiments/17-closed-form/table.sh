#!/bin/sh
# grid.csv by how tokens fall and whether two micro-batches overlap: how far the
# closed form is from the played step.
set -eu
echo '| balance | overlap | steps | mean | over 1 % | over 3 % | furthest |'
echo '|---|---|---:|---:|---:|---:|---|'
awk -F, 'NR > 1 {
	off = $9 < 0 ? -$9 : $9
	for (i = 0; i < 2; i++) {
		by = i ? "all | all" : $2 " | " $3
		n[by]++
		sum[by] += off
		one[by] += off > 1
		three[by] += off > 3
		if (off > most[by]) {
			most[by] = off
			where[by] = sprintf("%+.1f %%, %s, EP%d, batch %d", $9,
					    $1, $4, $6)
		}
	}
}
END {
	for (by in n)
		printf "| %s | %d | %.2f %% | %d | %d | %s |\n", by, n[by],
			sum[by] / n[by], one[by], three[by], where[by]
}' experiments/17-closed-form/grid.csv | sort
