#!/bin/sh
# Room for KV that engines' logs name, beside what is predicted: a table.
set -e
cd "$(dirname "$0")/../.."
./deeproof sweep "${1-experiments/measured/pools.csv}" 2>/dev/null | awk -F, '
# A quoted cell may hold commas; what is read here stands before the first.
NR == 1 {
	for (i = 1; i <= NF; i++)
		at[$i] = i
	print "| pool | hw | stack | model | logged GB | predicted | " \
		"80 % | error |"
	print "|---|---|---|---|---:|---:|---:|---:|"
	next
}
{
	cells = 0
	line = $0
	while (length(line)) {
		if (substr(line, 1, 1) == "\"") {
			n = index(substr(line, 2), "\"") + 1
			cell[++cells] = substr(line, 2, n - 2)
		} else {
			n = index(line, ",") ? index(line, ",") - 1 : \
				length(line)
			cell[++cells] = substr(line, 1, n)
		}
		line = substr(line, n + 2)
	}
	GB = cell[at["kv_gb"]] / (cell[at["ctx"]] * cell[at["batch"]])
	is = cell[at["kv_room_tokens"]] * GB
	low = cell[at["kv_room_tokens_low"]] * GB
	high = cell[at["kv_room_tokens_high"]] * GB
	was = cell[at["kv_pool_gb"]] + 0
	off = is / was - 1
	sum += off < 0 ? -off : off
	in_band += low <= was && was <= high
	printf "| %s | %s | %s | %s | %.1f | %.1f | %.1f to %.1f | %+.0f %% |\n",
		cell[at["id"]], cell[at["hw"]], cell[at["stack"]],
		cell[at["model"]], was, is, low, high, 100 * off
	n_rows++
}
END {
	printf "| all %d | | | | | | %d inside | %.0f %% |\n", n_rows, in_band,
		100 * sum / n_rows
}'
