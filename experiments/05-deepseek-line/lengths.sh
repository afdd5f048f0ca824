#!/bin/sh
# What a million output tokens cost at a KV length, alone and in a service of
# others, on DeepSeek's 144 H800 at $2 an hour, as Markdown.
set -eu
SERVICE="--hw h800-sxm --stack deepseek --gpus 144 --overlap two-batch"
FEW=0.01	# of the sequences are that long

alone() {	# alone MODEL TOKENS: the largest batch at 50 ms a token
	./deeproof sweep $SERVICE --model "$1" --ctx "$2" --price 2 \
		--tpot 50 | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		NR == 2 { print $at["usd_per_mtok"] }'
}

rungs() {	# rungs MODEL CTX: us of a GPU a token, of it waiting
	./deeproof explain $SERVICE --model "$1" --batch 88 --ctx "$2" --csv |
		awk -F, '$2 == "straggler" { wait = $5 } { all = $6 }
			END { print all - wait, wait }'
}

echo "| model | KV tokens | all alike | among others | what others wait |"
echo "|---|---:|---:|---:|---:|"
for model in deepseek-v3 deepseek-v3.2; do
	few=$(awk -v f=$FEW 'BEGIN { print 1 - f }')
	base=$(rungs $model 4989:1)
	for ctx in 8192 32768 65536 131072; do
		echo "$model $ctx $(alone $model $ctx) $base" \
			"$(rungs $model "4989:$few;$ctx:$FEW")"
	done
done | awk -v f=$FEW '{
	usd = 2 / 3600		# a second of a GPU; us a token, $ a million
	printf "| %s | %d | $%.2f | $%.2f | $%.2f |\n", $1, $2, $3,
		usd * ($4 + ($6 - $4) / f), usd * ($7 - $5) / f }'
