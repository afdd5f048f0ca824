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
		printf "| `%s` | %s | %s | %s | %s | %s | %s |\n", $1, $2, $3,
			$4 == "" ? "not fitted" : $4,
			$5 == "" ? "-" : $5 " %", $6 == "" ? "-" : $6 " %",
			$7 == "" ? "-" : $7 " %"
	}' experiments/12-transfer/result.csv
