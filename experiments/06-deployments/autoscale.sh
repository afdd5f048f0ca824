#!/bin/sh
# A day of PAI-EAS between 4 and 16 instances (S05), played through from its
# start to its end: who waits in one hour waits on in the next, an instance
# takes five minutes to start, one that is too many answers what it has.
#
#	sh experiments/06-deployments/autoscale.sh	24 parts of it, as CSV
#	sh experiments/06-deployments/autoscale.sh table [FILE]
#
# It is three hours long, so that its load rises eight times as steeply as a
# day's does: mean (1 - swing cos(2 pi t / day)) requests a second.
set -eu
here=experiments/06-deployments
scale="--scale 4:16 --scale_start 300"	# instances, as the guide says
day=10800
mean=14 swing=0.8	# requests a second: 3 at first, 25 at noon; assumed
present=80		# requests in flight that call for an instance, and
sent=2			# requests a second: six carry 20 within 500 ms (S05-auto),
			# and five minutes later there may be half as many again
eas="--hw h20-141g --stack sglang --model deepseek-v4-flash --weights fp8
	--gpus 4 --tp 4 --isl 2048 --osl 1024 --spread 1 --arrivals day
	--day $day --duration $day --rate $mean --swing $swing --band 0"

if [ "${1-}" = table ]; then
	awk -F, '
	NR == 1 { next }
	!($1 in n) { order[++k] = $1 }
	{	n[$1] += $4; late[$1] += $5 > 500
		if ($5 + 0 > worst[$1]) worst[$1] = $5 + 0 }
	END {	print "| instances by | instances on average | parts of 24" \
			" above 500 ms | the worst P99 |\n|---|---:|---:|---:|"
		for (i = 1; i <= k; i++)
			printf "| %s | %.1f | %d | %.0f ms |\n", order[i],
				n[order[i]] / 24, late[order[i]], worst[order[i]]
	}' "${2:-$here/autoscale.csv}"
	exit
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Of the requests sent in each part, and of the engines at its samples.
parts() {
	awk -F, -v part=$((day / 24)) '
	FNR == 1 { file++; for (i = 1; i <= NF; i++) at[$i] = i; next }
	file == 1 && $at["ttft_ms"] > 0 { print int($at["sent_s"] / part), "w", $at["ttft_ms"] }
	file == 2 { h = int($at["at_s"] / part)
		if ("engines" in at) print h, "e", $at["engines"]
		print h, "f", $at["running"] + $at["waiting"] }' "$@" |
	sort -k1,1n -k2,2 -k3,3n |
	awk -v by="$by" -v most="$most" -v part=$((day / 24)) '
	function flush() {
		if (hour < 24 && n["w"])
			printf "%s,%d,%.4g,%.4g,%.6g,%.4g\n", by, hour,
				n["w"] / part, n["e"] && sum["e"] ? \
				sum["e"] / n["e"] : most,
				wait[int(0.99 * (n["w"] - 1)) + 1],
				n["f"] ? sum["f"] / n["f"] : 0
		split("", n); split("", sum); split("", wait)
	}
	NR > 1 && $1 != hour { flush() }
	{ hour = $1; n[$2]++; sum[$2] += $3; if ($2 == "w") wait[n["w"]] = $3 }
	END { flush() }'
}

play() {	# BY MOST OPTIONS
	by=$1 most=$2
	shift 2
	# shellcheck disable=SC2086
	./deeproof run $eas "$@" --requests-out "$tmp/r.csv" \
		--occupancy "$tmp/o.csv" >/dev/null 2>"$tmp/err" </dev/null ||
		{ cat "$tmp/err" >&2; exit 1; }
	parts "$tmp/r.csv" "$tmp/o.csv"
}

echo "by,hour,requests_s,instances,p99_ttft_ms,in_flight"
# shellcheck disable=SC2086
{
	play requests 16 $scale --scale_by requests --scale_at $sent \
		--route round-robin
	play "in flight" 16 $scale --scale_by present \
		--scale_at $present --route round-robin
	play "to least loaded" 16 $scale --scale_by requests \
		--scale_at $sent --route least-loaded
	play "all 16" 16 --replicas 16 --route round-robin
}
