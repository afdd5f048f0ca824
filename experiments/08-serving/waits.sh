#!/bin/sh
# What each mechanism adds to the median time to first token at 8k/1k, as CSV:
# the same run with one more of them at a time.
set -eu
. experiments/08-serving/cases.sh
run() {	# run CASE CLIENTS OPTION...: ms
	name=$1 clients=$2
	shift 2
	# shellcheck disable=SC2046
	./deeproof run $(case_of "$name") --isl 8192 --osl 1024 \
		--mode colocated --concurrency "$clients" --csv "$@" |
	awk -F, 'NR == 1 { for (i = NF; i; i--) at[$i] = i }
		NR == 2 { print $at["median_ttft_ms"] }'
}
host="--in 0 --out 0 --tokenize 0"
held="--recv_interval 1 --prefill_interval 1"
rung() {
	awk -v "c=$1" -v "m=$2" -v "g=$3" -v "ms=$4" -v "was=$was" \
		-v "measured=$5" 'BEGIN {
		printf "%s,%s,%s,%.6g,%.6g,%s\n", c, m, g, ms - was, ms,
			measured }'
	was=$4
}
echo case,mechanism,group,ms_added,ms_total,measured_ms
for c in $cases; do
	n=$(clients_of "$c") was=0
	measured=$(awk -F, -v "id=$(id_of "$c").ttft" '
		NR == 1 { for (i = NF; i; i--) at[$i] = i }
		$1 == id { print $at["value"] }' \
		experiments/measured/served.csv)
	[ "$measured" ] || { echo "$0: nobody measured $c" >&2; exit 2; }
	graphs=$(graphs_of "$c")
	# shellcheck disable=SC2086
	{
	rung "$c" "kernels of the prompt" engine "$(run "$c" 1 $host \
		--set "$(bare_of "$c");$graphs")" "$measured"
	rung "$c" "what the stack adds to them" engine "$(run "$c" 1 $host \
		--set "$graphs")" "$measured"
	rung "$c" "launched one by one" host "$(run "$c" 1 $host)" "$measured"
	rung "$c" "HTTP and tokenizer" host "$(run "$c" 1)" "$measured"
	rung "$c" "the step that runs; prompts beside it" queue \
		"$(run "$c" "$n" $held --overlap_schedule 0 --kv_room 1e9 \
		--set "$(apart_of "$c")")" "$measured"
	rung "$c" "planned a step ahead" queue "$(run "$c" "$n" $held \
		--kv_room 1e9 --set "$(apart_of "$c")")" "$measured"
	rung "$c" "held back on purpose" queue "$(run "$c" "$n" \
		--kv_room 1e9)" "$measured"
	rung "$c" "room in the KV cache" queue "$(run "$c" "$n")" "$measured"
	}
done
