#!/bin/sh
# Tables of the README from verdicts.csv: compare.sh verdicts | audit | list
set -eu
awk -v what="$1" "$(cat experiments/csv.awk)"'
function stands(v) { return v == "holds" || v == "plausible" }
function percent(a, b) { return sprintf("%d of %d, %.0f %%", a, b, 100 * a / b) }
NR == 1 { k = cells($0, head); for (i = 1; i <= k; i++) at[head[i]] = i; next }
{
	cells($0, c)
	v = c[at["verdict"]]; a = c[at["audit_verdict"]]
	nr++; by[v]++
	if (a == "" || a == "needs-simulation" || v == "unknown") next
	both++
	word += a == v
	side += stands(a) == stands(v)
	if (a != v && what == "list")
		printf "| %s | %s | %s | %s |\n", c[at["id"]], a, v, c[at["rule"]]
}
END {
	if (what == "verdicts") {
		print "| verdict | claims |\n|---|---:|"
		n = split("impossible inconsistent implausible unknown holds plausible", order, " ")
		for (i = 1; i <= n; i++)
			printf "| %s | %d |\n", order[i], by[order[i]]
		printf "| all | %d |\n", nr
	}
	if (what == "audit") {
		print "| agreement with the hand audit | claims judged by both |"
		print "|---|---|"
		print "| both say that it stands, or both that it fails | " percent(side, both) " |"
		print "| the same word | " percent(word, both) " |"
	}
}' experiments/07-vendor-claims/verdicts.csv | if [ "$1" = list ]; then
	echo "| claim | audit | here | by rule |"
	echo "|---|---|---|---|"
	sort
else
	cat
fi
