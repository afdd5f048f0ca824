#!/bin/sh
# The last assault (tests/assault.sh) as Markdown.
set -eu
awk -F, 'NR == 1 {
	print "| what | how | times | failed | reached |"
	print "|---|---|---:|---:|---:|"
	next
}
{ printf "| %s | %s | %d | %d | %s |\n", $1, $2, $3, $5, $6 }' \
	"$(dirname "$0")/assault.csv"
