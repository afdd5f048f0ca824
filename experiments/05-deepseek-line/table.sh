#!/bin/sh
# The rows of predicted.csv as Markdown.
set -eu
./deeproof validate experiments/measured/line.csv 2>/dev/null |
awk "$(cat experiments/csv.awk)"'
	NR == 1 {
		n = cells($0, h)
		for (i = 1; i <= n; i++) at[h[i]] = i
		print "| row | GPUs | stack | attention, experts |" \
			" sequences a group | measured ms | predicted | error |"
		print "|---|---|---|---|---:|---:|---:|---:|"
		next
	}
	{
		cells($0, c)
		e = c[at["error_pct"]]
		printf "| %s | %s %s | %s | TP%s EP%s | %s | %s | %.1f |" \
			" %+.1f %% |\n", c[1], c[at["gpus"]], c[at["hw"]],
			c[at["stack"]], c[at["tp"]], c[at["ep"]],
			c[at["batch"]], c[at["value"]], c[at["predicted"]], e
		sum += e < 0 ? -e : e
		bias += e
		rows++
	}
	END {
		printf "| **%d rows** | | | | | | | mean of sizes %.1f %%,", \
			rows, sum / rows
		printf " bias %+.1f %% |\n", bias / rows
	}'
sh experiments/measured/all.sh | ./deeproof validate /dev/stdin \
	--leave-out layout --summary /dev/stdout -o /dev/null 2>/dev/null |
awk -F, '$1 == "model" && $2 ~ /v4/ {
	printf "| **%s, each without its layout** | | | | | | |" \
		" %d rows: mean of sizes %.1f %%, bias %+.1f %% |\n",
		$2, $3, $4, $6
}'
