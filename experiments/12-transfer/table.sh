#!/bin/sh
# The result of this experiment as Markdown.
exec awk -F, '
	NR == 1 {
		print "| law | fitted to | predicts | rows | MAPE | bias |" \
			" MAPE fitted to it |"
		print "|---|---|---|---:|---:|---:|---:|"
		next
	}
	{
		printf "| `%s` | %s | %s | %d | %.1f %% | %+.1f %% | %s |\n",
			$1, $2, $3, $4, $5, $6, $7 == "" ? "-" : $7 " %"
	}' experiments/12-transfer/result.csv
