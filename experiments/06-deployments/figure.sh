#!/bin/sh
# A figure of this experiment as SVG: figure.sh NAME [FOLDER], from the CSV in
# the folder (this one).
set -eu
here=experiments/06-deployments
dir=${2:-$here}
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT
claimed="Claimed: Alibaba Cloud community blog, DeepSeek V4-Flash at Scale."

# The rows of curves.csv that a figure has: of one system, or one metric of all.
rows() {
	awk -F, -v want="$1" '
	BEGIN {
		name["mean_ttft_ms"] = "First token, mean"
		name["p99_ttft_ms"] = "First token, P99"
		name["mean_tps"] = "Pace of a request"
		name["tpm"] = "Throughput"
		label["mean_ttft_ms"] = label["p99_ttft_ms"] = "ms"
		label["mean_tps"] = "Tokens per second"
		label["tpm"] = "Thousand tokens a minute"
		of["Token API"] = "Token API (fitted to its rows)"
		of["PTU"] = "PTU (fitted to its rows)"
		of["Model Unit"] = "Model Unit, read as 4 H20"
		of["Bare metal"] = "Bare metal, 8 H200"
		print "panel,x,claimed,predicted,low,high,x_label,y_label"
	}
	NR == 1 || (want == "options" ? $3 != "tpm" : $1 != want) { next }
	{	for (i = 4; i <= 7; i++)
			if ($3 == "tpm" && $i != "") $i /= 1000
		printf "\"%s\",%s,%s,%s,%s,%s,Requests at once,%s\n",
			want == "options" ? of[$1] : name[$3], $2, $4, $5,
			$6, $7, label[$3] }' "$dir/curves.csv" >"$tmp"
}

curves() {	# WHICH TITLE SUBTITLE
	rows "$1"
	./deeproof plot panels "$tmp" --title "$2" --subtitle "$3" \
		--source "$claimed Simulated: its own script played by deeproof run"
}

script='V4-Flash, 375 tokens in (the guide says 2,048), 1,024 out, waves for 300 s'
# A column of autoscale.csv by the time of day, one line for each way to call.
hours_of() {	# COLUMN LABEL SCALE
	awk -F, -v col="$1" -v label="$2" -v log_="$3" '
	NR == 1 { print "series,x,y,x_label,y_label,x_scale,y_scale"; next }
	{	if (col == 4 && !($2 in need)) { need[$2] = $3 / 2
			order[++k] = $2 }
		printf "%s,%g,%s,Twenty-fourths of the day (7.5 minutes each),%s,,%s\n", $1, $2, $col,
			label, log_ }
	END {	for (i = 1; i <= k; i++)
			printf "load / 2 a second,%g,%g,,,,\n", order[i],
				need[order[i]] }' "$dir/autoscale.csv" >"$tmp"
}

case $1 in
autoscale) hours_of 4 Instances ''
	./deeproof plot lines "$tmp" \
	--title "$(awk -F, 'NR > 1 { if (!least || $4 < least) least = $4
			if ($4 > most) most = $4 }
		$1 == "requests" { all += $4; nr++ }
		END { printf "Between %d and %d instances, a day takes %.1f",
			least, most, all / nr }' "$dir/autoscale.csv") on average" \
	--subtitle 'PAI-EAS as 4 H20 an instance, DeepSeek-V4-Flash, 3 to 25 requests a second; a start takes 5 minutes, none goes within 5' \
	--source 'Named, without a figure: Alibaba Cloud community blog. Simulated: deeproof run --scale, a day of three hours' ;;
waits) hours_of 5 'P99 of the first token (ms)' log
	./deeproof plot lines "$tmp" \
	--title 'A new instance drowns where requests go to the least loaded' \
	--subtitle 'The same day: time to first token of the slowest hundredth, by how instances are called and how requests are spread' \
	--source 'Asked for: P99 below 500 ms (Alibaba Cloud community blog). Simulated: deeproof run --scale, a day of three hours' ;;
options) curves options \
	'Four ways to buy DeepSeek-V4-Flash, as claimed and as simulated' \
	'tokens a minute of one guide, by requests at once; its script sends one prompt of 375 tokens in waves' ;;
token-api) curves 'Token API' 'The Token API: one quota, shared' "$script" ;;
ptu) curves PTU 'The provisioned tier: no quota in sight' "$script" ;;
model-unit) curves 'Model Unit' \
	'The Model Unit, read as four H20: too slow at 1, too fast at 64' \
	"$script" ;;
bare-metal) curves 'Bare metal' \
	'Bare metal: eight H200 can do more than is claimed' "$script" ;;
day) ./deeproof plot panels "$dir/day.csv" \
	--title 'Ten times the traffic, and the Model Unit is still nearly idle' \
	--subtitle 'DeepSeek-V4-Flash on four H20, 2,048 in and 1,024 out, within nine hours of the day' \
	--source "Claimed: P99 of 280 ms, half the Token API's price (Alibaba Cloud community blog). Simulated: deeproof run; fee: hw/offers" ;;
hours) ./deeproof plot lines "$dir/hours.csv" \
	--title 'Full use for 24 hours does not make a Model Unit cheaper than the Token API' \
	--subtitle 'DeepSeek-V4-Flash, what a million output tokens and their 2 million prompt tokens cost, by hours of use' \
	--source 'Claimed: tokens a minute (Alibaba Cloud community blog). Simulated: 4 H20, deeproof run. Fees: hw/offers' ;;
esac
