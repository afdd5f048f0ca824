#!/bin/sh
# Watts of a GPU, measured and predicted, as Markdown: with the three numbers
# of its sheet, and with three that are fitted to the rows of other layouts
# (stack, tp). What a run keeps HBM and tensor cores busy, the program says:
# of a GPU of which one of them draws 900 W and nothing else but a watt.
#
#	sh experiments/measured/power.sh		by run
#	sh experiments/measured/power.sh fit		power.idle, .hbm, .tensor
set -eu
rows=experiments/measured/power.csv
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

watts() {	# watts SET: id, stack, tp, ep, mode, measured, predicted
	awk -v set="$1" 'NR == 1 { print $0 ",set"; next } { print $0 "," set }' \
		"$rows" | ./deeproof validate - --engine run 2>/dev/null |
		awk "$(cat experiments/csv.awk)"'
		NR == 1 { n = cells($0, c); for (i = 1; i <= n; i++) at[c[i]] = i }
		NR > 1 { cells($0, c); print c[at["id"]], c[at["stack"]],
			c[at["tp"]], c[at["ep"]], c[at["mode"]],
			c[at["value"]], c[at["predicted"]] }'
}
alone() {	# alone HBM TENSOR WIRE, in W
	watts "power.idle=1W;power.hbm=$1W;power.tensor=$2W;power.wire=$3W"
}
watts "" >"$tmp/is"
alone 900 0 0 >"$tmp/hbm"
alone 0 900 0 >"$tmp/tensor"
alone 0 0 900 >"$tmp/wire"
paste -d ' ' "$tmp/is" "$tmp/hbm" "$tmp/tensor" "$tmp/wire" |
	awk -v want="${1-table}" -v wire_W=36 '
function solve(not, m, i, j, k, f, r) {	# least squares of relative errors
	for (i = 0; i < 3; i++)
		for (j = 0; j < 4; j++)
			m[i, j] = 0
	for (r = 1; r <= NR; r++)
		for (i = 0; group[r] != not && i < 3; i++) {
			for (j = 0; j < 3; j++)
				m[i, j] += x[r, i] * x[r, j] / y[r] ^ 2
			m[i, 3] += x[r, i] * (y[r] - wire[r]) / y[r] ^ 2
		}
	for (i = 0; i < 3; i++)
		for (k = 0; k < 3; k++) {
			if (k == i)
				continue
			f = m[k, i] / m[i, i]
			for (j = i; j < 4; j++)
				m[k, j] -= f * m[i, j]
		}
	for (i = 0; i < 3; i++)
		W[i] = m[i, 3] / m[i, i]
}
function off(p, r) { return 100 * (p / y[r] - 1) }
function size(e) { return e < 0 ? -e : e }
{	id[NR] = $1; group[NR] = $2 " " $3; y[NR] = $6; is[NR] = $7
	name[NR] = "| " $1 " | " $2 " | TP" $3 " EP" $4 " | " $5
	x[NR, 0] = 1; x[NR, 1] = ($14 - 1) / 900; x[NR, 2] = ($21 - 1) / 900
	wire[NR] = ($28 - 1) / 900 * wire_W }
END {	if (want == "fit") {
		solve("")
		printf "power.idle %.0f W\npower.hbm %.0f W\npower.tensor %.0f W\n",
			W[0], W[1], W[2]
		exit
	}
	print "| run | stack | layout | prompts | measured W | sheet | without its layout |"
	print "|---|---|---|---|---:|---:|---:|"
	for (r = 1; r <= NR; r++) {
		solve(group[r])
		p = W[0] + W[1] * x[r, 1] + W[2] * x[r, 2] + wire[r]
		e = off(p < 1000 ? p : 1000, r)		# its limit
		sub(/decode$/, "elsewhere", name[r])
		sub(/colocated$/, "here", name[r])
		printf "%s | %.0f | %+.1f %% | %+.1f %% |\n", name[r], y[r],
			off(is[r], r), e
		sum[0] += size(off(is[r], r)); sum[1] += size(e)
		bias[0] += off(is[r], r); bias[1] += e
	}
	printf "| **%d runs** | | | | mean of sizes | %.1f %% | %.1f %% |\n",
		NR, sum[0] / NR, sum[1] / NR
	printf "| | | | | bias | %+.1f %% | %+.1f %% |\n", bias[0] / NR,
		bias[1] / NR }'
