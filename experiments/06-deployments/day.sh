#!/bin/sh
# A working day on the Model Unit read as four H20, requests of 2,048 and 1,024
# tokens: day.sh load, what more tokens a day do within nine hours (9 to 18);
# day.sh hours, what a million output tokens cost by hours at full use.
set -eu
flash="--hw h20-141g --stack sglang --model deepseek-v4-flash --gpus 4 --tp 4
	--isl 2048 --osl 1024 --spread 1"

# cell COLUMN: of the CSV row on stdin
cell() {
	awk -F, -v want="$1" 'NR == 1 { for (i = 1; i <= NF; i++)
		if ($i == want) at = i; next } { print $at }'
}

offer() {	# OFFER KEY: of its sheet
	awk -F, -v key="$2" '$1 == key { print $2 }' "hw/offers/$1.csv"
}

# What it does when there is always somebody who waits, tokens a minute.
# shellcheck disable=SC2086
most=$(./deeproof run $flash --arrivals offline --requests 1024 --csv |
	cell tpm)
month=$(awk -v fee="$(offer model-unit fixed)" \
	-v off="$(offer model-unit discount)" 'BEGIN { print fee * (1 - off) }')
# of the Token API, with the two prompt tokens that an output token brings
api=$(awk -v in_="$(offer token-api in)" -v out="$(offer token-api out)" \
	'BEGIN { print out + 2 * in_ }')

if [ "$1" = hours ]; then
	echo "series,x,y,x_label,y_label,x_scale,y_scale"
	awk -v month="$month" -v api="$api" -v most="$most" '
	BEGIN {
		more = "Hours a day at full use,Dollars a million output tokens"
		more = more ",,log"
		split("claimed peak|claimed at 64|simulated", name, "|")
		tpm[1] = 550000; tpm[2] = 304100; tpm[3] = most
		for (k = 1; k <= 3; k++)
			for (h = 1; h <= 24; h++) {
				printf "\"%s, %.0fk\",%d,%.4g,%s\n", name[k],
					tpm[k] / 1000, h, month / 30 / \
					(tpm[k] * 60 * h / 1e6), more
				more = ",,,"
			}
		for (h = 1; h <= 24; h++)
			printf "Token API,%d,%.4g,,,,\n", h, api
	}'
	exit
fi
echo "panel,x,claimed,predicted,low,high,x_label,y_label,y_scale"
for m in 8 16 24 40 60 80; do
	rate=$(awk "BEGIN { print $m * 1e6 / 3072 / (9 * 3600) }")
	# shellcheck disable=SC2086
	./deeproof run $flash --arrivals poisson --rate "$rate" --duration 900 \
		--csv |
	awk -F, -v m="$m" -v most="$most" -v month="$month" -v api="$api" '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{	x = "Million tokens a day"
		out = m / 3		# million output tokens a day
		printf "\"First token, P99\",%g,280,%s,%s,%s,%s,ms,\n", m,
			$at["p99_ttft_ms"], $at["p99_ttft_low_ms"],
			$at["p99_ttft_high_ms"], x
		printf "\"Pace of a request\",%g,,%s,%s,%s,%s,%s,\n", m,
			$at["mean_tps"], $at["mean_tps_low"],
			$at["mean_tps_high"], x, "Tokens per second"
		printf "\"Of its day, used\",%g,,%.4g,,,%s,%%,\n", m,
			100 * out * 1e6 / (most * 60 * 24), x
		printf "\"Cost\",%g,%.4g,%.4g,,,%s,%s,log\n", m, api / 2,
			month / 30 / out, x, "$ a million output tokens"
	}'
done
