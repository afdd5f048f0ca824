#!/bin/sh
# A day of PAI-EAS between 4 and 16 instances (S05), hour by hour, each played
# for two minutes with the instances that the hour before had called for: by
# what it had in flight, by the requests that came; or all 16.
#
#	sh experiments/06-deployments/autoscale.sh	the hours, as CSV
#	sh experiments/06-deployments/autoscale.sh table [FILE]
#
# Requests come as run --arrivals day has them: mean (1 - swing cos(2 pi h / 24)).
set -eu
here=experiments/06-deployments
least=4 most=16		# instances, as the guide says
mean=14 swing=0.8	# requests a second: 3 at midnight, 25 at noon; assumed
flight=80		# requests in flight that call for an instance, and
asked=2		# requests a second: six carry 20 within 500 ms (S05-auto),
			# and the hour after may ask for half as much again
eas="--hw h20-141g --stack sglang --model deepseek-v4-flash --weights fp8
	--gpus 4 --tp 4 --isl 2048 --osl 1024 --spread 1 --arrivals poisson
	--duration 120 --route least-loaded"

if [ "${1-}" = table ]; then
	awk -F, '
	NR == 1 { next }
	!($1 in n) { order[++k] = $1 }
	{	n[$1] += $4; late[$1] += $5 > 500
		if ($5 + 0 > worst[$1]) worst[$1] = $5 + 0 }
	END {	print "| instances by | instance-hours a day | hours above" \
			" 500 ms | the worst P99 |\n|---|---:|---:|---:|"
		for (i = 1; i <= k; i++)
			printf "| %s | %d | %d | %.0f ms |\n", order[i],
				n[order[i]], late[order[i]], worst[order[i]]
	}' "${2:-$here/autoscale.csv}"
	exit
fi

rate() {	# of an hour
	awk "BEGIN { print $mean * (1 - $swing * cos(2 * 3.14159265 * $1 / 24)) }"
}

wanted() {	# OF EACH: whole ones, between the least and the most
	awk -v x="$1" -v per="$2" -v low=$least -v high=$most 'BEGIN {
		n = int(x / per)
		if (n < x / per) n++
		if (n < low) n = low
		if (n > high) n = high
		print n }'
}

echo "by,hour,requests_s,instances,p99_ttft_ms,in_flight"
for by in "in flight" requests none; do
	n=$least hour=0
	while [ $hour -lt 24 ]; do
		r=$(rate $hour)
		[ "$by" != none ] || n=$most
		# shellcheck disable=SC2086
		line=$(./deeproof run $eas --rate "$r" --replicas "$n" \
			--seed $((hour + 1)) --csv | awk -F, '
			NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
			{ print $at["p99_ttft_ms"] "," \
				$at["running"] + $at["waiting"] }')
		echo "$by,$hour,$r,$n,$line"
		case $by in
		"in flight") n=$(wanted "${line#*,}" $flight) ;;
		requests) n=$(wanted "$r" $asked) ;;
		esac
		hour=$((hour + 1))
	done
done
