# At the speed of light, where no fit of a stack moves them: each op at its peak,
# one after the other. Expect of V3 on 16 B300 37.1 us of KV a token (4,096 x
# 70,272 B / 7.75 TB/s), no microsecond on a rung of overheads, and 3 passes of
# 2,048 for the 6,144 tokens of a prompt that no cache held. One GPU does not
# hold V3. The drafts' experts of V3 in NVFP4 stay in bf16, of which no kernel
# exchanges by itself: with drafts the exchange is one from rank to rank.
./deeproof step --hw b300-sxm --stack ideal --model deepseek-v3.2 --gpus 8 \
	--tp 8 --ep 1 --batch 16 --isl 4096 --osl 1024 --mtp 2 --balance uniform
./deeproof step --hw b300-sxm --stack ideal --model deepseek-v3.2 --gpus 8 \
	--tp 8 --ep 1 --batch 16 --isl 4096 --osl 1024 --mtp 2 --csv
./deeproof step --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 1 \
	--batch 1 --ctx 4096
./deeproof step --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 2 \
	--mtp 1 --weights nvfp4 --batch 1 --ctx 576
./deeproof step --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 16 \
	--pp 2 --tp 8 --batch 32 --ctx 4096
./deeproof step --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 8 \
	--tp 8 --dcp 4 --batch 32 --ctx 65536 --set nvlink.bandwidth=450GB/s
./deeproof step --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 8 \
	--batch 8 --ctx 4096 --solve ctx --until step_ms=12
./deeproof explain --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 16 \
	--batch 64 --ctx 4096 --balance uniform --measured 5000
./deeproof explain --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 16 \
	--batch 64 --ctx 4096 --sensitivity
./deeproof explain --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 16 \
	--batch 64 --ctx 4096 --sensitivity --csv
./deeproof explain --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 16 \
	--batch 64 --ctx 4096 --what-if free-network,infinite-bandwidth
./deeproof explain --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 16 \
	--batch 64 --ctx 4096 --versus gpus=8,ep=8
./deeproof explain --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 16 \
	--batch 64 --ctx 4096 --versus hw=h200-sxm --csv
./deeproof explain --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 1 \
	--batch 64 --ctx 4096
./deeproof prefill --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 8 \
	--isl 8192 --cached 2048 --chunk 2048
./deeproof prefill --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 8 \
	--isl 8192 --csv
./deeproof prefill --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 8 \
	--isl 1000000
./deeproof sweep --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 8,16 \
	--batch 1..64*4 --ctx 4096 --best 2
./deeproof sweep --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 1,8 \
	--batch 64 --ctx 4096 --where fits=no
./deeproof run --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 16 \
	--batch 64 --ctx 4096 --steps 2 --seed 7
