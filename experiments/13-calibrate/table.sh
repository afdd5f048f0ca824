#!/bin/sh
# The result of this experiment as Markdown; `sums` prints its last lines.
exec awk -F, -v what="${1-}" '
function sort(x, nr,    i, j, t) {
	for (i = 2; i <= nr; i++)
		for (j = i; j > 1 && x[j - 1] > x[j]; j--) {
			t = x[j]; x[j] = x[j - 1]; x[j - 1] = t
		}
}
function median(x, nr) {
	sort(x, nr)
	return nr % 2 ? x[(nr + 1) / 2] : (x[nr / 2] + x[nr / 2 + 1]) / 2
}
NR == 1 && what == "" {
	print "| hw | stack | model | weights | layout | other rows |" \
		" before | after | change | any three |"
	print "|---|---|---|---|---|---:|---:|---:|---:|---:|"
}
NR == 1 { next }
{
	change[++nr] = $12
	if ($10 != $11)
		learned[++of] = $12
	any[nr] = $17
	any_before += $15; any_after += $16
	any_worse += ($17 > 0)
	rows += $9; before += $9 * $10; after += $9 * $11
	in_before += $9 * $13; in_after += $9 * $14
	worse += ($12 > 0)
}
what == "" {
	printf "| %s | %s | %s | %s | TP%s EP%s on %s%s | %s | %.1f %% |" \
		" %.1f %% | %+d %%%s | %+d %%%s |\n", $1, $2, $3, $4, $6, $7, $5,
		($8 ? ", drafts" : ""), $9, $10, $11, $12,
		($12 > 0 ? " (worse)" : ""), $17,
		($17 > 0 ? " (worse)" : "")
}
END {
	if (what == "")
		exit
	printf "| | before | after |\n|---|---:|---:|\n"
	printf "| mean error of the %d rows | %.1f %% | %.1f %% |\n", rows,
		before / rows, after / rows
	printf "| of them inside the band | %.0f %% | %.0f %% |\n",
		in_before / rows, in_after / rows
	printf "| change of a layout, median | | %+.0f %% |\n",
		median(change, nr)
	printf "| of the %d from which something is learned | | %+.0f %% |\n",
		of, median(learned, of)
	printf "| layouts made worse, of %d | | %d |\n", nr, worse
	printf "| any three: error of a layout, mean | %.1f %% | %.1f %% |\n",
		any_before / nr, any_after / nr
	printf "| any three: change of a layout, median | | %+.0f %% |\n",
		median(any, nr)
	printf "| any three: layouts made worse, of %d | | %d |\n", nr,
		any_worse
}' experiments/13-calibrate/result.csv
