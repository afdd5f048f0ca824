#!/bin/sh
# What three steps of one's own are worth. Each layout with four or more
# measured rows of a recipe is the user's, once as a new layout of a known stack
# and once as that of a stack that nobody measured: the stacks are fitted
# without it (validate --calibrate), its stack is calibrated on three of its
# rows (the smallest batch, the one in the middle, the largest), and the others
# are predicted before and after. Prints CSV. Run from the top.
#
# calibrate.sh errors: of the rows of the layouts, each left out alone, what
# they are off by, for likelihood.awk; calibrate.sh reads likelihood.csv.
set -u
export LC_ALL=C
here=experiments/13-calibrate
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
all=$dir/all.csv
sh experiments/measured/all.sh >"$all"
head=$(sed 1q "$all")
mkdir "$dir/data" && cp -r hw models "$dir/data" || exit 1

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

# A sheet of its own, $dir/base.csv: the stack, with what was fitted.
sheet() {	# STACK FITTED SHEETS
	echo key,value,err,unit,origin,source,note
	echo "base,$1,,name,assumed,this experiment,"
	awk -F, -v sheets="$3" 'NR > 1 &&
	$7 ~ "hw/stacks/(" sheets ")[.]csv" {
		print $1 "," $2 "," $3 "," $4 ",fitted,this experiment,"
	}' "$2"
}

# Fitted to what is not of this layout. Architectures share no parameter, so
# one at a time is enough.
without_layout() {	# HW STACK GPUS TP EP
	awk -F, -v hw="$1" -v stack="$2" -v gpus="$3" -v tp="$4" -v ep="$5" '
	function old(name) { return name ~ /^h[0-9]/ }
	NR == 1 || (old($2) == old(hw) && !($2 == hw && $3 == stack &&
		$7 == gpus && $8 == tp && $9 == ep))' "$all" >"$dir/others.csv"
	./deeproof validate "$dir/others.csv" --calibrate \
		-o "$dir/fitted.csv" 2>/dev/null
	sheet "$2" "$dir/fitted.csv" "$2|generic" >"$dir/base.csv"
}

# Fitted to the other stacks. Of this one's overheads, on every architecture
# and of every day, nothing is known but the mean of the others' logarithms and
# how a next one stands off it: sd sqrt(1 + 1/n).
without_stack() {	# STACK
	fitted=$dir/without-$1.csv
	if [ ! -f "$fitted" ]; then
		awk -F, -v stack="$1" 'NR == 1 || $3 != stack' "$all" \
			>"$dir/others.csv"
		./deeproof validate "$dir/others.csv" --calibrate \
			-o "$fitted" 2>/dev/null
	fi
	sheet "$1" "$fitted" generic >"$dir/base.csv"
	awk -F, 'NR == FNR { if ($1 ~ /^overhead[.]/) {
		x = log($2); n++; sum += x; sq += x * x }; next }
	$1 ~ /^overhead[.]/ {
		mean = sum / n
		sd = sqrt((sq / n - mean * mean) * n / (n - 1) * (1 + 1 / n))
		printf "%s,%.4f,%.4f,1,assumed,the other stacks,\n", $1,
			exp(mean), exp(mean) * sd
	}' "$fitted" "hw/stacks/$1.csv" >>"$dir/base.csv"
}

# The rows of a recipe, by batch. What was said of the overhead of a row was
# said after it was measured: a stack that nobody knows has none said.
rows_of() {	# KEY HELD
	awk -F, -v key="$1" -v held="$2" 'NR > 1 && key == \
		$2 "," $3 "," $4 "," $5 "," $7 "," $8 "," $9 "," ($16 > 0) {
		line = $0
		if (held == "stack")
			sub(/;?overhead[.a-z0-9]*=[0-9.]+$/, "", line)
		print ($10 != "" ? $10 : $11) "\t" line
	}' "$all" | sort -s -g -k1,1 | cut -f2- >"$dir/rows"
	nr=$(wc -l <"$dir/rows")
}

# The rows $1 $2 $3 to three.csv, the others to rest.csv.
part() {
	awk -v i="$1" -v j="$2" -v k="$3" -v head="$head" \
		-v three="$dir/three.csv" -v rest="$dir/rest.csv" '
	BEGIN { print head >three; print head >rest }
	{ print >(NR == i || NR == j || NR == k ? three : rest) }' "$dir/rows"
}

# The table with another sheet as its stack.
with() {	# TABLE SHEET
	awk -F, -v OFS=, -v sheet="$2" 'NR > 1 { $3 = sheet } { print }' "$1"
}

# One's own sheet from three.csv, $dir/own.csv.
learn() {
	with "$dir/three.csv" "$dir/base.csv" >"$dir/own_rows.csv"
	DEEPROOF_DATA=$dir/data ./deeproof calibrate "$dir/own_rows.csv" \
		-o "$dir/own.csv" 2>/dev/null
}

# The last columns of what validate says of rest.csv, in this order.
predicted() {	# SHEET COLUMNS
	with "$dir/rest.csv" "$1" >"$dir/ask.csv"
	./deeproof validate "$dir/ask.csv" -o "$dir/pred.csv" 2>/dev/null
	awk -v of="$2" 'NR == 1 { n = split($0, h, ",")
		for (i = 1; i <= n; i++) back[h[i]] = n - i
		want = split(of, w, ",")
		next }
	{ n = split($0, x, ",")
	  for (i = 1; i <= want; i++)
		printf "%s%s", x[n - back[w[i]]], i < want ? "," : "\n" }' \
		"$dir/pred.csv"
}

