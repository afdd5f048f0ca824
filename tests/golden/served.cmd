# Requests played at the speed of light: 4 clients of a GPU, who wait for each
# answer; 40 arrivals at 20 a second; prompts in GPUs of their own. And the
# fleet that answers 100 users, with what binds it and what others sell.
./deeproof run --hw b300-sxm --stack ideal --model deepseek-v2-lite --gpus 1 \
	--concurrency 4 --isl 512 --osl 16 --mode colocated
./deeproof run --hw b300-sxm --stack ideal --model deepseek-v2-lite --gpus 1 \
	--concurrency 4 --isl 512 --osl 16 --mode colocated --csv
./deeproof run --hw b300-sxm --stack ideal --model deepseek-v2-lite --gpus 1 \
	--isl 512 --osl 16 --mode colocated --arrivals poisson --rate 20 --requests 40 \
	--slo ttft=9,tpot=2
./deeproof run --hw b300-sxm --stack ideal --model deepseek-v2-lite --gpus 1 \
	--isl 512 --osl 16 --mode decode --pools 1:1 --arrivals constant --rate 20 \
	--requests 40
./deeproof run --hw b300-sxm --stack ideal --model deepseek-v2-lite --gpus 1 \
	--isl 512 --osl 16 --mode colocated --arrivals poisson --rate 20 --requests 40 \
	--replicas 2 --route round-robin
./deeproof plan --hw b300-sxm --stack ideal --model deepseek-v2-lite \
	--gpus 1 --users 100 --isl 512 --osl 128 --tpot 20 --top 2
./deeproof plan --hw b300-sxm --stack ideal --model deepseek-v2-lite \
	--gpus 1 --users 100 --isl 512 --osl 128 --tpot 20 --top 2 --csv
./deeproof plan --hw b300-sxm --stack ideal --model deepseek-v2-lite \
	--gpus 2 --isl 512 --osl 128 --tpot 20 --ttft 100 --top 1
./deeproof plan --hw b300-sxm --stack ideal --model deepseek-v3 --gpus 1 \
	--isl 512 --osl 128 --tpot 20
./deeproof cost
./deeproof cost token-api ptu --isl 2048 --osl 1024 --hit 0.5
./deeproof cost ptu --isl 2048 --osl 1024 --hours --csv
./deeproof cost nobody --isl 2048 --osl 1024
./deeproof run --hw b300-sxm --stack ideal --model deepseek-v2-lite --gpus 1 \
	--isl 512 --osl 16 --mode colocated --arrivals constant --rate 2 \
	--requests 10 --slo ttft=1
./deeproof run --hw b300-sxm --stack ideal --model deepseek-v2-lite --gpus 1 \
	--isl 512 --osl 16 --mode colocated --arrivals poisson --rate 20 \
	--requests 40 --slo ttft=4.5,e2e=20
