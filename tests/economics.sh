#!/bin/sh
# A published day of service: what it cost, what it would have earned at list
# price, and the margin, from its inputs (deepseek-ai/open-infra-index, day 6).
set -u
export LC_ALL=C
awk '
function near(what, x, want, within) {
	printf "%s: %.0f, published %.0f\n", what, x, want
	d = x / want - 1
	if (d > within || d < -within) { bad++; print "not ok - " what }
}
BEGIN {
	# 226.75 nodes on average, 8 GPUs each, $2 an hour
	cost = 226.75 * 8 * 2 * 24
	# 608 B tokens in, 342 B of them from the cache; 168 B out; $ a million
	revenue = 342e3 * 0.14 + (608e3 - 342e3) * 0.55 + 168e3 * 2.19
	near("dollars a day", cost, 87072, 1e-9)
	near("revenue", revenue, 562027, 0.001)
	near("margin, per cent", 100 * (revenue / cost - 1), 545, 0.01)
	exit bad > 0
}'
