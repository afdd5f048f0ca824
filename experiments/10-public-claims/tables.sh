#!/bin/sh
# Tables of the README from verdicts.csv: tables.sh verdicts | agree | list
set -eu
awk -v what="$1" "$(cat experiments/csv.awk)"'
function kind(v) {
	if (v == "holds" || v == "plausible") return "stands"
	return v == "unknown" ? "unknown" : "fails"
}
function ours(o) {
	if (o ~ /^true/) return "stands"
	return o ~ /^open/ ? "unknown" : "fails"
}
NR == 1 { k = cells($0, head); for (i = 1; i <= k; i++) at[head[i]] = i; next }
{
	cells($0, c)
	v = c[at["verdict"]]; o = c[at["ours"]]
	nr++; by[v]++; same += kind(v) == ours(o); both[ours(o) kind(v)]++
	if (what == "list" && kind(v) != "stands")
		printf "| %s | %s | %s | %s |\n", c[at["id"]], v, \
			c[at["rule"]], c[at["ours"]]
}
END {
	if (what == "verdicts") {
		print "| verdict | claims |\n|---|---:|"
		n = split("impossible inconsistent implausible unknown holds plausible", order, " ")
		for (i = 1; i <= n; i++)
			printf "| %s | %d |\n", order[i], by[order[i]]
		printf "| all | %d |\n", nr
	}
	if (what == "agree") {
		print "| by hand | stands | fails | unknown |\n|---|---:|---:|---:|"
		n = split("stands fails unknown", order, " ")
		for (i = 1; i <= n; i++)
			printf "| %s | %d | %d | %d |\n", order[i], \
				both[order[i] "stands"], \
				both[order[i] "fails"], \
				both[order[i] "unknown"]
		printf "\n%d of %d are of one kind, %.0f %%.\n", same, nr, \
			100 * same / nr
	}
}' experiments/10-public-claims/verdicts.csv | if [ "$1" = list ]; then
	echo "| claim | verdict | by rule | by hand |"
	echo "|---|---|---|---|"
	sort
else
	cat
fi
