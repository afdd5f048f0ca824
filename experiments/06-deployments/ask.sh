#!/bin/sh
# Ask the program what rows.csv asks, as CSV: ask.sh. A row's `ask` is a command
# of deeproof; `needs` is the one that solves for what would have to be true.
set -eu
dir=experiments/06-deployments
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# One field of a CSV line, from 1.
field() {
	awk -v want="$1" '{
		k = 0; s = ""; q = 0
		for (i = 1; i <= length($0) + 1; i++) {
			c = substr($0, i, 1)
			if (c == "\"") q = !q
			else if ((c == "," && !q) || c == "") {
				if (++k == want) { print s; exit }
				s = ""
			} else s = s c
		} }'
}

# The answer's metric and band, whether it fits, what binds.
pick() {
	awk -v metric="$1" "$(cat experiments/csv.awk)"'
	function get(name) { return name in at ? c[at[name]] : "" }
	function has(name) { return get(name) != "" }
	NR == 1 { k = cells($0, c); for (i = 1; i <= k; i++) at[c[i]] = i }
	NR == 2 {
		cells($0, c)
		x = get(metric); low = high = ""
		fits = get("fits") == "no" ? "no" : "yes"
		if (metric == "nodes") {
			d = get("decode_gpus"); p = get("prefill_gpus")
			t = get("tok_s_gpu")
			x = (d + p) / 8
		}
		if (metric == "prefill_node") x = get("prompt_tok_s_gpu") * 8
		low = get(metric "_low"); high = get(metric "_high")
		# the faster a GPU decodes, the fewer: prompts have no band
		if (metric == "nodes" && get("tok_s_gpu_low") + 0 > 0) {
			low = (d * t / get("tok_s_gpu_high") + p) / 8
			high = (d * t / get("tok_s_gpu_low") + p) / 8
		}
		if (metric ~ /_ms$/) {
			stem = substr(metric, 1, length(metric) - 3)
			low = get(stem "_low_ms"); high = get(stem "_high_ms")
		}
		if (low == "" && metric ~ /^tok_s/ && x + 0 > 0 &&
		    get("tok_s_gpu") + 0 > 0) {
			per = x / get("tok_s_gpu")
			low = get("tok_s_gpu_low") * per
			high = get("tok_s_gpu_high") * per
		}
		bound = get("bound")
		if (bound == "" && get("why") != "") bound = get("why")
		if (get("stack") == "ideal" && fits == "yes")
			low = high = ""
		if (has("refused") && get("refused") + 0 > 0)
			bound = sprintf("its quota: %d of %d refused",
				get("refused"), get("requests"))
		else if (bound == "" && has("busy"))
			bound = sprintf("engine busy %.0f %%", 100 * get("busy"))
		if (fits == "no") { low = high = ""; bound = get("refusal")
			if (metric != "kv_room_tokens") x = "" }
		if (metric == "fits") x = fits
		gsub(/"/, "", bound)
		printf "%s,%s,%s,%s,\"%s\"", fits, x, low, high, bound
	}'
}

echo "id,system,says,metric,value,fits,predicted,low,high,bound,solved"
tail -n +2 $dir/rows.csv | while IFS= read -r line; do
	metric=$(echo "$line" | field 4)
	ask=$(echo "$line" | field 6)
	needs=$(echo "$line" | field 7)
	head=$(echo "$line" | awk '{
		q = 0; n = 0
		for (i = 1; i <= length($0); i++) {
			c = substr($0, i, 1)
			if (c == "\"") q = !q
			if (c == "," && !q && ++n == 5) break
		}
		print substr($0, 1, i - 1) }')
	sh -c "./deeproof $ask --csv" >"$tmp/a.csv" 2>"$tmp/err" </dev/null ||
		[ $? -ne 2 ] || { echo "$ask: $(cat "$tmp/err")" >&2; exit 1; }
	solved=
	if [ -n "$needs" ]; then
		sh -c "./deeproof $needs" 2>"$tmp/err" </dev/null >"$tmp/n" ||
			[ $? -ne 2 ] ||
			{ echo "$needs: $(cat "$tmp/err")" >&2; exit 1; }
		solved=$(sed -n 's/^solved  *//p' "$tmp/n")
	fi
	printf '%s,%s,"%s"\n' "$head" "$(pick "$metric" <"$tmp/a.csv")" "$solved"
done
