# Each is one sentence with the remedy.
./deeproof step --hw h800-sx --model deepseek-v3 --gpus 8 --batch 1 --ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --tp 3 --batch 1 \
	--ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 0 --ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch nan --ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--weights fp5
