#!/bin/sh
# A million scenarios, grid by grid: what is asked, as the options of one
# sweep a line; and with a command, that command of each.
#
#	sh space.sh				the grids
#	sh space.sh ./deeproof sweep ...	their rows, one header
set -eu
# 99 layouts x 6 systems x 4 formats x 32 batches x 14 contexts = 1,064,448
common="--hw h20-141g,h800-sxm,h200-sxm,b200-sxm,gb200-nvl72,gb300-nvl72
	--model deepseek-v3 --weights native,nvfp4 --kv native,fp8
	--batch 1,2,3,4,6,8,10,12,14,16,20,24,28,32,40,48,56,64,80,96,112,128,160,192,224,256,320,384,448,512,768,1024
	--ctx 512,1024,1536,2048,3072,4096,6144,8192,12288,16384,24576,32768,65536,131072"
wide="8,16,32,48,64,72,96,128,144,160,192,256,320"
grids() {
	for tp in 1 2 4 8; do		# experts on every GPU
		echo "--ep $wide --tp $tp"
	done
	for dcp in 2 4 8; do		# the KV of a group shared out
		echo "--ep $wide --tp 8 --dcp $dcp"
	done
	echo "--gpus 8 --ep 1,2,4 --tp 1,8"	# experts split
	echo "--gpus 16 --ep 1 --tp 16"
	echo "--gpus 32 --ep 1 --tp 32"
}
if [ $# -eq 0 ]; then grids; exit; fi
head=yes
grids | while read -r grid; do
	# shellcheck disable=SC2086
	"$@" $common $grid </dev/null | { [ $head ] || read -r line; cat; }
	head=
done
