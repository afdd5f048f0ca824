# DeepSeek's day 6, played: same seed, same bytes. Expect 1,854 tok/s/GPU
# beside the 1,850 published and a busiest rank at 1.4 times the mean rows
# (two slots a GPU cannot pair a hot expert away).
./deeproof run --hw h800-sxm --stack deepseek --model deepseek-v3 --gpus 144 \
	--batch 88 --ctx 4989 --overlap two-batch --redundant 32 --seed 7 \
	--steps 2 --csv
