#!/bin/sh
# Steps in closed form and the same ones played, as CSV. Minutes on two cores.
#
#	sh experiments/17-closed-form/grid.sh >experiments/17-closed-form/grid.csv
#
# Every size of EP from 8 to 320 in eights, with the fewest spare slots that
# fill its ranks.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

scenarios()
{
	awk -v balance="$1" 'BEGIN {
		experts["deepseek-v3"] = 256
		experts["deepseek-v4-pro"] = 384
		split("none two-batch", overlap)
		split("8 64", batch)
		print "hw,model,balance,overlap,gpus,redundant,batch"
		for (ep = 8; ep <= 320; ep += 8)
			for (m in experts)
				for (i = 0; i < 4; i++) {
					e = experts[m]
					slots = int((e + ep - 1) / ep) * ep
					hw = ep <= 16 ? "b300-sxm" : "h800-sxm"
					printf "%s,%s,%s,%s,%d,%d,%d\n", hw, m,
						balance, overlap[1 + i % 2], ep,
						slots - e, batch[1 + (i > 1)]
				}
	}'
}

answer()
{
	engine=$1
	shift
	./deeproof sweep "$tmp/in.csv" --stack generic --ctx 4096 \
		--engine "$engine" "$@" -o "$tmp/$engine.csv" || [ $? -eq 1 ]
}

# Layers of equal experts are alike; of experts in order one varies by 45 %.
echo model,balance,overlap,ep,redundant,batch,step_ms,run_ms,off_pct
for steps in uniform:4 eplb:12 skewed:40; do
	scenarios "${steps%:*}" | sort -r >"$tmp/in.csv"
	answer step
	answer run --steps "${steps#*:}" --seed 17
	paste -d, "$tmp/step.csv" "$tmp/run.csv" | awk -F, '
		NR == 1 {
			for (i = NF; i > 0; i--)
				at[$i] = i
			next
		}
		$at["step_ms"] != "" {
			step = $at["step_ms"]
			run = $(at["step_ms"] + NF / 2)
			printf "%s,%s,%s,%s,%s,%s,%s,%s,%.2f\n", $at["model"],
				$at["balance"], $at["overlap"], $at["ep"],
				$at["redundant"], $at["batch"], step, run,
				100 * (step / run - 1)
		}' | sort -t, -k1,3 -k4,4n -k6,6n
done
