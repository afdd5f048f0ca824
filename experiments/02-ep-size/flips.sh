#!/bin/sh
# Ten facts at their stated errors, one at a time, and what each does to the
# best EP: the sizes within 10 % of the best, and what is lost by who stays at
# the size that was best before. The NIC is not in doubt but differs between
# machines sold under one name: 25, 50 and 100 GB/s a GPU.
set -eu
facts='nic.bandwidth=25GB/s nic.bandwidth=100GB/s
routing.sigma=0.685 routing.sigma=1.285 routing.drift=0.02 routing.drift=0.06
mem_share=0.85 mem_share=0.95 overhead.any=0.92 overhead.any=1.08
buffers=1GB buffers=5GB exchange.tokens=128tok exchange.tokens=512tok
forward.sms=0.042 forward.sms=0.098 forward.time=1.5us forward.time=4.5us
law.flashmla.sm90.e_f=0.74 law.flashmla.sm90.e_f=0.9'
here=${0%/*}
echo fact,hw,exchange,best,from,to,tok_s_gpu,before,lost_pct
for fact in as_it_is $facts; do
	if [ "$fact" = as_it_is ]; then sh "$here/best.sh"
	else sh "$here/best.sh" "$fact"; fi | sed "1d; s|^|$fact,|"
done | awk -F, '
	{ key = $1 "," $2 "," $4; tok = $9 + 0
	if (!(key in n)) order[++keys] = key
	i = ++n[key]; ep[key, i] = $3; t[key, i] = tok
	if (tok > most[key]) { most[key] = tok; at[key] = i } }
	END { for (k = 1; k <= keys; k++) {
		key = order[k]; split(key, w, ",")
		base = "as_it_is," w[2] "," w[3]
		lo = hi = at[key]
		while (lo > 1 && t[key, lo - 1] >= 0.9 * most[key]) lo--
		while (hi < n[key] && t[key, hi + 1] >= 0.9 * most[key]) hi++
		printf "%s,%s,%s,%s,%.4g,%s,%.1f\n", key, ep[key, at[key]],
			ep[key, lo], ep[key, hi], most[key],
			ep[base, at[base]],
			100 * (1 - t[key, at[base]] / most[key]) } }'
