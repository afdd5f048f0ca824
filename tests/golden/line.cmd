# V3.2, V4 and prompts at the speed of light, where no kernel fit can move
# them, and what is refused. Expect 4096 x 101.2 + 1.9 (head) GFLOP a prompt of
# V3.2; a window, 1/4 and 1/128 of the tokens in V4-Flash's cache: 28.8 + 3.2 +
# 12.2 MB of compressors a sequence of 8192; and one sentence a refusal.
light="--hw b300-sxm --stack ideal"
./deeproof prefill $light --model deepseek-v3.2 --gpus 8 --isl 4096 \
	--chunk 4096 --balance uniform
./deeproof step $light --model deepseek-v4-flash --gpus 4 --tp 4 --ep 1 \
	--batch 64 --ctx 8192 --balance uniform | sed -n '1,6p;/^memory/,$p'
./deeproof prefill $light --model deepseek-v3.2 --gpus 8 --isl 4096 \
	--cached 4096
./deeproof prefill $light --model deepseek-v3.2 --gpus 8
./deeproof prefill $light --model deepseek-v3.2 --gpus 8 --isl 1e6 | grep fits
./deeproof step $light --model deepseek-v4-flash --gpus 16 --tp 16 --batch 1 \
	--ctx 8192
./deeproof step --hw a100-80g --model deepseek-v3.2 --weights bf16 \
	--gpus 64 --batch 1 --ctx 8192
./deeproof step --hw a100-80g --model deepseek-v4-pro --gpus 64 --batch 1 \
	--ctx 8192 | grep fits
true
