#!/bin/sh
# Does what is left bend with the context, the batch or the width of EP? Each
# row predicted without its layout group, the logarithms of predicted steps over
# measured ones fitted by least squares. Of each slope its t, the nearer to 0 of
# two: rows as draws of their own, and those of a layout group as one (Liang and
# Zeger 1986). Markdown.
# Run from the top.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
sh experiments/measured/all.sh >"$tmp/all.csv"
./deeproof validate "$tmp/all.csv" --leave-out layout -o "$tmp/p.csv" \
	2>/dev/null || [ $? -ne 2 ]
awk "$(cat experiments/csv.awk)"'
function add(class,	i, j, g) {	# x[1..K], y of a row of group
	g = class SUBSEP group
	if (!(class in rows)) order[++classes] = class
	rows[class]++
	for (i = 1; i <= K; i++) {
		for (j = 1; j <= K; j++) xx[class, i, j] += x[i] * x[j]
		xy[class, i] += x[i] * y
		X[class, rows[class], i] = x[i]
	}
	Y[class, rows[class]] = y
	G[class, rows[class]] = group
}
# m: [k][k] beside the unit matrix; then inverse is in the right half
function invert(class, k,	i, j, c, f, p) {
	for (i = 1; i <= k; i++) for (j = 1; j <= k; j++) {
		m[i, j] = xx[class, i, j]
		m[i, k + j] = i == j
	}
	for (c = 1; c <= k; c++) {
		p = m[c, c]
		for (j = 1; j <= 2 * k; j++) m[c, j] /= p
		for (i = 1; i <= k; i++) {
			if (i == c) continue
			f = m[i, c]
			for (j = 1; j <= 2 * k; j++) m[i, j] -= f * m[c, j]
		}
	}
}
function report(class, k,	i, j, r, g, e, n, left, line, t) {
	invert(class, k)
	for (i = 1; i <= k; i++) {
		b[i] = 0
		for (j = 1; j <= k; j++) b[i] += m[i, k + j] * xy[class, j]
	}
	split("", score); split("", seen); n = left = 0
	for (r = 1; r <= rows[class]; r++) {
		e = Y[class, r]
		for (i = 1; i <= k; i++) e -= b[i] * X[class, r, i]
		left += e * e
		g = G[class, r]
		if (!(g in seen)) { seen[g]; n++ }
		for (i = 1; i <= k; i++) score[g, i] += e * X[class, r, i]
	}
	line = "| " class " | " rows[class] " | " n
	for (i = 2; i <= k; i++) {
		t = 0
		for (g in seen) {
			e = 0
			for (j = 1; j <= k; j++) e += m[i, k + j] * score[g, j]
			t += e * e
		}
		t *= n / (n - 1)
		e = left / (rows[class] - k) * m[i, k + i]
		t = b[i] / sqrt(t > e ? t : e)
		line = line sprintf(" | %+.3f (t %+.1f)", b[i], t)
	}
	for (; i <= K; i++) line = line " |"
	print line " |"
}
NR == 1 { k = cells($0, head); for (i = 1; i <= k; i++) at[head[i]] = i; next }
{
	cells($0, c)
	if (c[at["error_pct"]] == "") next
	y = log(c[at["predicted_step_ms"]] / c[at["measured_step_ms"]])
	ctx = c[at["ctx"]]
	if (ctx == "") ctx = c[at["isl"]] + c[at["osl"]] / 2
	tp = c[at["tp"]]; ep = c[at["ep"]]
	group = c[at["hw"]] c[at["stack"]] c[at["gpus"]] " " tp " " ep
	K = 4
	x[1] = 1; x[2] = log(ctx / 4096)
	x[3] = log(c[at["batch"]] / tp); x[4] = log(ep)
	add("all")
	add((tp > 1 && tp == c[at["gpus"]] ? "TP" : "DP") " attention")
	add(c[at["stack"]])
}
END {
	print "| rows of | rows | layouts | ln context | ln batch a GPU | ln EP |"
	print "|---|---:|---:|---|---|---|"
	for (i = 1; i <= classes; i++)
		if (rows[order[i]] >= 30) report(order[i], 4)
}' "$tmp/p.csv"
