#!/bin/sh
# Each kernel law on times that it was not fitted to: fitted to one GPU's,
# the other's predicted with nothing but the sheet of the GPU changed; beside
# it the error where both are fitted to. Prints CSV. Run from the top. Exit 2
# when a law cannot be fitted as its row has it.
set -u
export LC_ALL=C
said=$(mktemp)
failed=$(mktemp)
trap 'rm -f "$said" "$failed"' EXIT

# errors ROWS HW: nr, MAPE and bias of that line of what fit said.
errors() {
	awk -v rows="$1" -v hw="$2" '$1 == hw && $2 == rows {
		gsub(/%/, ""); printf "%s,%s,%s", $3, $4, $5 }' "$said"
}

echo "law,from,to,rows,mape_pct,bias_pct,mape_fitted_pct"
tail -n +2 experiments/12-transfer/transfers.csv |
while IFS=, read -r law file from to options; do
	# shellcheck disable=SC2086
	fit() {
		./deeproof fit "experiments/kernels/$file.csv" --law "$law" \
			$options --from "hw=$1" -o /dev/null 2>"$said"
	}
	fit "$from" ||
		echo "transfer: $law from $from: $(cat "$said")" >>"$failed"
	unseen=$(errors unseen "$to")
	own=
	case $law in
	law.*.any) ;;	# the other architecture has kernels of its own
	*)	fit "$to" && own=$(errors fitted "$to") ;;
	esac
	own=${own#*,}
	echo "$law,$from,$to,${unseen:-,,},${own%,*}"
done
cat "$failed" >&2
[ ! -s "$failed" ] || exit 2
