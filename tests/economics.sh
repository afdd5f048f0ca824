#!/bin/sh
# A published day of service: what it cost, what it would have earned at list
# price, and the margin, from its inputs (deepseek-ai/open-infra-index, day 6).
set -u
export LC_ALL=C
awk '
function near(what, x, want, within) {
	printf "%s: %.0f, published %.0f\n", what, x, want
	d = x / want - 1
	if (d > within || d < -within) { bad++; print "not ok - " what }
}
BEGIN {
	# 226.75 nodes on average, 8 GPUs each, $2 an hour
	cost = 226.75 * 8 * 2 * 24
	# 608 B tokens in, 342 B of them from the cache; 168 B out; $ a million
	revenue = 342e3 * 0.14 + (608e3 - 342e3) * 0.55 + 168e3 * 2.19
	near("dollars a day", cost, 87072, 1e-9)
	near("revenue", revenue, 562027, 0.001)
	near("margin, per cent", 100 * (revenue / cost - 1), 545, 0.01)
	exit bad > 0
}' || exit 1

# Its pools on average: 608 and 168 billion tokens a day at 73,700 and 14,800 a
# second and node are 95.5 nodes that prefill and 131.4 that decode. So many
# does the plan take for the layout that decoded (EP144 at 21 tokens a second
# and user, without drafts), and decoding alone costs $2 / 3600 / 1850 = $0.30 a
# million. Prompts come at random and groups that meet wait for each other, so
# servers for them cannot be filled: the plan's for the day, with 56 % of each
# prompt cached and nobody in a hurry, are as many as DeepSeek had. Prefill's
# average is far below what the same makers' profile of full
# passes shows (62,713 a second and node of 4,096, nothing cached, balanced;
# deepseek-ai/profile-data), so the profile is compared, and of the average is
# said how busy it leaves the nodes.
deeproof=${DEEPROOF:-./deeproof}
cell() {
	awk -F, -v name="$1" -v gpus="${2-}" 'NR == 1 {
		for (i = 1; i <= NF; i++) at[$i] = i; next }
	gpus == "" || $at["gpus"] == gpus { print $at[name]; exit }'
}
v3="--hw h800-sxm --stack deepseek --model deepseek-v3"
ep32="$v3 --gpus 32 --redundant 32 --overlap two-batch --csv"
# shellcheck disable=SC2086
plan=$($deeproof plan $v3 --tokens-day 168e9 --ctx 4989 --mtp 0 --tp 1 \
	--tpot 47.6 --csv --top 99)
# shellcheck disable=SC2086
full=$($deeproof prefill $ep32 --balance uniform --isl 4096 --chunk 16384 |
	cell tok_s_gpu)
# shellcheck disable=SC2086
day=$($deeproof prefill $ep32 --isl 4383 --cached 2454 |
	cell prompt_tok_s_gpu)
# shellcheck disable=SC2086
prompts=$($deeproof plan $v3 --tokens-day 168e9 --isl 4383 --osl 1211 \
	--hit 0.56 --tpot 50 --csv --top 1 | cell prefill_gpus)
awk -v prompts="$prompts" -v decode="$(echo "$plan" | cell decode_gpus 144)" -v day="$day" \
	-v usd="$(echo "$plan" | cell usd_mtok_out 144)" -v full="$full" '
function near(what, x, want, within) {
	printf "%s: %.3g, published %.3g\n", what, x, want
	if (!(x > want * (1 - within) && x < want * (1 + within))) {
		bad++
		print "not ok - " what
	}
}
BEGIN {
	near("nodes that decode", decode / 8, 168e9 / 86400 / 14800, 0.2)
	near("nodes that prefill", prompts / 8, 608e9 / 86400 / 73700, 0.2)
	near("dollars a million output tokens, decoding alone", usd, 0.30,
	     0.2)
	near("prompt tokens a second of a node in full passes", 8 * full,
	     62713, 0.2)
	busy = 73700 / (8 * day)
	printf "share of that which the day had of its nodes: %.2f\n", busy
	exit bad > 0 || !(busy > 0 && busy < 1)
}' || exit 1

# A token at 131,072 of KV among others costs what one at 8,192 costs and the
# attention of 122,880 tokens more in 61 layers. V3: 2 x 128 heads x (576 + 512)
# FLOP a token of KV at 0.82 of 989 TFLOP/s, and as much beside them at 3,545, is
# 0.422 ns: 3.16 ms of a GPU at $2 an hour are $1.76 a million. V3.2 reads 132 B
# of index keys at 0.84 of 3.35 TB/s, 0.35 ms: $0.195. A block a query finds the
# best of them in 0.353 us a 1,024 keys, and all 44 of a micro-batch at once, for
# whom it is 42.4 us longer in 61 layers twice a step of 88: 58.7 us, $0.033. The
# others' $0.31, both and the wait of $0.06 are some $0.60.
sh experiments/05-deepseek-line/lengths.sh | tr -d '$' | awk -F' [|] ' '
$1 ~ /v3$/ && $2 == 8192 { v3 = $4 }
$1 ~ /v3.2$/ && $2 == 8192 { v32 = $4 }
$2 == 131072 { far[$1] = $4; wait = $5 + 0 }
function near(what, x, want, within) {
	printf "%s: %.2f, by hand some %.2f\n", what, x, want
	if (!(x > want * (1 - within) && x < want * (1 + within))) {
		bad++
		print "not ok - " what
	}
}
END {	# ns a token of KV and layer, and $ a million of one such
	v3_ns = 2 * 128 * 1088 * (1 / (0.82 * 989e3) + 1 / 3545e3)
	v32_ns = 132 / (0.84 * 3.35e3) + 0.353e3 / 1024 * 2 / 88
	usd = (131072 - 8192) * 61 * 1e-9 * 2 / 3600 * 1e6
	near("dollars a million of V3 at 128k over 8k",
	     far["| deepseek-v3"] - v3, usd * v3_ns, 0.02)
	near("and of V3.2", far["| deepseek-v3.2"] - v32, usd * v32_ns, 0.12)
	near("V3.2 at 128k, who waits for it too",
	     far["| deepseek-v3.2"] + wait, 0.60, 0.05)
	exit bad > 0
}' || exit 1

# Layouts are ranked as they were measured.
sh experiments/09-buying/pairs.sh
