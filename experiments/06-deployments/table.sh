#!/bin/sh
# What the four documents say of their systems beside the prediction, as
# Markdown: table.sh
set -eu
dir=experiments/06-deployments
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT
./deeproof sweep "$dir/scenarios.csv" --tpot 50 -o "$tmp" 2>/dev/null
awk '
	function cells(line, cell,   k, i, c, q, s) {
		k = 0; s = ""; q = 0
		for (i = 1; i <= length(line); i++) {
			c = substr(line, i, 1)
			if (c == "\"") q = !q
			else if (c == "," && !q) { cell[++k] = s; s = "" }
			else s = s c
		}
		cell[++k] = s
		return k
	}
	function get(name) { return c[at[name]] }
	function short(x) { return sprintf(x < 1000 ? "%.1f" : "%.0f", x) }
	# The band is that of tok/s/GPU, scaled to the unit that is asked for.
	function predicted(   metric, x, low, high, per) {
		metric = get("metric")
		x = metric == "tpm" ? get("tok_s_total") * 60 : get(metric) + 0
		per = x / get("tok_s_gpu")
		low = get("tok_s_gpu_low") * per
		high = get("tok_s_gpu_high") * per
		inside = "in the band"
		if (get("value") + 0 < low) inside = "below the band"
		if (get("value") + 0 > high) inside = "above the band"
		if (get("stack") == "ideal" &&
		    get("value") + 0 > get("sol_tok_s_gpu") + 0)
			inside = "above the speed of light"
		if (get("value") == "") inside = "-"
		if (get("stack") == "ideal")
			return short(x) ", speed of light " \
				short(get("sol_tok_s_gpu") + 0) " " unit[metric]
		return short(x) " (" short(low) " to " short(high) ") " \
			unit[metric]
	}
	BEGIN {
		unit["tok_s_gpu"] = "tok/s/GPU"
		unit["tok_s_user"] = "tok/s/user"
		unit["tok_s_total"] = "tok/s/system"
		unit["tpm"] = "tok/min"
	}
	NR == 1 { k = cells($0, c); for (i = 1; i <= k; i++) at[c[i]] = i
		print "| row | system | it says | batch | predicted (80 %) |" \
			" its figure | fits | what binds |"
		print "|---|---|---|---:|---|---|---|---|"; next }
	{	cells($0, c)
		if (get("fits") == "yes") {
			p = predicted(); why = "yes"
		} else {
			p = "-"; inside = "-"
			why = get("fits") == "no" ? "no: " get("refusal") : \
				"not answered"
		}
		printf "| %s | %s | %s | %s | %s | %s | %s | %s |\n",
			get("id"), get("system"), get("says"),
			get("batch"), p, inside, why, get("bound") }' "$tmp"
