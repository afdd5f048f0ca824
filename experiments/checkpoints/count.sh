#!/bin/sh
# Bytes (or parameters) of every checkpoint of the table, ours beside published.
#
#	sh experiments/checkpoints/count.sh
set -eu
program=${DEEPROOF:-./deeproof}
table=experiments/checkpoints/checkpoints.csv
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT

# The value of a key of `show --csv`; keys hold no comma.
value() {
	awk -F, -v key="$1" '$1 == key { print $2; exit }' "$tmp"
}

# An answer of two bytes or parameter counts, in billions, to four digits.
answer() {
	awk -v ours="$1" -v said="$2" 'BEGIN {
		off = 100 * (ours / said - 1)
		printf "%.4g,%.4g,%.2f,%s\n", ours / 1e9, said / 1e9, off,
			off * off <= 1 ? "yes" : "no" }'
}

echo "checkpoint,basis,ours,published,error_pct,within_1_pct,refusal"
# Without quotes in these columns: the first eight hold no comma.
sed 1d "$table" | while IFS=, read -r name model weights mtp repeated \
		basis published refused rest; do
	if [ -n "$refused" ]; then
		if "$program" show "$model" >/dev/null 2>"$tmp"; then
			said=no
		elif grep -qF "$refused" "$tmp"; then
			said=yes
		else
			said=no
		fi
		echo "$name,,,,,$said,$refused"
		continue
	fi
	"$program" show "$model" --weights "$weights" --csv >"$tmp"
	if [ "$basis" != params ]; then
		ours=$(awk -v all="$(value stored_bytes)" \
			-v block="$(value stored_bytes_mtp)" -v mtp="$mtp" \
			-v again="$(value checkpoint_bytes_repeated)" \
			-v rep="$repeated" 'BEGIN {
			all += (mtp - 1) * block
			printf "%.0f", all + rep * again }')
	else
		ours=$(awk -v all="$(value params_total)" \
			-v block="$(value params_mtp)" -v mtp="$mtp" \
			-v again="$(value checkpoint_bytes_repeated)" \
			-v rep="$repeated" 'BEGIN {
			all += mtp * block
			printf "%.0f", all + rep * again / 2 }')
	fi
	echo "$name,$basis,$(answer "$ours" "$published"),"
done
