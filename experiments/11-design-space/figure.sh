#!/bin/sh
# The Pareto fronts as series for plot lines.
set -eu
echo "series,x,y,measured,label,x_label,y_label,x_scale,y_scale"
awk -F, -v OFS=, 'NR == 1 { next }
{
	name = toupper($1)
	sub(/-SXM$/, "", name); sub(/-NVL72$/, " NVL72", name)
	sub(/-141G$/, " 141 GB", name)
	print name, $2, $3, "", "", \
		NR == 2 ? "Output tokens per second and user" : "", \
		NR == 2 ? "Output tokens per second and GPU" : "", \
		NR == 2 ? "log" : "", NR == 2 ? "log" : ""
}' experiments/11-design-space/pareto.csv
