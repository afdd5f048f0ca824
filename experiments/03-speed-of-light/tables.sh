#!/bin/sh
# The tables of the README beside it, as Markdown. Facts come from
# `deeproof show`, answers from `deeproof step`; what is computed here is
# written out in the table. Run from the root of the repository:
#
#	sh experiments/03-speed-of-light/tables.sh estimate|roofs|ep8|tp32
set -eu
model=deepseek-v3

# fact NAME KEY: its value as the sheet has it.
fact() {
	./deeproof show "$1" --csv | awk -F, -v key="$2" '$1 == key { print $2 }'
}

# ask COLUMN... -- OPTION...: cells of the answer, blanks between them.
ask() {
	columns=
	while [ "$1" != -- ]; do columns="$columns $1"; shift; done
	shift
	{ ./deeproof step --model $model "$@" --csv || [ $? -eq 1 ]; } |
		awk -F, -v want="$columns" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ nr = split(want, w, " ")
		  for (i = 1; i <= nr; i++) printf "%s ", $at[w[i]] }'
}

# round DIGITS NUMBER, thousands marked.
round() {
	awk -v d="$1" -v x="$2" 'BEGIN {
		s = sprintf("%.*f", d, x)
		whole = s; rest = ""
		if (i = index(s, ".")) {
			whole = substr(s, 1, i - 1); rest = substr(s, i)
		}
		if (length(whole) > 3)
			whole = substr(whole, 1, length(whole) - 3) "," \
				substr(whole, length(whole) - 2)
		print whole rest
	}'
}

kv=$(fact $model kv_bytes_per_token)

# ---- the estimate, as it is written and in bytes ----

estimate() {
	echo '| GPU | HBM | bytes a token reads | tok/s/GPU |'
	echo '|---|---|---|---:|'
	for gpu in "H800|3.35" "B200 as assumed|8.0" \
		"B200 in HGX|$(fact b200-sxm hbm.bandwidth)"; do
		awk -v gpu="${gpu%|*}" -v hbm="${gpu#*|}" -v kv="$kv" '
		function row(B, words) {
			printf "| %s | %s TB/s | %s | %s |\n", gpu, hbm, words,
				thousands(hbm * 1e12 / B)
		}
		function thousands(x,    s) {
			s = sprintf("%.0f", x)
			return substr(s, 1, length(s) - 3) "," \
				substr(s, length(s) - 2)
		}
		BEGIN {
			row(334.0e6, "334.0 MB, as written")
			row(5000 * kv, sprintf("5,000 x %d B = %.2f MB", kv,
				5000 * kv / 1e6))
		}'
	done
}

# ---- the other roofs ----

# roof NAME CEILING HOW
roof() {
	printf '| %s | %s | %s |\n' "$1" "$2" "$3"
}

over() {
	round 0 "$(awk -v a="$1" -v b="$2" 'BEGIN { print a / b }')"
}

roofs_of() {
	where="--ctx 5000 --balance uniform $1"
	# shellcheck disable=SC2086
	set -- $(ask max_batch -- --stack ideal $where --batch 1)
	batch=$1
	# shellcheck disable=SC2086
	set -- $(ask tok_s_gpu mbu mfu rdma_util sol_tok_s_gpu weights_gb \
		-- --stack ideal $where --batch "$batch")
	roof "KV cache through HBM" "$(round 0 "$(./deeproof explain --model $model --stack ideal $where \
		--batch "$batch" --csv | awk -F, 'NR == 2 { print $7 }')")" \
		"one sequence: 5,000 x $kv B"
	roof "all bytes through HBM" "$(over "$1" "$2")" \
		"$(round 1 "$6") GB of weights leave room for $batch sequences"
	roof "tensor cores" "$(over "$1" "$3")" \
		"FP8 matrices, BF16 attention, both at their peak"
	roof "NIC, a copy a node" "$(over "$1" "$4")" "50 GB/s a GPU"
	# shellcheck disable=SC2086
	set -- $(ask tok_s_gpu rdma_util -- --stack deepseek $where \
		--batch 8)	# bytes a token are those of any batch
	roof "NIC, a copy an expert" "$(over "$1" "$2")" \
		"as DeepEP sends in decoding"
}

roofs() {
	for gpu in "h800-sxm 144 32" "h800-sxm 320 64"; do
		# shellcheck disable=SC2086
		set -- $gpu
		echo "| $1, EP$2 | tok/s/GPU at most | |"
		echo '|---|---:|---|'
		roofs_of "--hw $1 --gpus $2 --redundant $3"
		echo
	done
}

