#!/bin/sh
# What three steps of one's own are worth: of each layout with four or more
# measured rows, the stacks are fitted without it (validate
# --calibrate), and its stack is calibrated on three of its rows (the smallest batch, the one in
# the middle, the largest), and the others are predicted before and after.
# Prints CSV. Run from the top.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
all=$dir/all.csv
sh experiments/measured/all.sh >"$all"

# A row's recipe: hw stack model weights gpus tp ep, and whether it drafts.
groups=$(awk -F, 'NR > 1 {
	key = $2 "," $3 "," $4 "," $5 "," $7 "," $8 "," $9 "," ($16 > 0)
	if (!(key in nr)) order[++keys] = key
	nr[key]++
}
END {
	for (i = 1; i <= keys; i++)
		if (nr[order[i]] >= 4) print order[i]
}' "$all" | sort)

# The stack's rows fitted to what is not of this layout, as a sheet of its own,
# $dir/base.csv. Architectures share no parameter, so one at a time is enough.
fit_without() {	# HW STACK GPUS TP EP
	awk -F, -v hw="$1" -v stack="$2" -v gpus="$3" -v tp="$4" -v ep="$5" '
	function old(name) { return name ~ /^h[0-9]/ }
	NR == 1 || (old($2) == old(hw) && !($2 == hw && $3 == stack &&
		$7 == gpus && $8 == tp && $9 == ep))' "$all" >"$dir/others.csv"
	./deeproof validate "$dir/others.csv" --calibrate \
		-o "$dir/fitted.csv" 2>/dev/null
	{
		echo key,value,err,unit,origin,source,note
		echo "base,$2,,name,assumed,this experiment,"
		awk -F, -v stack="$2" 'NR > 1 &&
		$7 ~ "hw/stacks/(" stack "|generic)[.]csv" {
			print $1 "," $2 "," $3 "," $4 ",fitted,this experiment,"
		}' "$dir/fitted.csv"
	} >"$dir/base.csv"
}

# The rows of a recipe by batch: three to $dir/three.csv, others to rest.csv.
part() {	# KEY
	head -n 1 "$all" | tee "$dir/three.csv" >"$dir/rest.csv"
	awk -F, -v key="$1" 'NR > 1 && key == \
		$2 "," $3 "," $4 "," $5 "," $7 "," $8 "," $9 "," ($16 > 0) {
		print ($10 != "" ? $10 : $11) "\t" $0
	}' "$all" | sort -s -g -k1,1 | cut -f2- >"$dir/rows"
	nr=$(wc -l <"$dir/rows")
	awk -v nr="$nr" -v three="$dir/three.csv" -v rest="$dir/rest.csv" '{
		middle = NR == int(nr / 2) + 1
		print >>(NR == 1 || NR == nr || middle ? three : rest)
	}' "$dir/rows"
}

# The table with another sheet as its stack.
with() {	# TABLE SHEET
	awk -F, -v OFS=, -v sheet="$2" 'NR > 1 { $3 = sheet } { print }' "$1"
}

# The mean error of the rest by a sheet, and the share inside the band.
errors() {	# SHEET
	with "$dir/rest.csv" "$1" >"$dir/ask.csv"
	./deeproof validate "$dir/ask.csv" --summary "$dir/sum.csv" \
		-o /dev/null 2>/dev/null
	awk -F, '$1 == "all" { print $3 "," $4 "," $9 }' "$dir/sum.csv"
}

echo "hw,stack,model,weights,gpus,tp,ep,drafts,rows,before_pct,after_pct,"\
"change_pct,in_band_before_pct,in_band_after_pct"
for key in $groups; do
	rest=${key#*,}
	hw=${key%%,*} stack=${rest%%,*}
	layout=$(echo "$key" | cut -d, -f5-7 | tr , ' ')
	# shellcheck disable=SC2086
	fit_without "$hw" "$stack" $layout
	part "$key"
	with "$dir/three.csv" "$dir/base.csv" >"$dir/own_rows.csv"
	./deeproof calibrate "$dir/own_rows.csv" -o "$dir/own.csv" \
		2>/dev/null || continue
	echo "$key,$(errors "$dir/base.csv"),$(errors "$dir/own.csv")"
done | awk -F, '$9 > 0 {
	printf "%s", $1
	for (i = 2; i <= 9; i++) printf ",%s", $i
	printf ",%.2f,%.2f,%.0f,%.0f,%.0f\n", $10, $13, 100 * ($13 / $10 - 1),
		$11, $14
}'
