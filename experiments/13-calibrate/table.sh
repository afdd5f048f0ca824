#!/bin/sh
# The result of this experiment as Markdown: `layout` or `stack` prints what
# was held out so, `sums` both side by side, `vary` what rows vary by, `bound`
# what could be learned at most.
here=experiments/13-calibrate
if [ "$1" = bound ]; then
	exec awk -f $here/bound.awk $here/likelihood.csv $here/errors.csv \
		$here/result.csv
fi
if [ "$1" = vary ]; then
	exec awk -F, '
	function range(a, b) { return sprintf("%.2f to %.2f", a, b) }
	NR == 1 { next }
	$1 == "nothing" { for (i = 3; i <= 8; i++) all[i] = $i; next }
	{ for (i = 3; i <= 7; i += 2) {
		if (!(($1, i) in least) || $i < least[$1, i])
			least[$1, i] = $i
		if ($i > most[$1, i]) most[$1, i] = $i
	} }
	END {
		split("share near reach", name, " ")
		print "| | posterior | without any one layout |" \
			" without any one stack |"
		print "|---|---:|---:|---:|"
		for (k = 1; k <= 3; k++) {
			i = 2 * k + 1
			printf "| own.%s | %.2f ± %.2f | %s | %s |\n",
				name[k], all[i], all[i + 1],
				range(least["layout", i], most["layout", i]),
				range(least["stack", i], most["stack", i])
		}
	}' $here/likelihood.csv
fi
exec awk -F, -v what="$1" '
function sort(x, nr,    i, j, t) {
	for (i = 2; i <= nr; i++)
		for (j = i; j > 1 && x[j - 1] > x[j]; j--) {
			t = x[j]; x[j] = x[j - 1]; x[j - 1] = t
		}
}
function median(of, held, nr,    i, x) {
	for (i = 1; i <= nr; i++) x[i] = of[held, i]
	sort(x, nr)
	return nr % 2 ? x[(nr + 1) / 2] : (x[nr / 2] + x[nr / 2 + 1]) / 2
}
function line(label, form, l, s) {
	printf "| %s | " form " | " form " |\n", label, l, s
}
NR == 1 && what != "sums" {
	print "| hw | stack | model | weights | layout | other rows |" \
		" before | after | change | any three |"
	print "|---|---|---|---|---|---:|---:|---:|---:|---:|"
}
NR == 1 { next }
{
	h = $1
	n = ++nr[h]
	change[h, n] = $13; any[h, n] = $18
	rows[h] += $10; before[h] += $10 * $11; after[h] += $10 * $12
	mean_before[h] += $11; mean_after[h] += $12
	in_before[h] += $10 * $14; in_after[h] += $10 * $15
	any_before[h] += $16; any_after[h] += $17
	worse[h] += $13 > 0; any_worse[h] += $18 > 0
}
h == what {
	printf "| %s | %s | %s | %s | TP%s EP%s on %s%s | %s | %.1f %% |" \
		" %.1f %% | %+d %%%s | %+d %%%s |\n", $2, $3, $4, $5, $7, $8, $6,
		($9 ? ", drafts" : ""), $10, $11, $12, $13,
		($13 > 0 ? " (worse)" : ""), $18,
		($18 > 0 ? " (worse)" : "")
}
END {
	if (what != "sums")
		exit
	l = "layout"; s = "stack"
	print "| | layout held out | stack and layout held out |"
	print "|---|---:|---:|"
	line("mean error of the " rows[l] " other rows before", "%.1f %%",
		before[l] / rows[l], before[s] / rows[s])
	line("and after", "%.1f %%", after[l] / rows[l], after[s] / rows[s])
	line("of them inside the band before", "%.0f %%",
		in_before[l] / rows[l], in_before[s] / rows[s])
	line("and after", "%.0f %%", in_after[l] / rows[l],
		in_after[s] / rows[s])
	line("error of a layout, mean, before", "%.1f %%",
		mean_before[l] / nr[l], mean_before[s] / nr[s])
	line("and after", "%.1f %%", mean_after[l] / nr[l],
		mean_after[s] / nr[s])
	line("**change of a layout, median**", "**%+.0f %%**",
		median(change, l, nr[l]), median(change, s, nr[s]))
	line("layouts made worse, of " nr[l], "%d", worse[l], worse[s])
	line("any three: error of a layout before", "%.1f %%",
		any_before[l] / nr[l], any_before[s] / nr[s])
	line("any three: and after", "%.1f %%", any_after[l] / nr[l],
		any_after[s] / nr[s])
	line("**any three: change of a layout, median**", "**%+.0f %%**",
		median(any, l, nr[l]), median(any, s, nr[s]))
	line("any three: layouts made worse, of " nr[l], "%d", any_worse[l],
		any_worse[s])
}' $here/result.csv