# ---- EP8 on H200 ----

ep8() {
	where="--hw h200-sxm --gpus 8"
	# shellcheck disable=SC2086
	set -- $(ask weights_gb kv_gb max_batch -- --stack ideal $where \
		--batch 193 --ctx 4753)
	echo '| EP8 on H200 | |'
	echo '|---|---|'
	echo '| sweeps of HBM in a second, as written |' \
		'4.8 TB/s / 141 GB = 34 |'
	echo '| users, as written | (141 - 76.5) GB / 334 MB = 193 |'
	echo '| tok/s/GPU, as written | 34 x 193 = 6,562 |'
	echo "| KV of 193 users at 334.0 MB | $(round 1 "$2") GB |"
	echo "| weights of EP8: all that a GPU holds | $(round 1 "$1") GB |"
	echo "| of these, without gates and scales |" \
		"$(./deeproof show $model --csv | awk -F, '
		{ fact[$1] = $2 }
		END {
			h = fact["hidden_size"]
			heads = fact["num_attention_heads"]
			q = fact["q_lora_rank"]; kv = fact["kv_lora_rank"]
			nope = fact["qk_nope_head_dim"]
			rope = fact["qk_rope_head_dim"]; v = fact["v_head_dim"]
			layers = fact["num_hidden_layers"]
			dense = fact["first_k_dense_replace"]
			slots = fact["n_routed_experts"] / 8 + 1
			expert = 3 * h * fact["moe_intermediate_size"]
			ffn = 3 * h * fact["intermediate_size"]
			attn = h * q + q * heads * (nope + rope)
			attn += h * (kv + rope) + kv * heads * (nope + v)
			attn += heads * v * h
			ends = 2 * fact["vocab_size"] * h * 2
			sum = (layers - dense) * slots * expert
			sum += layers * attn + dense * ffn + ends
			printf "%d x %d x %.2f MB + %d x %.1f MB + %d x " \
				"%.1f MB + %.2f GB = %.1f GB |\n",
				layers - dense, slots, expert / 1e6, layers,
				attn / 1e6, dense, ffn / 1e6, ends / 1e9,
				sum / 1e9
		}')"
	echo "| both, on a GPU of 141 GB (151.4e9 B) |" \
		"$(awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a + b }')" \
		'GB: does not fit |'
	echo "| users that fit, HBM filled to the last byte | $3 |"
	# shellcheck disable=SC2086
	set -- $3 $(ask sol_tok_s_gpu -- --stack ideal $where --batch "$3" \
		--ctx 4753)
	echo "| tok/s/GPU with them, all roofs at their peak | $(round 0 "$2") |"
	# shellcheck disable=SC2086
	set -- $(ask max_batch -- --stack generic $where --batch 1 --ctx 4753)
	# shellcheck disable=SC2086
	set -- "$1" $(ask tok_s_gpu -- --stack generic $where --batch "$1" \
		--ctx 4753)
	echo "| users that fit an engine's share of HBM | $1 |"
	echo "| tok/s/GPU with them, as predicted | $(round 0 "$2") |"
}

# ---- TP32 and EP32 ----

tp32() {
	awk -v h="$(fact $model hidden_size)" '
	function kB(x) { return sprintf("%.1f kB", x / 1e3) }
	BEGIN {
		n = 32; k = 8
		ring = 2 * (n - 1) * h * 2
		pair = k * (n - 1) / n * (h + 2 * h)
		print "| a token, a MoE layer | sent by all GPUs | |"
		print "|---|---:|---|"
		printf "| EP32: FP8 out, BF16 back | %s | %d x 31/32 x " \
			"(%d + %d) B |\n", kB(pair), k, h, 2 * h
		printf "| TP32: ring all-reduce in BF16 | %s | 2 x 31 x %d " \
			"B: %.1f times |\n", kB(ring), 2 * h, ring / pair
		printf "| TP32: all-gather FP8, reduce-scatter BF16 | %s | " \
			"31 x (%d + %d) B: %.1f times |\n",
			kB((n - 1) * 3 * h), h, 2 * h, (n - 1) * 3 * h / pair
		printf "| TP32: reduced in the switch | %s | 32 x %d B: " \
			"%.1f times |\n", kB(n * 2 * h), 2 * h, n * 2 * h / pair
		print "| GPUs that take part | 32 and 8 | 4 times |"
	}'
}

"$1"
