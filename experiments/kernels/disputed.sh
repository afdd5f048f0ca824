#!/bin/sh
# Laws whose sheet and whose fit disagree: the mean error of both on the table,
# as Markdown. Run from the top of the repository.
set -eu
echo "| law | rows | MAPE, bias: the sheet | fitted | with |"
echo "|---|---:|---:|---:|---|"
while read -r law file options; do
	errors() {	# nr, MAPE, bias of the rows
		# shellcheck disable=SC2086
		./deeproof fit "experiments/kernels/$file.csv" --law "$law" \
			"$@" -o /dev/null 2>&1 |
			awk '$1 == "all" && $2 ~ /^(fitted|asked)$/ {
				printf "%s %s %s", $3, $4, $5 }'
	}
	# shellcheck disable=SC2046
	set -- $(errors --sheet)
	nr=$1 mape=$2 bias=$3
	# shellcheck disable=SC2046,SC2086
	set -- $(errors $options)
	echo "| \`$law\` | $nr | $mape $bias | $2 $3 | \`$options\` |" |
		sed 's/ ``//'
done <<'END'
law.trtllm_gen_moe_fp8.sm100 moe
law.trtllm_gen_moe_nvfp4.sm100 moe
END
