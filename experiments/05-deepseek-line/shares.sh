#!/bin/sh
# What a V4-Flash step of 8 sequences on 4 B300 is made of, as Markdown.
set -eu
./deeproof step --hw b300-sxm --stack vllm --model deepseek-v4-flash \
	--gpus 4 --tp 4 --ep 1 --batch 8 --ctx 8192 | awk '
	NF > 4 && $(NF - 1) == "%" && $3 ~ /^[0-9]+$/ {
		what = "all else"
		if ($1 == "experts") what = "routed experts"
		if ($1 ~ /^mix/) what = "mixing of residual streams"
		if ($1 == "core") what = "core attention"
		if ($1 ~ /^index/) what = "picking entries"
		if ($1 ~ /allreduce/) what = "all-reduces"
		share[what] += $(NF - 2) }
	END {	print "| part of a V4-Flash step | share |"
		print "|---|---:|"
		n = split("routed experts,all-reduces,mixing of residual streams,picking entries,core attention,all else", name, ",")
		for (i = 1; i <= n; i++)
			printf "| %s | %.0f %% |\n", name[i], share[name[i]] }'
