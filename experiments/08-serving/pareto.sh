#!/bin/sh
# Throughput against interactivity at 8k/1k as a client count sweeps, and the
# measured points: CSV for deeproof plot lines.
set -eu
. experiments/08-serving/cases.sh
columns() {	# columns SERIES MEASURED: x and y of a row of figures
	awk -F, -v "s=$1" -v "head=$2" 'NR == 1 {
			for (i = NF; i; i--) at[$i] = i; next }
		{ printf "\"%s\",%.5g,%.5g,,%s\n", s, $at["tok_s_user"],
			$at["tok_s_gpu"], head }'
}
head=",Output tokens per second and user,Output tokens per second and GPU"
echo series,x,y,measured,label,x_label,y_label,x_scale,y_scale
first="$head,log,log" rest=",,,,"
for c in sglang-h200 sglang-b200 trtllm-b200 vllm-b200; do
	name=$(short_of "$c")
	for n in 256 128 64 32 16 8 4 2 1; do
		if [ "$c" = trtllm-b200 ] && [ $n -lt 8 ]; then continue; fi
		# shellcheck disable=SC2046
		./deeproof run $(case_of "$c") --isl 8192 --osl 1024 \
			--mode colocated --concurrency $n --csv |
			columns "$name" "$first"
		first=$rest
	done
	# Median interactivity is one over the median TPOT, in ms.
	# shellcheck disable=SC2046
	set -- $(case_of "$c")
	awk -F, -v "c=$*" -v "s=$name" '
		NR == 1 { for (i = NF; i; i--) at[$i] = i; next }
		index(c, $at["hw"] " ") && index(c, "--stack " $at["stack"]) &&
		index(c, $at["model"]) && index(c, "--tp " $at["tp"] " ") &&
		index(c, "--ep " $at["ep"] " ") && $at["isl"] == 8192 &&
		($at["weights"] == "native" || index(c, $at["weights"])) {
			split($1, id, ".")
			if ($at["metric"] == "tpot_ms")
				x[id[1]] = 1000 / $at["value"]
			if ($at["metric"] == "tok_s_gpu")
				y[id[1]] = $at["value"]
			n[id[1]] = $at["concurrency"] }
		END { for (i in x) printf "%012d\"%s\",%.5g,%.5g,yes,,,,,\n",
			n[i], s, x[i], y[i] }' \
		experiments/measured/served.csv | sort | cut -c13-
done
