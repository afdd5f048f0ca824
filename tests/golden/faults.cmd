# Each is one sentence with the remedy.
./deeproof step --hw h800-sx --model deepseek-v3 --gpus 8 --batch 1 --ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --tp 3 --batch 1 \
	--ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 0 --ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch nan --ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--weights fp5
# And what no number is, no name, no pair, no grid; and what is not enough.
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 0 --batch 1 --ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --ep 3 --batch 1 \
	--ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --pp 3 --batch 1 \
	--ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --tp 8 --dcp 3 \
	--batch 1 --ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx -9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--mtp -1
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--kv fp5
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--overlap none-batch
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--balance evenly
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--set nic.bandwith=25GB/s
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--set nic.bandwidth=fast
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--date 2025-13-01
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--mem_share 1.5
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--price free
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--solve batch
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--until tok_s_user=100
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--solve nothing --until tok_s_user=100
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--solve batch --until nothing=100
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--isl 20 --users 3
./deeproof prefill --hw h800-sxm --model deepseek-v3 --gpus 8
./deeproof prefill --hw h800-sxm --model deepseek-v3 --gpus 8 --isl 100 \
	--cached 200
./deeproof explain --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 \
	--ctx 9 --what-if free-lunch
./deeproof explain --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 \
	--ctx 9 --versus lunch=free
./deeproof explain --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 \
	--ctx 9 --versus ep=3
./deeproof sweep --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 9..1 \
	--ctx 9
./deeproof sweep --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--shard 3/2
./deeproof sweep --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--best 0
./deeproof sweep --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--where nothing=1
./deeproof sweep nowhere.csv
./deeproof run --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1 --ctx 9 \
	--steps 0
./deeproof run --hw h800-sxm --model deepseek-v3 --gpus 8 --mode colocated \
	--concurrency 4
./deeproof run --hw h200-sxm --model deepseek-v2-lite --gpus 1 \
	--mode colocated --concurrency 4 --isl 9 --osl 9 --arrivals sometimes
./deeproof plan --model deepseek-v3 --rate 20 --isl 512
./deeproof plan --model deepseek-v3 --rate 20 --osl 512
./deeproof plan --model deepseek-v3 --isl 512 --osl 128 --rate 20 --users 100
./deeproof plan --model deepseek-v3 --isl 512 --osl 128 --tpot -5
./deeproof plan --model deepseek-v3 --isl 512 --osl 128 --top 0
./deeproof plan --isl 512 --osl 128
./deeproof plan --model deepseek-v3 --isl 512 --osl 128 --against nobody
./deeproof cost token-api
./deeproof cost token-api --isl 0 --osl 1024
./deeproof calibrate
./deeproof calibrate --next hw=h200-sxm
./deeproof measure
./deeproof fit
./deeproof validate
./deeproof validate experiments/measured/line.csv --leave-out nothing
./deeproof validate experiments/measured/line.csv --engine steam
# A list is asked of a sweep, or it was a decimal comma.
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1,2 --ctx 9
./deeproof run --hw h800-sxm,h200-sxm --model deepseek-v3 --gpus 8 --batch 1 \
	--ctx 9
./deeproof step --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 1..8 --ctx 9
./deeproof step --hw ../h800,sxm.csv --model deepseek-v3 --gpus 8 --batch 1 \
	--ctx 9
