#!/bin/sh
# The report: every published decode measurement predicted and played, the EP
# sweep and its traffic, figures, and one page that holds it all. Writes to
# out/ (or to $1). Run from the top of the repository after `make`.
set -eu
out=${1:-out}
d=./deeproof
mkdir -p "$out"

say() { echo "report: $*" >&2; }

# A cell of the summary CSV: summary BY GROUP COLUMN.
summary() {
	awk -F, -v by="$1" -v group="$2" -v want="$3" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == want) col = i }
		{ g = $2; gsub(/"/, "", g) }
		$1 == by && g == group { printf "%s", $col }' \
		"$out/summary.csv"
}

figure() {	# figure KIND CSV NAME TITLE SUBTITLE
	$d plot "$1" "$2" --title "$4" --subtitle "$5" -o "$out/$3.svg"
	if command -v rsvg-convert >/dev/null 2>&1; then
		$d plot "$1" "$2" --title "$4" --subtitle "$5" \
			-o "$out/$3.png"
	fi
}

say "predicted and played beside measured"
$d validate experiments/measured/decode.csv --leave-out layout \
	-o "$out/predicted.csv" --summary "$out/summary.csv" 2>"$out/summary.txt"
$d validate experiments/measured/decode.csv --engine run --seed 1 \
	-o "$out/played.csv" --summary "$out/summary-played.csv" \
	2>"$out/summary-played.txt"
figure parity "$out/predicted.csv" parity \
	"Predicted against measured decode steps" \
	"$(summary all all rows) published measurements, each predicted from \
parameters fitted without its layout group; MAPE $(summary all \
	all mape_pct | cut -c1-4) %, $(summary all all within20_pct |
	cut -c1-4) % within 20 %"

sh experiments/measured/all.sh >"$out/all.csv"
$d validate "$out/all.csv" --leave-out layout -o "$out/all-predicted.csv" \
	2>/dev/null
sed -n '1p; /deepseek-v3[.]2/p; /deepseek-v4/p' "$out/all-predicted.csv" \
	>"$out/line.csv"

say "what requests see"
$d validate experiments/measured/served.csv --engine run --seed 1 \
	--leave-out layout -o "$out/served.csv" --summary "$out/summary-served.csv" \
	2>"$out/summary-served.txt"
figure parity "$out/served.csv" served \
	"Predicted against measured: what requests see" \
	"32 InferenceX runs, each predicted from runs of other layouts: TPOT \
(median), TTFT (median and P99)"

say "the EP sweep"
$d sweep experiments/02-ep-size/scenarios.csv --tpot 50 -o "$out/ep.csv"
figure ep "$out/ep.csv" ep \
	"Throughput against EP size, DeepSeek-V3" \
	"largest batch that fits and keeps 50 ms a token; context 4,989 \
tokens; band: 80 %"
$d sweep experiments/02-ep-size/traffic.csv -o "$out/traffic.csv"
figure traffic "$out/traffic.csv" traffic \
	"What TP and EP put on the wires" \
	"bytes sent by all GPUs per output token, DeepSeek-V3 on H200"

say "the ops of one step"
$d step --hw h800-sxm --stack deepseek --model deepseek-v3 --gpus 128 \
	--batch 128 --ctx 4096 --overlap two-batch --balance uniform \
	--ops "$out/ops.csv" >"$out/step.txt"
figure roofline "$out/ops.csv" roofline \
	"The ops of a decode step under an H800's roofs" \
	"DeepSeek-V3, EP128, 128 sequences a GPU at 4,096 tokens, two-batch"

say "every deployment that four documents name"
deployments=experiments/06-deployments
sh $deployments/ask.sh >"$out/deployments.csv"
sh $deployments/curves.sh >"$out/curves.csv"
sh $deployments/day.sh load >"$out/day.csv"
sh $deployments/day.sh hours >"$out/hours.csv"
sh $deployments/autoscale.sh >"$out/autoscale.csv"
for name in options token-api ptu model-unit bare-metal day hours \
	autoscale waits; do
	sh $deployments/figure.sh $name "$out" >"$out/d-$name.svg"
done
sh $deployments/page.sh "$out" >"$out/deployments.html"

say "one page"
sh experiments/page.sh "$out" >"$out/report.html.tmp"
mv "$out/report.html.tmp" "$out/report.html"

cat "$out/summary.txt"
echo
echo "Through the event engine, with the parameters as they are fitted to these rows:"
sed -n '/^by /p; /^all /p' "$out/summary-played.txt"
echo
echo "What requests see, played one by one, each run without its own layout:"
sed -n '1p; / all /p' "$out/summary-served.txt"
echo
echo "$out/report.html holds the figures and every row; $out/deployments.html"
echo "what 29 systems of four documents would do."
