# What the sheets say, with origin and source; what is asked of one claim, and
# what of a sheet, a log and a table that is none.
./deeproof show
./deeproof show ideal
./deeproof show h200-sxm
./deeproof show rtx6000-ada --csv
./deeproof show deepseek-v4-flash --hw h200-sxm --gpus 8
./deeproof show deepseek-v3 --hw h200-sxm --gpus 1 --batch 8 --ctx 8192
./deeproof show h200
./deeproof check --hw h200-sxm hbm_tb_s=8
./deeproof check --hw h200-sxm "4.8 TB/s of memory bandwidth"
./deeproof check --gpus 8 tok_s_total=1000 tok_s_gpu=200
./deeproof check "usd_per_mtok=2; usd_per_gpu_hour=3.6; tok_s_gpu=1000"
./deeproof check nothing
./deeproof check --rules
./deeproof check --vocabulary
./deeproof measure experiments/calibrate/sglang.log --hw h20-96g \
	--model deepseek-r1 --gpus 16 --tp 1 --ep 16 --mtp 1
./deeproof calibrate experiments/calibrate/sglang.log --hw h20-96g \
	--stack ideal --model deepseek-r1 --gpus 16 --tp 1 --ep 16 --mtp 1
./deeproof measure experiments/calibrate/sglang.log
./deeproof measure hw/h200-sxm.csv
./deeproof fit experiments/calibrate/all_reduce.json --given hw=h100-sxm
./deeproof fit experiments/calibrate/flashmla.txt --given hw=h200-sxm
./deeproof fit experiments/calibrate/all_gather.json --given hw=h100-sxm \
	--law wire.gather.sm90
./deeproof fit experiments/calibrate/deepgemm.txt --given hw=h200-sxm \
	--law law.deepgemm.sm90
./deeproof calibrate --next hw=h200-sxm,gpus=8 --hw h200-sxm --stack ideal \
	--model deepseek-r1 --gpus 8 --tp 8 --ep 1 --batch 64 --ctx 4096
./deeproof calibrate hw/h200-sxm.csv
./deeproof plot
./deeproof plot nothing hw/h200-sxm.csv
./deeproof plot parity hw/h200-sxm.csv
./deeproof bundle nothing
