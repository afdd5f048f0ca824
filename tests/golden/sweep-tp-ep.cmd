# Eight H200 at 1,384 tokens. TP8 (one group) has no expert traffic by RDMA and
# two all-reduces a layer; EP8 gathers. The batch of 4,096 sequences a GPU is
# refused under EP8 for its KV; nothing is sent by one GPU.
./deeproof sweep --hw h200-sxm --stack sglang --model deepseek-v3 --gpus 8 \
	--tp 1,8 --batch 8,64,4096 --ctx 1384
./deeproof sweep --hw h200-sxm --model deepseek-v2-lite --gpus 1 --batch 16 \
	--ctx 2048
