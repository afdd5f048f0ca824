#!/bin/sh
# One self-contained page from the files of a report: page.sh DIR >report.html
set -eu
dir=$1

table() {	# a CSV as an HTML table, chosen columns, four digits
	awk -v want="$2" "$(cat experiments/csv.awk)"'
		function xml(s) {
			gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s)
			return s
		}
		function said(s, column) {
			if (s ~ /^-?[0-9.]+$/ && column ~ /_pct$/)
				return sprintf("%.1f", s)
			return s ~ /^-?[0-9]+[.][0-9]+$/ ? \
				sprintf("%.4g", s) : xml(s)
		}
		BEGIN { m = split(want, name, " ") }
		NR == 1 {
			n = cells($0, head)
			for (i = 1; i <= n; i++) at[head[i]] = i
			print "<div><table><tr>"
			for (i = 1; i <= m; i++) {
				said_of = name[i]
				sub(/_pct$/, " %", said_of)
				gsub(/_/, " ", said_of)
				print "<th>" said_of "</th>"
			}
			print "</tr>"
			next
		}
		{
			cells($0, cell); print "<tr>"
			for (i = 1; i <= m; i++)
				print (cell[at[name[i]]] ~ /^-?[0-9.]+$/ ? \
					"<td class=n>" : "<td>") \
					said(cell[at[name[i]]], name[i]) "</td>"
			print "</tr>"
		}
		END { print "</table></div>" }' "$1"
}

figure() {
	echo "<figure>"
	sed '/^<?xml/d; /^<!DOCTYPE/d' "$dir/$1.svg"
	echo "</figure>"
}

cat <<'END'
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>deeproof report</title>
<style>
body { font: 15px/1.5 Arial, Helvetica, sans-serif; color: #1c2733;
	max-width: 1080px; margin: 2em auto; padding: 0 1em }
h2 { margin-top: 2em } figure { margin: 1em 0 } svg { width: 100%; height: auto }
table { border-collapse: collapse; font-size: 13px }
td, th { padding: 2px 10px 2px 0; text-align: left;
	border-bottom: 1px solid #e3e7eb; white-space: nowrap }
td.n { text-align: right } div { overflow-x: auto }
pre { background: #f4f6f8; padding: 1em; overflow: auto; font-size: 12px }
</style></head><body>
<h1>deeproof: predicted beside measured</h1>
<p>Every figure and number on this page was made by <code>make report</code>
from the sheets in <code>hw/</code> and <code>models/</code> and the published
measurements in <code>experiments/measured/</code>.</p>
END
[ -e "$dir/explorer.html" ] &&
	echo '<p><a href="explorer.html">The explorer</a>: the same, live.</p>'
[ -e "$dir/deployments.html" ] &&
	echo '<p><a href="deployments.html">29 deployments</a> that documents
name, simulated.</p>'
echo "<h2>All published decode measurements</h2>"
figure parity
table "$dir/summary.csv" \
	"by group rows mape_pct median_pct bias_pct within10_pct within20_pct"
echo "<h2>DeepSeek-V4 and V3.2</h2>"
table "$dir/line.csv" \
	"id hw stack model gpus tp ep batch ctx metric value predicted low high error_pct inside"
echo "<h2>What requests see</h2>"
figure served
table "$dir/summary-served.csv" \
	"by group rows mape_pct median_pct bias_pct inside_pct"
echo "<h2>EP size</h2>"
figure ep
echo "<h2>Traffic</h2>"
figure traffic
echo "<h2>One step, op by op</h2>"
figure roofline
echo "<pre>"
sed 's/&/\&amp;/g; s/</\&lt;/g' "$dir/step.txt"
echo "</pre>"
echo "<h2>Every row</h2>"
table "$dir/predicted.csv" \
	"id hw stack weights kv gpus tp ep batch ctx metric value predicted error_pct fits"
echo "</body></html>"
