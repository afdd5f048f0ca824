#!/bin/sh
# Rows of one recipe, measured 28 days and more apart at batches within a tenth
# of each other: how many pairs there are (pairs), or the largest ratio of
# their times (most). again.sh pairs|most [MEASURED.csv]
set -eu
awk -v say="$1" "$(cat experiments/csv.awk)"'
function day(s) {	# of a calendar whose months have 30.4 days
	return substr(s, 1, 4) * 365 + substr(s, 6, 2) * 30.4 + substr(s, 9)
}
function ratio(x, y) { return x > y ? x / y : y / x }
NR == 1 {
	n = cells($0, head)
	for (i = 1; i <= n; i++) at[head[i]] = i
	of = split("hw stack model weights kv gpus tp ep isl osl mtp metric" \
		" mode", same, " ")
	next
}
{
	cells($0, c)
	recipe[NR] = ""
	for (i = 1; i <= of; i++) recipe[NR] = recipe[NR] "," c[at[same[i]]]
	when[NR] = day(c[at["date"]])
	batch[NR] = c[at["batch"]] + 0; value[NR] = c[at["value"]] + 0
	for (k = 2; k < NR; k++)
		if (recipe[k] == recipe[NR] && when[k] * when[NR] > 0 &&
		    batch[k] > 0 && batch[NR] > 0 &&
		    (when[k] - when[NR]) ^ 2 >= 28 ^ 2 &&
		    ratio(batch[k], batch[NR]) <= 1.1) {
			pairs++
			r = ratio(value[k], value[NR])
			if (r > most) most = r
		}
}
END {
	if (say == "pairs") print pairs + 0
	else printf "%.2f\n", most
}' "${2:-experiments/measured/decode.csv}"
