#!/bin/sh
# The errors of a validation as Markdown, each row predicted by parameters that
# were fitted without its layout group: table.sh MEASURED.csv; and the
# worst rows: table.sh --worst N MEASURED.csv; and what was fitted to them:
# table.sh --fitted MEASURED.csv; and those of all tables, a layout or more
# left out: table.sh --left-out
#
# KEEP, a folder: what validates a file for one table is kept there for the next.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
worst='' by='' fitted=''
if [ "$1" = --left-out ]; then
	sh experiments/measured/all.sh >"$tmp/all.csv"
	echo "| predicted without any row of its | rows | MAPE | bias |" \
		"within 20 % | in the band |"
	echo "|---|---:|---:|---:|---:|---:|"
	for what in layout hw stack model; do
		./deeproof validate "$tmp/all.csv" --leave-out $what -o "$tmp/p.csv" \
			--summary "$tmp/s.csv" 2>"$tmp/log" || [ $? -ne 2 ]
		awk -F, -v what=$what '$1 == "all" {
			printf "| %s | %d | %.1f %% | %+.1f %% | %.0f %% |" \
				" %.0f %% |\n", what, $3, $4, $6, $8, $9
		}' "$tmp/s.csv"
	done
	exit
fi
if [ "$1" = --fitted ]; then fitted=yes; shift; fi
if [ "$1" = --by ]; then by=$2; shift 2; fi
if [ "$1" = --worst ]; then worst=$2; shift 2; fi
at=${KEEP:-$tmp}/$(echo "$1" | tr / _)
if [ ! -f "$at.log" ]; then
	./deeproof validate "$1" --leave-out layout -o "$at.p.csv" \
		--summary "$at.s.csv" 2>"$tmp/log" || [ $? -ne 2 ]
	mv "$tmp/log" "$at.log"
fi
if [ -n "$fitted" ]; then
	sed -n 's/^\([0-9].* fitted to .*\)$/\1./p' "$at.log"
	exit
fi
if [ -z "$worst" ]; then
	awk -F, -v by=" $by " 'NR == 1 {
		print "| by | group | rows | MAPE | bias | within 10 % |" \
			" within 20 % | in the band |"
		print "|---|---|---:|---:|---:|---:|---:|---:|"; next }
	{	# a quoted group may hold a comma
		line = $0
		if (match(line, /"[^"]*"/)) {
			name = substr(line, RSTART + 1, RLENGTH - 2)
			gsub(/,/, ";", name)
			line = substr(line, 1, RSTART - 1) name \
				substr(line, RSTART + RLENGTH)
		}
		split(line, c, ",")
		if (by != "  " && !index(by, " " c[1] " ")) next
		printf "| %s | %s | %d | %.1f %% | %+.1f %% | %.0f %% |" \
			" %.0f %% | %.0f %% |\n", c[1], c[2], c[3], c[4], \
			c[6], c[7], c[8], c[9] }' "$at.s.csv"
	exit
fi
awk -v n="$worst" "$(cat experiments/csv.awk)"'
	NR == 1 { k = cells($0, head); for (i = 1; i <= k; i++) at[head[i]] = i
		next }
	{	cells($0, c); e = c[at["error_pct"]]
		if (e == "") next
		printf "%09.4f|| %s | %s | %s | tp %s ep %s | %s | %s %.4g |" \
			" %.4g | %+.0f %% |\n", e < 0 ? -e : e, c[at["id"]], \
			c[at["hw"]], c[at["stack"]], c[at["tp"]], \
			c[at["ep"]], c[at["batch"]], c[at["metric"]], \
			c[at["value"]], c[at["predicted"]], e }' "$at.p.csv" |
	sort -r | head -n "$worst" | {
		echo "| row | hw | stack | layout | batch | measured |" \
			"predicted | error |"
		echo "|---|---|---|---|---:|---:|---:|---:|"
		sed 's/^[^|]*|//'
	}
