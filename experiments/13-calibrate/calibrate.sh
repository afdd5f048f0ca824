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

# The means over the choices of three of $dir/rows: before,after,choices.
any_three() {
	sed 1q "$all" | cat - "$dir/rows" >"$dir/rest.csv"
	errors_of "$dir/base.csv" >"$dir/before"
	nr=$(wc -l <"$dir/rows")
	awk -v n="$nr" 'BEGIN {
		all = n * (n - 1) * (n - 2) / 6
		step = all > 20 ? int(all / 20) + 1 : 1
		for (i = 1; i < n; i++)
			for (j = i + 1; j < n; j++)
				for (k = j + 1; k <= n; k++)
					if (at++ % step == 0) print i, j, k
	}' | while read -r i j k; do
		awk -v i="$i" -v j="$j" -v k="$k" -v head="$(sed 1q "$all")" \
			-v three="$dir/three.csv" -v rest="$dir/rest.csv" '
		BEGIN { print head >three; print head >rest }
		{ print >(NR == i || NR == j || NR == k ? three : rest) }' \
			"$dir/rows"
		with "$dir/three.csv" "$dir/base.csv" >"$dir/own_rows.csv"
		./deeproof calibrate "$dir/own_rows.csv" -o "$dir/own.csv" \
			2>/dev/null
		errors_of "$dir/own.csv" | awk -v i="$i" -v j="$j" -v k="$k" \
			-v before="$dir/before" '
		BEGIN { while ((getline line <before) > 0) was[++n] = line }
		{ at++; while (at == i || at == j || at == k) at++
		  print was[at], $1 }'
	done | awk -v step="$nr" '{ a += $1; b += $2 } END {
		printf "%.4f,%.4f,%d", a / NR, b / NR, NR / (step - 3) }'
}

# The error of each of the rest, without its sign.
errors_of() {	# SHEET
	with "$dir/rest.csv" "$1" >"$dir/ask.csv"
	./deeproof validate "$dir/ask.csv" -o "$dir/pred.csv" 2>/dev/null
	awk 'NR == 1 { n = split($0, h, ",")
		for (i = 1; i <= n; i++) if (h[i] == "error_pct") c = n - i
		next }
	{ n = split($0, x, ","); e = x[n - c]; print e < 0 ? -e : e }' \
		"$dir/pred.csv"
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
"change_pct,in_band_before_pct,in_band_after_pct,any_before_pct,"\
"any_after_pct,any_change_pct,any_choices"
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
	echo "$key,$(errors "$dir/base.csv"),$(errors "$dir/own.csv"),$(any_three)"
done | awk -F, '$9 > 0 {
	printf "%s", $1
	for (i = 2; i <= 9; i++) printf ",%s", $i
	printf ",%.2f,%.2f,%.0f,%.0f,%.0f", $10, $13, 100 * ($13 / $10 - 1),
		$11, $14
	printf ",%.2f,%.2f,%.0f,%d\n", $15, $16, 100 * ($16 / $15 - 1), $17
}'
