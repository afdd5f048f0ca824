#!/bin/sh
# overlap.csv as a Markdown table: tok/s/GPU of each batch without and with
# two-batch overlap, and what it changes.
set -eu
awk -F, '
NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
{ batch = $at["batch"]; rate[batch, $at["overlap"]] = $at["tok_s_gpu"] }
$at["overlap"] == "none" { order[++nr] = batch }
BEGIN {
	measured[32] = "-27 %"; measured[256] = measured[224] = "+25.5 % at 256"
	print "| sequences a GPU | none | two-batch | change | measured |"
	print "|---:|---:|---:|---:|---:|"
}
END {
	for (i = 1; i <= nr; i++) {
		b = order[i]; x = rate[b, "none"]; y = rate[b, "two-batch"]
		printf "| %s | %.0f | %.0f | %+.1f %% | %s |\n", b, x, y,
			100 * (y / x - 1), measured[b]
	}
}' experiments/04-ladder/overlap.csv
