#!/bin/sh
# Of every class of eight rows or more, as Markdown: how many of them are in
# their band without their own layout, GPU, stack or model, in per cent, and the
# root mean square of their errors over the band's standard errors: 1 where a
# band is as wide as it need be. A class outside 65 to 95 % has beside it how
# often chance is as far off, if its rows were independent.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
sh experiments/measured/all.sh >"$tmp/all.csv"
for what in layout hw stack model; do
	./deeproof validate "$tmp/all.csv" --leave-out $what \
		-o "$tmp/$what.csv" >/dev/null 2>&1 || [ $? -ne 2 ]
done
cd "$tmp"
awk "$(cat "$OLDPWD/experiments/csv.awk")"'
	function add(by, class,    k) {
		k = by SUBSEP class
		if (!(k in seen)) { seen[k] = 1; order[++classes] = k }
		n[k, FILENAME]++
		inside[k, FILENAME] += c[at["inside"]] == "yes"
		sum[k, FILENAME] += z * z
	}
	# chance of i of n, four of five being in
	function binomial(i, n,    p, j) {
		p = 1
		for (j = 1; j <= i; j++)
			p *= 0.8 * (n - i + j) / j
		return p * 0.2 ^ (n - i)
	}
	function chance(in_band, n,    i, sum) {
		for (i = 0; i <= n; i++)
			if (binomial(i, n) <= binomial(in_band, n) * 1.000001)
				sum += binomial(i, n)
		return sum
	}
	function said(k, what,    rows, share) {
		rows = n[k, what]
		share = inside[k, what] / rows
		printf " %.0f %%, %.1f", 100 * share, sqrt(sum[k, what] / rows)
		if (share < 0.65 || share > 0.95)
			printf " (%.2f)", chance(inside[k, what], rows)
		printf " |"
	}
	FNR == 1 { k = cells($0, c); for (i = 1; i <= k; i++) at[c[i]] = i
		next }
	{	cells($0, c)
		if (c[at["error_pct"]] == "") next
		p = c[at["predicted"]]
		up = log(c[at["high"]] / p); down = log(p / c[at["low"]])
		z = log(p / c[at["value"]]) / (up > down ? up : down) * 1.28155
		tp = c[at["tp"]] == c[at["gpus"]] && c[at["tp"]] > 1
		ep = c[at["ep"]] + 0
		if (tp) layout = "TP attention; " (ep > 1 ? "EP" : "TP experts")
		else layout = "DP attention; EP " (ep > 8 ? "> 8" : "<= 8")
		add("all", "all")
		add("hw", c[at["hw"]])
		add("stack", c[at["stack"]])
		add("model", c[at["model"]])
		add("layout", layout)
		add("drafts", c[at["mtp"]] > 0 ? "with" : "none") }
	END {
		print "| by | class | rows | layout | GPU | stack | model |"
		print "|---|---|---:|---|---|---|---|"
		kinds = split("all hw stack model layout drafts", kind, " ")
		for (i = 0; i < kinds * classes; i++) {
			k = order[i % classes + 1]
			split(k, name, SUBSEP)
			if (name[1] != kind[int(i / classes) + 1] ||
			    n[k, "layout.csv"] < 8)
				continue
			printf "| %s | %s | %d |", name[1], name[2],
				n[k, "layout.csv"]
			said(k, "layout.csv")
			said(k, "hw.csv")
			said(k, "stack.csv")
			said(k, "model.csv")
			print ""
		} }' layout.csv hw.csv stack.csv model.csv