# The error of each of the rest, without its sign.
errors_of() {	# SHEET
	predicted "$1" error_pct | sed 's/^-//'
}

# The rows, their mean error, and the share of them inside the band.
errors() {	# SHEET
	predicted "$1" error_pct,inside | awk -F, '{
		e += $1 < 0 ? -$1 : $1; in_band += ($2 == "yes") }
	END { printf "%d,%.4f,%.4f", NR, e / NR, 100 * in_band / NR }'
}

# The means over the choices of three of $dir/rows: before,after,choices.
any_three() {
	part 0 0 0
	errors_of "$dir/base.csv" >"$dir/before"
	awk -v n="$nr" 'BEGIN {
		all = n * (n - 1) * (n - 2) / 6
		step = all > 20 ? int(all / 20) + 1 : 1
		for (i = 1; i < n; i++)
			for (j = i + 1; j < n; j++)
				for (k = j + 1; k <= n; k++)
					if (at++ % step == 0) print i, j, k
	}' | while read -r i j k; do
		part "$i" "$j" "$k"
		learn
		errors_of "$dir/own.csv" | awk -v i="$i" -v j="$j" -v k="$k" \
			-v before="$dir/before" '
		BEGIN { while ((getline line <before) > 0) was[++n] = line }
		{ at++; while (at == i || at == j || at == k) at++
		  print was[at], $1 }'
	done | awk -v n="$nr" '{ a += $1; b += $2 } END {
		printf "%.4f,%.4f,%d", a / NR, b / NR, NR / (n - 3) }'
}

# What rows vary by, as what is left of them says: of likelihood.csv.
vary() {	# LEFT WHAT
	awk -F, -v OFS=, -v left="$1" -v what="$2" 'NR == FNR {
		if ($1 == left && $2 == what) {
			is["own.share"] = $3; is["own.near"] = $5
			is["own.reach"] = $7
		}
		next
	}
	$1 in is { $2 = is[$1] }
	{ print }' "$here/likelihood.csv" hw/stacks/prior.csv \
		>"$dir/data/hw/stacks/prior.csv"
}

# The day since which the software of a row is this one, as its sheet says.
images() {	# STACK
	awk -F, -v sheet="hw/stacks/$1.csv" '
	BEGIN { while ((getline line <sheet) > 0) {
		split(line, f, ",")
		if (f[1] ~ /^overhead[.].*@/) {
			split(f[1], key, /[.@]/)
			day[++n] = key[3]; arch[n] = key[2]
		} } }
	{ a = $2 ~ /^h[0-9]/ ? "sm90" : "sm100"; best = "-"
	  for (i = 1; i <= n; i++)
		if (arch[i] == a && ($25 == "" || day[i] <= $25) &&
		    (best == "-" || day[i] > best)) best = day[i]
	  print best "," ($10 != "" ? $10 : $11) }' "$dir/rows"
}

if [ "${1-}" = errors ]; then
	echo layout,stack,image,error_log,band_log,batch
	echo "$groups" | while IFS=, read -r hw stack model w gpus tp ep d; do
		without_layout "$hw" "$stack" "$gpus" "$tp" "$ep"
		rows_of "$hw,$stack,$model,$w,$gpus,$tp,$ep,$d" layout
		part 0 0 0
		predicted "$dir/base.csv" predicted,low,high,measured_step_ms,\
predicted_step_ms >"$dir/said"
		images "$stack" | paste -d, - "$dir/said" | awk -F, \
			-v of="$hw/$stack/$model/$w/$gpus/$tp/$ep/$d" \
			-v stack="$stack" '{
			up = log($5 / $3); down = log($3 / $4)
			printf "%s,%s,%s,%.4f,%.4f,%s\n", of, stack, $1,
				log($7 / $6),
				(up > down ? up : down) / 1.2815515655, $2 }'
	done
	exit
fi

one() {	# KEY HELD
	middle=$((nr / 2 + 1))
	part 1 $middle "$nr"
	learn || return
	echo "$2,$1,$(errors "$dir/base.csv"),$(errors "$dir/own.csv"),$(any_three)"
}

echo "held,hw,stack,model,weights,gpus,tp,ep,drafts,rows,before_pct,"\
"after_pct,change_pct,in_band_before_pct,in_band_after_pct,any_before_pct,"\
"any_after_pct,any_change_pct,any_choices"
for held in layout stack; do
	for key in $groups; do
		IFS=, read -r hw stack model w gpus tp ep d <<EOF
$key
EOF
		rows_of "$key" $held
		if [ $held = layout ]; then
			vary layout "$hw/$stack/$model/$w/$gpus/$tp/$ep/$d"
			without_layout "$hw" "$stack" "$gpus" "$tp" "$ep"
		else
			vary stack "$stack"
			without_stack "$stack"
		fi
		one "$key" $held
	done
done | awk -F, '{
	printf "%s", $1
	for (i = 2; i <= 10; i++) printf ",%s", $i
	printf ",%.2f,%.2f,%.0f,%.0f,%.0f", $11, $14, 100 * ($14 / $11 - 1),
		$12, $15
	printf ",%.2f,%.2f,%.0f,%d\n", $16, $17, 100 * ($17 / $16 - 1), $18
}'
