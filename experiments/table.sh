#!/bin/sh
# The errors of a validation as Markdown, each row predicted by parameters that
# were fitted without its layout group: table.sh MEASURED.csv; and the
# worst rows: table.sh --worst N MEASURED.csv; and what was fitted to them:
# table.sh --fitted MEASURED.csv
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
if [ "$1" = --fitted ]; then
	./deeproof validate "$2" --leave-out layout -o /dev/null 2>&1 |
		sed -n 's/^\([0-9].* fitted to .*\)$/\1./p'
	exit
fi
worst='' by=''
if [ "$1" = --by ]; then by=$2; shift 2; fi
if [ "$1" = --worst ]; then worst=$2; shift 2; fi
./deeproof validate "$1" --leave-out layout -o "$tmp/p.csv" \
	--summary "$tmp/s.csv" 2>/dev/null ||
	[ $? -ne 2 ]
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
			c[6], c[7], c[8], c[9] }' "$tmp/s.csv"
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
			c[at["value"]], c[at["predicted"]], e }' "$tmp/p.csv" |
	sort -r | head -n "$worst" | {
		echo "| row | hw | stack | layout | batch | measured |" \
			"predicted | error |"
		echo "|---|---|---|---|---:|---:|---:|---:|"
		sed 's/^[^|]*|//'
	}
