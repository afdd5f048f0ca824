#!/bin/sh
# The four ways to buy V4-Flash tokens, two prompt tokens an output token, as
# lines: offers.sh load, dollars a month over tokens a day; offers.sh hours,
# dollars a million over hours a day at full capacity.
set -eu
if [ "$1" = load ]; then
	set -- '' tokens_day usd_month 'Output tokens a day (M)' \
		'Dollars a month (thousands)' log
else
	set -- --hours hours usd_mtok 'Hours a day at full capacity' \
		'Dollars a million output tokens with their prompts' ''
fi
# shellcheck disable=SC2086
./deeproof cost token-api ptu model-unit bare-metal --isl 2048 --osl 1024 \
	--csv $1 |
awk -F, -v "x=$2" -v "y=$3" -v "more=$4,$5,$6,log" '
BEGIN { name["token-api"] = "Token API"; name["ptu"] = "PTU"
	name["model-unit"] = "4 Model Units"; name["bare-metal"] = "Bare metal"
	print "series,x,y,x_label,y_label,x_scale,y_scale" }
NR == 1 { for (i = NF; i; i--) at[$i] = i; next }
{ v = $at[x]; if (x == "tokens_day") v /= 1e6
	w = $at[y]; if (y == "usd_month") w /= 1000
	printf "%s,%.6g,%.6g,%s\n", name[$1], v, w, more; more = ",,," }'
