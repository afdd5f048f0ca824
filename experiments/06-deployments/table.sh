#!/bin/sh
# The rows of result.csv as Markdown: table.sh; the systems counted: table.sh
# --count; of another file of ask.sh's: table.sh - FILE.
set -eu
rows=${2:-experiments/06-deployments/result.csv}
[ "${1-}" != - ] || set -- ''
awk -v count="${1-}" "$(cat experiments/csv.awk)"'
	function get(name) { return c[at[name]] }
	function group(n,   s) {
		s = sprintf("%.0f", n)
		while (s ~ /[0-9][0-9][0-9][0-9](,|$)/)
			s = gensub_group(s)
		return s
	}
	function gensub_group(s,   m) {
		m = match(s, /[0-9][0-9][0-9](,|$)/)
		while (substr(s, m + 3, 1) ~ /[0-9]/) m++
		return substr(s, 1, m - 1) "," substr(s, m)
	}
	function short(x) { x += 0
		if (x >= 10000) return group(x)
		if (x >= 1000) return sprintf("%.0f", x)
		return sprintf(x < 10 ? "%.2f" : "%.1f", x) }
	function said() { return metric == "fits" ? get("predicted") : \
		short(get("predicted")) (get("low") == "" ? "" : " (" \
		short(get("low")) " to " short(get("high")) ")") " " unit[metric] }
	function where(   v, x) {
		v = get("value"); x = get("predicted")
		if (metric == "fits") return x == v ? "so it is" : "it does not"
		if (v == "") return "-"
		if (id ~ /S0[12]/ && metric == "mean_tps")
			return "fitted to it"
		if (get("fits") == "no") return "it does not fit"
		if (get("low") == "")
			return v + 0 > x + 0 ? "above" : "below"
		if (v + 0 < get("low") + 0) return "below the band"
		if (v + 0 > get("high") + 0) return "above the band"
		return "in the band"
	}
	BEGIN {
		unit["tok_s_gpu"] = "tok/s/GPU"; unit["tpm"] = "tok/min"
		unit["mean_tps"] = "tok/s a request"
		unit["tok_s_user"] = "tok/s a user"
		unit["tok_s_total"] = "tok/s in all"
		unit["mean_ttft_ms"] = "ms to the first token"
		unit["p99_ttft_ms"] = "ms to the first token, P99"
		unit["usd_per_mtok"] = "$ a million"
		unit["nodes"] = "nodes of 8"
		unit["prefill_node"] = "prompt tok/s a node"
		unit["rdma_bytes_per_token"] = "B of RDMA a token"
		unit["kv_room_tokens"] = "tokens of KV"
		if (count == "")
			print "| row | system | it says | predicted (80 %) |" \
				" its figure | what binds |" \
				" what would have to be true |\n" \
				"|---|---|---|---|---|---|---|"
	}
	NR == 1 { k = cells($0, c); for (i = 1; i <= k; i++) at[c[i]] = i
		next }
	{	cells($0, c); metric = get("metric"); rows++
		id = substr(get("id"), 1, 3)
		if (!(id in seen)) { seen[id]; systems++ }
		w = where()
		if (w == "in the band") inside++
		if (w ~ /band/) judged++
		if (count != "") next
		need = w == "in the band" || w == "so it is" || w == "-" ? \
			(metric == "usd_per_mtok" || metric == "tpm" ? \
			 get("solved") : "") : get("solved")
		printf "| %s | %s | %s | %s | %s | %s | %s |\n", get("id"),
			get("system"), get("says"),
			get("fits") == "no" && metric != "fits" ? "-" : said(),
			w, get("bound"), need }
	END { if (count != "")
		printf "%d rows, %d systems of 29; %d figures with a band" \
			" beside them, %d in it\n", rows, systems, judged,
			inside }' "$rows"
