#!/bin/sh
# The tables of the README: roofs, plateau, speed.
set -eu
cd experiments/11-design-space
case $1 in
roofs)	awk -F, 'NR == 1 {
		print "| GPU | context | rows that fit | HBM | compute | NVLink | RDMA | latency |"
		print "|---|---|---:|---:|---:|---:|---:|---:|"; next }
	{ printf "| %s | %s | %d | %.0f %% | %.0f %% | %.1f %% | %.1f %% | %.0f %% |\n",
		$1, $2, $3, 100 * $4, 100 * $5, 100 * $6, 100 * $7, 100 * $8 }' roofs.csv ;;
plateau)	awk -F, 'NR == 1 {
		print "| GPU | context | best EP | tok/s/GPU | within 5 % of it |"
		print "|---|---:|---:|---:|---|"; next }
	function show() {
		if (key) printf "| %s | %d | %d | %.0f | %s |\n", hw, ctx, ep, y, near }
	$1 "," $2 != key { show(); key = $1 "," $2; hw = $1; ctx = $2; near = "" }
	$5 >= 0.95 { near = near (near == "" ? "" : ", ") $3 }
	$5 == 1 { ep = $3; y = $4 }
	END { show() }' plateau.csv ;;
speed)	awk -F, 'NR == 1 {
		print "| program | of | rows written | CPU, s | CPU a row, us | of one alone |"
		print "|---|---:|---|---:|---:|---:|"; next }
	$2 == 1 { one[$1 $3] = $5 }
	{ printf "| %s | %d | %s | %.2f | %.1f | %.0f %% |\n", $1, $2, $3, $5,
		$5 / 139776 * 1e6, 100 * one[$1 $3] / $5 }' speed.csv ;;
esac
