#!/bin/sh
# Best EP, tok/s/GPU and its 80 % band at a context: table.sh TOKENS
set -eu
awk -F, -v "ctx=$1" '
NR == 1 { print "| GPU | stack | 15 ms | 30 ms | 50 ms | 100 ms |"
	print "|---|---|---:|---:|---:|---:|"; next }
$3 != ctx { next }
$1 != was { if (was) print ""; was = $1; printf "| %s | %s |", $1, $2 }
$5 == "" { printf " none |"; next }
{ printf " EP%d: %d (%d to %d) |", $5, $8, $9, $10 }
END { print "" }' experiments/09-buying/result.csv
