#!/bin/sh
# Of the rows with drafts, as Markdown: what their steps took (drafts.sh taken),
# and how they came out before anything was fitted to them (drafts.sh first).
set -eu
cd "$(dirname "$0")"
cells=$(cat ../csv.awk)
case $1 in
taken)
	echo "| drafts | prompt | output | rows | tokens a step | from | to |"
	echo "|---:|---:|---:|---:|---:|---:|---:|"
	awk "$cells"'
		NR == 1 { k = cells($0, c); for (i = 1; i <= k; i++) at[c[i]] = i
			next }
		{	cells($0, c); a = c[at["tokens_per_step"]] + 0
			k = c[at["mtp"]] " | " c[at["isl"]] " | " c[at["osl"]]
			if (!n[k]++) least[k] = most[k] = a
			sum[k] += a
			if (a < least[k]) least[k] = a
			if (a > most[k]) most[k] = a }
		END { for (k in n) printf "| %s | %d | %.2f | %.2f | %.2f |\n",
			k, n[k], sum[k] / n[k], least[k], most[k] }
		' drafts.csv | sort
	;;
first)
	echo "| GPU | weights | layout | rows | MAPE | bias | within 10 % |" \
		"in the band |"
	echo "|---|---|---|---:|---:|---:|---:|---:|"
	awk "$cells"'
		function add(k) {
			n[k]++; sum[k] += e; size[k] += e < 0 ? -e : e
			near[k] += e < 10 && e > -10
			inside[k] += c[at["inside"]] == "yes"
		}
		NR == 1 { k = cells($0, c); for (i = 1; i <= k; i++) at[c[i]] = i
			next }
		{	cells($0, c); e = c[at["error_pct"]] + 0
			add(c[at["hw"]] " | " c[at["weights"]] " | " \
				(c[at["tp"]] > 1 ? "TP" : "DP") " attention")
			add("~all | | ") }
		END { for (k in n) printf "| %s | %d | %.1f %% | %+.1f %% |" \
			" %.0f %% | %.0f %% |\n", k, n[k], size[k] / n[k],
			sum[k] / n[k], 100 * near[k] / n[k],
			100 * inside[k] / n[k] }' drafts-first.csv | sort |
		sed 's/~//'
	;;
esac
