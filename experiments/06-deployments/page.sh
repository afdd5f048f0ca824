#!/bin/sh
# All 29 systems on one page: page.sh DIR >deployments.html. DIR holds
# deployments.csv (ask.sh's rows) and the figures d-NAME.svg.
set -eu
dir=$1
here=experiments/06-deployments

# The table that table.sh prints, as HTML.
table() {
	sh $here/table.sh - "$dir/deployments.csv" | awk -F' [|] ' '
	function xml(s) {
		gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s)
		return s
	}
	NR == 2 { next }
	{	sub(/^[|] /, ""); sub(/ [|]$/, "")
		cell = NR == 1 ? "th" : "td"
		printf "<tr>"
		for (i = 1; i <= NF; i++) {
			kind = i != 5 || $i ~ /fitted/ ? "" : $i ~ /^(in the band|so it is)/ ? \
				" class=\"in\"" : $i ~ /band|fit|not|above|below/ ? \
				" class=\"out\"" : ""
			printf "<%s%s>%s</%s>", cell, kind, xml($i), cell
		}
		print "</tr>" }'
}

figure() {
	echo "<figure>"
	sed '/^<?xml/d; /^<!DOCTYPE/d' "$dir/d-$1.svg"
	echo "</figure>"
}

cat <<'END'
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Every deployment the documents name</title>
<style>
body { font: 15px/1.5 Arial, Helvetica, sans-serif; color: #1b2733;
	max-width: 1240px; margin: 2em auto; padding: 0 1em }
h2 { margin-top: 2em } figure { margin: 1em 0 } svg { width: 100%; height: auto }
.two { display: grid; grid-template-columns: repeat(auto-fit,
	minmax(min(100%, 440px), 1fr)); gap: 1em }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: 13px; min-width: 1100px }
td, th { padding: 4px 12px 4px 0; text-align: left; vertical-align: top;
	border-bottom: 1px solid #e4e7ea }
tr:hover td { background: #f4f6f8 }
.in { color: #00704f; white-space: nowrap }
.out { color: #a84a00; white-space: nowrap }
</style></head><body>
<h1>Every deployment that the documents name, simulated</h1>
<p>29 systems of four documents. Each row is a command of deeproof; where a
document's figure lies outside the band, what would have to be true is solved
for by another. <code>make report</code> writes this page anew.</p>
END
echo "<p>$(sh $here/table.sh --count "$dir/deployments.csv").</p>"
figure options
echo '<h2>One guide, its four tables</h2><div class="two">'
for name in token-api ptu model-unit bare-metal; do figure $name; done
echo '</div><h2>A day of traffic</h2><div class="two">'
figure day
figure hours
figure autoscale
figure waits
echo '</div><h2>Every system</h2><div class="wide"><table>'
table
echo "</table></div></body></html>"
