#include "tests/rule_cases.h"

const struct rule_case rule_cases[] = {
	/* 550,000 x 1440 = 792 million */
	{ "scale", PLAIN("tokens_per_day", "792e9", "tpm=550000"),
	  VERDICT_INCONSISTENT },
	{ "share", PLAIN("savings_pct", "217", ""), VERDICT_INCONSISTENT },
	/* NVLink of an H200 joins eight */
	{ "shared", ON("h200-sxm", "fp8", "16", "",
	  ",,,,,tok_s_gpu,100,gpus_per_node=16\n"), VERDICT_INCONSISTENT },
	{ "identity", PLAIN("tokens_per_day", "792e6", "tpm=550000"),
	  VERDICT_HOLDS },
	/* 88 % of full use, which was not said */
	{ "identity", PLAIN("tokens_per_day", "700e6", "tpm=550000"),
	  VERDICT_PLAUSIBLE },
	{ "identity", PLAIN("tokens_per_day", "900e6", "tpm=550000"),
	  VERDICT_INCONSISTENT },
	{ "identity", PLAIN("tokens_per_day", "700e6", "tpm=550000; "
	  "hours_per_day=24; utilization=1"), VERDICT_INCONSISTENT },
	/* 8.50 x 24 / 69 = 2.96 */
	{ "identity", PLAIN("usd_per_mtok", "2.96", "usd_per_hour=8.50; "
	  "tokens_per_day=69e6"), VERDICT_HOLDS },
	{ "scale", PLAIN("usd_per_mtok", "0.12", "usd_per_hour=8.50; "
	  "tokens_per_day=69e6"), VERDICT_INCONSISTENT },
	/* 61 layers x 576 x 2 B x 5000 = 351.4 MB = 335.1 MiB */
	{ "scale", PLAIN("kv_gb", "0.334", "kv_b_tok=70272; ctx=5000"),
	  VERDICT_INCONSISTENT },
	{ "identity", PLAIN("kv_gb", "0.351", "kv_b_tok=70272; ctx=5000"),
	  VERDICT_HOLDS },
	{ "identity", PLAIN("sweeps_per_s", "34", "hbm_tb_s=4.8; "
	  "hbm_gb=141"), VERDICT_HOLDS },
	{ "identity", PLAIN("change_pct", "93", "before=4200; after=280"),
	  VERDICT_HOLDS },
	{ "identity", PLAIN("break_even_utilization", "0.2..0.4",
	  "cost_ratio=2..4"), VERDICT_INCONSISTENT },
	/* a request takes 195 ms + 1023 x 11.42 ms = 11.9 s */
	{ "identity", PLAIN("e2e_ms", "195", "ttft_ms=195; osl=1024; "
	  "tok_s_user=87.6"), VERDICT_INCONSISTENT },

	/* 1000 over 32 to 64 GPUs is 15.6 to 31.3 */
	{ "identity", PLAIN("tok_s_gpu", "30", "tok_s_total=1000; "
	  "gpus=32..64"), VERDICT_PLAUSIBLE },

	{ "fact", "x,s,A,,h800-sxm,,,,,,,,,,,,hbm_tb_s,3.35,\n",
	  VERDICT_HOLDS },
	{ "fact", "x,s,A,,h800-sxm,,,,,,,,,,,,hbm_tb_s,4.8,\n",
	  VERDICT_INCONSISTENT },
	{ "fact", "x,s,A,,,,deepseek-v3,,,,,,,,,,params_total,671,\n",
	  VERDICT_HOLDS },

	/* one draft: 1 + 0.85 to 1 + 0.90 tokens a step */
	{ "drafts", PLAIN("tokens_per_step", "1.87", "acceptance=85-90%"),
	  VERDICT_HOLDS },
	{ "drafts", PLAIN("tokens_per_step", "1.4", "acceptance=85-90%"),
	  VERDICT_INCONSISTENT },
	/* 671 x 0.5 B = 336 GB and its scales */
	{ "weights", ON("h100-sxm", "int4", "1", "", ",,,,,weights_gb,59.8,"
	  "\n"), VERDICT_INCONSISTENT },
	{ "weights", ON("h100-sxm", "int4", "8", "", ",,,,,weights_gb,48.4,"
	  "\n"), VERDICT_PLAUSIBLE },
	/* 671 GB in one byte each */
	{ "weights", ON("h100-sxm", "fp8", "1", "", ",,,,,weights_gb,2600,"
	  "\n"), VERDICT_INCONSISTENT },
	/* 61 layers x 576 x 2 B x 5000 = 351 MB */
	{ "kv", "x,s,A,,,,deepseek-v3,,,,,,,5000,,,kv_gb,0.351,\n",
	  VERDICT_HOLDS },
	{ "kv", "x,s,A,,,,deepseek-v3,,,,,,,,,,kv_b_tok,70272,\n",
	  VERDICT_HOLDS },
	{ "kv", "x,s,A,,,,deepseek-v3,,,,,,,5000,,,kv_gb,0.700,\n",
	  VERDICT_INCONSISTENT },
	/* V4-Flash as deeproof show prints it: 17,608,704 B of 4,096 tokens */
	{ "kv", "x,s,A,,,,deepseek-v4-flash,,,,,,,4096,,,kv_gb,0.0176,\n",
	  VERDICT_HOLDS },
	/* 2 x 37 G */
	{ "work", "x,s,A,,,,deepseek-v3,,,,,,,,,,flop_tok,75,\n",
	  VERDICT_PLAUSIBLE },
	{ "work", "x,s,A,,,,deepseek-v3,,,,,,,,,,flop_tok,7.5,\n",
	  VERDICT_INCONSISTENT },
	{ "waits", ON("h200-sxm", "fp8", "8", "", ",1,1000,,,bound,memory,"
	  "\n"), VERDICT_HOLDS },
	{ "waits", ON("h200-sxm", "fp8", "8", "", ",1,1000,,,bound,rdma,"
	  "\n"), VERDICT_IMPLAUSIBLE },
	{ "power", "x,s,A,,h200-sxm,,,,8,,,,,,,,gpu_w,700,\n",
	  VERDICT_PLAUSIBLE },
	{ "power", "x,s,A,,h100-sxm,,,,8,,,,,,,,system_w,10200,\n",
	  VERDICT_PLAUSIBLE },
	{ "power", "x,s,A,,h100-sxm,,,,8,,,,,,,,system_w,30000,\n",
	  VERDICT_IMPLAUSIBLE },
	/* 220 W idle; 64 requests have at most 64 x 820 tok/s of 8 GPUs */
	{ "power", ON("h200-sxm", "fp8", "8", "", ",64,1000,,,joules_tok,"
	  "0.001,\n"), VERDICT_IMPOSSIBLE },
	{ "power", ON("h200-sxm", "fp8", "8", "", ",64,1000,,,joules_tok,"
	  "2.0,\n"), VERDICT_PLAUSIBLE },
	{ "power", "x,s,A,,h200-sxm,,,,8,,,,,,,,gpu_w,1400,\n",
	  VERDICT_IMPLAUSIBLE },
	/* 1979 T / 74 G = 27 thousand a GPU at most */
	{ "input", ON("h200-sxm", "fp8", "8", "", ",,,2048,,input_tok_s_gpu,"
	  "9000,\n"), VERDICT_PLAUSIBLE },
	{ "input", ON("h200-sxm", "fp8", "8", "", ",,,2048,,input_tok_s_gpu,"
	  "22000,\n"), VERDICT_IMPLAUSIBLE },
	{ "input", ON("h200-sxm", "fp8", "8", "", ",,,2048,,input_tok_s_gpu,"
	  "90000,\n"), VERDICT_IMPOSSIBLE },
	/* no length of prompts is stated: 1979 T / 74 G all the same */
	{ "input", ON("h200-sxm", "fp8", "8", "", ",,,,,input_tok_s_gpu,"
	  "9000,\n"), VERDICT_PLAUSIBLE },
	{ "input", ON("h200-sxm", "fp8", "8", "", ",,,,,input_tok_s_gpu,"
	  "90000,\n"), VERDICT_IMPOSSIBLE },
	/* 8 x 1979 T / 74 G = 214 thousand of one token, 209 of 1024 */
	{ "requests", ON("h200-sxm", "fp8", "8", "", ",,,,,requests_per_s,"
	  "2e6,\n"), VERDICT_IMPOSSIBLE },
	{ "requests", ON("h200-sxm", "fp8", "8", "", ",,,1024,,"
	  "requests_per_s,500,\n"), VERDICT_IMPOSSIBLE },
	{ "requests", ON("h200-sxm", "fp8", "8", "", ",,,1024,,"
	  "requests_per_s,10,\n"), VERDICT_PLAUSIBLE },
	/* some GPUs make a million tok/s, none 10^15 */
	{ "count", ON("h200-sxm", "fp8", "", "", ",,,,,tok_s_total,1e6,\n"),
	  VERDICT_PLAUSIBLE },
	{ "count", ON("h200-sxm", "fp8", "", "", ",,,,,tok_s_total,1e15,\n"),
	  VERDICT_IMPLAUSIBLE },
	/* 4 at a time: 100 each, or 10,000 */
	{ "count", ON("h200-sxm", "fp8", "", "", ",4,,,,tok_s_total,400,\n"),
	  VERDICT_PLAUSIBLE },
	{ "count", ON("h200-sxm", "fp8", "", "", ",4,,,,tok_s_total,40000,"
	  "\n"), VERDICT_IMPLAUSIBLE },
	/* on no number of them a step of 61 layers takes 20 us */
	{ "decode", ON("h200-sxm", "fp8", "", "", ",,,,,tok_s_user,80,\n"),
	  VERDICT_PLAUSIBLE },
	{ "decode", ON("h200-sxm", "fp8", "", "", ",,,,,tok_s_user,50000,"
	  "\n"), VERDICT_IMPLAUSIBLE },
	/* 1.41 / 0.0036 / 90 = 4.35; of 93, which rounds to 90, 4.21 */
	{ "identity", PLAIN("usd_per_mtok", "4.20", "usd_per_gpu_hour=1.41; "
	  "tok_s_gpu=90"), VERDICT_PLAUSIBLE },
	/* and 95 give 4.12: 4.00 is none of them */
	{ "identity", PLAIN("usd_per_mtok", "4.00", "usd_per_gpu_hour=1.41; "
	  "tok_s_gpu=90"), VERDICT_INCONSISTENT },
	/* all digits of 93 count: 4.17 to 4.25 */
	{ "identity", PLAIN("usd_per_mtok", "4.12", "usd_per_gpu_hour=1.41; "
	  "tok_s_gpu=93"), VERDICT_INCONSISTENT },
	/* 6000 / 90 = 66.7, and 6000 / 93 = 64.5 */
	{ "speedup", COST("A", "", "tok_s_gpu", "6000", "")
		     COST("B", "", "tok_s_gpu", "90", "")
		     COST("A", "B", "speedup_x", "65", ""),
	  VERDICT_PLAUSIBLE },
	{ "speedup", COST("A", "", "tok_s_gpu", "6000", "")
		     COST("B", "", "tok_s_gpu", "90", "")
		     COST("A", "B", "speedup_x", "50", ""),
	  VERDICT_INCONSISTENT },
	{ "speedup", COST("A", "", "tok_s_gpu", "300", "")
		     COST("B", "", "tok_s_gpu", "100.0", "")
		     COST("A", "B", "speedup_x", "3.0", ""), VERDICT_HOLDS },
	{ "speedup", COST("A", "", "tok_s_gpu", "300", "")
		     COST("B", "", "tok_s_gpu", "100.0", "")
		     COST("A", "B", "speedup_x", "5.0", ""),
	  VERDICT_INCONSISTENT },
	/* 32 / 22 ms = 1,455 tok/s at most */
	{ "identity", PLAIN("tok_s_total", "2400", "tpot_ms=22; "
	  "concurrency=32"), VERDICT_INCONSISTENT },
	/* (562,027 - 87,072) / 87,072 = 545 % */
	{ "identity", PLAIN("markup_pct", "545", "usd_per_day=87072; "
	  "revenue_usd_per_day=562027"), VERDICT_HOLDS },
	{ "identity", PLAIN("margin_pct", "545", "usd_per_day=87072; "
	  "revenue_usd_per_day=562027"), VERDICT_INCONSISTENT },
	/* 4 requests a second of 1000 and 500 tokens: 6000 in all */
	{ "identity", PLAIN("all_tok_s_total", "6000", "requests_per_s=4.0; "
	  "isl=1000; osl=500"), VERDICT_HOLDS },
	{ "identity", PLAIN("all_tok_s_total", "9000", "requests_per_s=4.0; "
	  "isl=1000; osl=500"), VERDICT_INCONSISTENT },
	/* 8 x 700 W / 2800 tok/s = 2 J, and the host beside them */
	{ "identity", PLAIN("joules_tok", "2.0", "gpu_w=700; gpus=8; "
	  "tok_s_total=2800"), VERDICT_PLAUSIBLE },
	{ "identity", PLAIN("joules_tok", "3.6", "gpu_w=700; gpus=8; "
	  "tok_s_total=2800"), VERDICT_PLAUSIBLE },
	{ "identity", PLAIN("joules_tok", "1.0", "gpu_w=700; gpus=8; "
	  "tok_s_total=2800"), VERDICT_INCONSISTENT },
	/* 700 W / 500 tok/s = 1.4 J */
	{ "identity", PLAIN("joules_tok", "14", "gpu_w=700; tok_s_gpu=500"),
	  VERDICT_INCONSISTENT },
	/* a DGX H100: eight of 700 W in 10.2 kW */
	{ "identity", PLAIN("system_w", "10.2 kW", "gpu_w=700; gpus=8"),
	  VERDICT_PLAUSIBLE },
	{ "identity", PLAIN("system_w", "4.0 kW", "gpu_w=700; gpus=8"),
	  VERDICT_INCONSISTENT },
	/* $2 / 3,600 s / 2,787 tok/s = $0.199 a million */
	{ "identity", PLAIN("usd_per_mtok", "0.20", "usd_per_gpu_hour=2; "
	  "tok_s_gpu=2787"), VERDICT_HOLDS },
	{ "identity", PLAIN("usd_per_mtok", "0.02", "usd_per_gpu_hour=2; "
	  "tok_s_gpu=2787"), VERDICT_INCONSISTENT },
	/* 10 requests a second are 864,000 a day */
	{ "identity", PLAIN("requests_per_day", "864000",
	  "requests_per_s=10.0"), VERDICT_HOLDS },
	/* a prompt of 2,048 tokens takes 8 GPUs at their peak 10 ms, known
	   software three to five times as long, four others are before it */
	{ "played", ON("h200-sxm", "fp8", "8", "", ",16,,2048,64,ttft_ms,"
	  "2000,\n"), VERDICT_PLAUSIBLE },
	/* of 16 at once each waits for eight others: 90 ms at the peak */
	{ "played", ON("h200-sxm", "fp8", "8", "", ",,,2048,64,ttft_ms,40,"
	  "together=16\n"), VERDICT_IMPLAUSIBLE },
	/* the last of 16, when their clients begin together: 160 ms */
	{ "played", ON("h200-sxm", "fp8", "8", "", ",16,,2048,64,ttft_p99_ms,"
	  "50,\n"), VERDICT_IMPLAUSIBLE },
	/* twice what 8 GPUs compute at their peak, 100 prompts a second */
	{ "played", ON("h200-sxm", "fp8", "8", "", ",,,2048,64,ttft_ms,60,"
	  "requests_per_s=200.0\n"), VERDICT_IMPLAUSIBLE },
	{ "played", ON("h200-sxm", "fp8", "8", "", ",,,2048,64,ttft_ms,"
	  "1000,requests_per_s=2.0\n"), VERDICT_PLAUSIBLE },
	/* 500 a second of 512 tokens each are 256,000 tokens a second, twice
	   what the memory of 8 GPUs allows at any batch: while one answer
	   takes 10 s or more, 5,000 come, and the mean of them waits for half
	   of what is too much, seconds */
	{ "played", ON("h200-sxm", "fp8", "8", "", ",,,1024,512,ttft_ms,300,"
	  "requests_per_s=500.0\n"), VERDICT_IMPLAUSIBLE },
	/* and waits longer, the longer that goes on */
	{ "played", ON("h200-sxm", "fp8", "8", "", ",,,1024,512,ttft_ms,"
	  "120 s,requests_per_s=500.0\n"), VERDICT_PLAUSIBLE },
	/* 16 clients: a prompt of 2,048 takes known software 40 to 60 ms, 16
	   of them 0.6 to 1 s, 64 tokens 0.6 s more: 16 x 64 in 1.3 to 2 s */
	{ "loaded", ON("h200-sxm", "fp8", "8", "", ",16,,2048,64,tok_s_total,"
	  "600,ttft_ms=200\n"), VERDICT_HOLDS },
	/* and prompts alone, at half the peak of 8 GPUs (10 ms each), leave
	   50 x 64 */
	{ "loaded", ON("h200-sxm", "fp8", "8", "", ",16,,2048,64,tok_s_total,"
	  "3200,ttft_ms=200\n"), VERDICT_IMPLAUSIBLE },
	/* unless others compute them, which is open where nothing is said */
	{ "loaded", ON("h200-sxm", "fp8", "8", "", ",16,,2048,64,tok_s_total,"
	  "2000,\n"), VERDICT_PLAUSIBLE },
	/* 342 of 608 */
	{ "identity", PLAIN("cache_hit", "0.5625", "numerator=342; "
	  "denominator=608"), VERDICT_HOLDS },
	/* 32 / 103 ms = 311 tok/s at most */
	{ "identity", PLAIN("tok_s_total", "300", "tpot_ms=103; "
	  "concurrency=32"), VERDICT_PLAUSIBLE },

	{ "order", PLAIN("ttft_p90_ms", "180", "ttft_p50_ms=200"),
	  VERDICT_INCONSISTENT },
	{ "order", PLAIN("ttft_p99_ms", "180", "ttft_ms=95"),
	  VERDICT_PLAUSIBLE },
	{ "order", PLAIN("tpot_p99_ms", "8", "tpot_ms=12.0"),
	  VERDICT_INCONSISTENT },
	{ "order", PLAIN("tpot_p99_ms", "25", "tpot_ms=12.0"),
	  VERDICT_PLAUSIBLE },
	{ "order", PLAIN("ttft_p99_ms", "80", "ttft_ms=95"),
	  VERDICT_INCONSISTENT },

	/* 64 x 79.3 x 60 = 304,512; 297,657 with a TTFT; 1 / 12.61 ms */
	{ "product", ROW("64", "tpm", "304100", "tok_s_user=79.3; "
	  "ttft_ms=310; tpot_ms=12.61"), VERDICT_INCONSISTENT },
	{ "little", ROW("64", "tpm", "304100", "tok_s_user=79.3; "
	  "ttft_ms=310; tpot_ms=12.61"), VERDICT_INCONSISTENT },
	/* 855 / 32 = 26.7, the wait of 3.7 s in it: one row shows no more */
	{ "little", ROW("32", "tok_s_total", "855", "tok_s_user=27; "
	  "ttft_ms=3656; itl_ms=36"), VERDICT_PLAUSIBLE },
	{ "little", ROW("64", "tpm", "297600", "tok_s_user=79.3; "
	  "ttft_ms=310"), VERDICT_PLAUSIBLE },

	/* a wave: 64 x 1024 x 60 / 300 = 13,107.2; 23 of them 301,466 */
	{ "quantum", ROW("64", "tpm", "301466", "window_s=300; together=64"),
	  VERDICT_PLAUSIBLE },
	{ "quantum", ROW("64", "tpm", "304100", "window_s=300; together=64"),
	  VERDICT_INCONSISTENT },

	{ "samples", PLAIN("ttft_p99_ms", "890", "samples=13"),
	  VERDICT_UNKNOWN },
	{ "samples", PLAIN("ttft_p99_ms", "890", "samples=1000"),
	  VERDICT_PLAUSIBLE },
	/* 1 / (1 - 0.99) = 100 are enough, one fewer is not */
	{ "samples", PLAIN("ttft_p99_ms", "890", "samples=99"),
	  VERDICT_UNKNOWN },
	{ "samples", PLAIN("ttft_p99_ms", "890", "samples=100"),
	  VERDICT_PLAUSIBLE },

	{ "sla", PLAIN("tpm", "168200", "ttft_p99_ms=380; "
	  "sla_ttft_p99_ms=500"), VERDICT_PLAUSIBLE },
	{ "sla", PLAIN("tpm", "304100", "ttft_p99_ms=620; "
	  "sla_ttft_p99_ms=500"), VERDICT_INCONSISTENT },

	/* 1666.67 / 2048 x 46 s = 37 */
	{ "admission", PLAIN("concurrency", "256", "refill_tok_s=1666.67; "
	  "charge_tok=2048; e2e_ms=46000"), VERDICT_INCONSISTENT },
	{ "admission", PLAIN("concurrency", "32", "refill_tok_s=1666.67; "
	  "charge_tok=2048; e2e_ms=46000"), VERDICT_PLAUSIBLE },

	{ "prompt", PLAIN("isl", "2048", "prompt_chars=2450"),
	  VERDICT_INCONSISTENT },
	{ "prompt", PLAIN("isl", "400", "prompt_chars=2450"),
	  VERDICT_PLAUSIBLE },

	{ "breakeven", PLAIN("break_even_tokens_per_day", "2.6e9",
	  "peak_tpm=550000"), VERDICT_INCONSISTENT },
	{ "breakeven", PLAIN("break_even_tokens_per_day", "0.5e9",
	  "peak_tpm=550000"), VERDICT_PLAUSIBLE },

	/* 1,023 further tokens of 10 ms: 10.2 s, less 3 per cent 9.92 */
	{ "answer", PLAIN("e2e_ms", "9950", "tpot_ms=10.00; osl=1024"),
	  VERDICT_PLAUSIBLE },
	{ "answer", PLAIN("e2e_ms", "9800", "tpot_ms=10.00; osl=1024"),
	  VERDICT_INCONSISTENT },
	/* 73 GFLOP x 5,000 tok/s of 1,979 to twice it of 989: 18 to 74 % */
	{ "use", ON("h200-sxm", "", "8", "", ",,,,,mfu,0.3,tok_s_gpu=5000\n"),
	  VERDICT_PLAUSIBLE },
	{ "use", ON("h200-sxm", "", "8", "", ",,,,,mfu,0.9,tok_s_gpu=5000\n"),
	  VERDICT_INCONSISTENT },
	{ "breakeven", PLAIN("break_even_tokens_per_day", "0.5e9",
	  "tokens_per_day=0.6e9"), VERDICT_PLAUSIBLE },
	{ "breakeven", PLAIN("break_even_tokens_per_day", "0.7e9",
	  "tokens_per_day=0.6e9"), VERDICT_INCONSISTENT },
	/* two nodes of the sheet's 8: 16,000 x 86,400 = 1.38e9 */
	{ "breakeven", ON("h200-sxm", "", "16", "", ",,,,,break_even_tokens_per"
	  "_day,2e9,tok_s_node=8000\n"), VERDICT_INCONSISTENT },
	{ "capacity", PLAIN("tokens_per_day", "500e6", "tpm=18816"),
	  VERDICT_INCONSISTENT },
	{ "capacity", PLAIN("tokens_per_day", "20e6", "tpm=18816"),
	  VERDICT_PLAUSIBLE },
	/* 31 days of 1,000 tokens a minute are 44.64 million */
	{ "capacity", PLAIN("tokens_per_month", "44800000", "tpm=1000.0"),
	  VERDICT_INCONSISTENT },
	{ "capacity", PLAIN("tokens_per_month", "44500000", "tpm=1000.0"),
	  VERDICT_PLAUSIBLE },

	{ "demand", PLAIN("demand_tpm", "500000", "peak_tpm=70300"),
	  VERDICT_INCONSISTENT },
	{ "demand", PLAIN("demand_tpm", "50000", "peak_tpm=70300"),
	  VERDICT_PLAUSIBLE },

	/* B over A of 1.5 to 2.5 is A over B of 0.4 to 0.667 */
	{ "savings", COST("B", "A", "cost_ratio", "1.5-2.5", "")
		     COST("A", "B", "cost_ratio", "0.60", ""),
	  VERDICT_PLAUSIBLE },
	{ "savings", COST("B", "A", "cost_ratio", "1.5-2.5", "")
		     COST("A", "B", "cost_ratio", "0.80", ""),
	  VERDICT_INCONSISTENT },
	{ "savings", COST("A", "B", "savings_pct", "50", "")
		     COST("A", "B", "cost_ratio", "0.5", ""),
	  VERDICT_PLAUSIBLE },
	{ "savings", COST("A", "B", "savings_pct", "50", "")
		     COST("B", "A", "cheaper_x", "3", ""),
	  VERDICT_INCONSISTENT },
	/* by way of a third: 2 x 3 is 6 */
	{ "savings", COST("A", "B", "cost_ratio", "2.0", "")
		     COST("B", "C", "cost_ratio", "3.0", "")
		     COST("A", "C", "cost_ratio", "1.5", ""),
	  VERDICT_INCONSISTENT },

	/* 671 GB; two A100 have 172 GB, 16 H200 2.4 TB */
	{ "memory", ON("h200-sxm", "", "16", "8", ",,1000,,,fits,1,\n"),
	  VERDICT_HOLDS },
	{ "memory", ON("a100-80g", "", "2", "8", ",,1000,,,fits,1,\n"),
	  VERDICT_IMPOSSIBLE },
	{ "memory", ON("h100-sxm", "", "4", "", ",,,,,fits,1,\n"),
	  VERDICT_IMPOSSIBLE },

	/* 256 sequences read every expert: 1.34 TB bf16 over 4.1 TB/s is
	   0.33 s, 780 tok/s, whatever the memory; 3,840 are five drafts as
	   the sheet has them taken */
	{ "speed", ON("a100-80g", "bf16", "2", "128",
	  ",,281,,,tok_s_total,4400,\n"), VERDICT_IMPOSSIBLE },
	{ "speed", ON("a100-80g", "bf16", "2", "128",
	  ",,281,,,tok_s_total,2847,\n"), VERDICT_IMPLAUSIBLE },
	/* EP64 on NICs of 50 GB/s: a copy a node is 58 x 3.176 x 21,744 B =
	   4.00 MB a token, 12,486; a copy a pair would be 5,664 */
	{ "speed", "x,s,A,,b200-sxm,,deepseek-v3,,64,1,64,512,,1000,,,"
	  "tok_s_gpu,8000,\n", VERDICT_HOLDS },
	{ "speed", "x,s,A,,b200-sxm,,deepseek-v3,,64,1,64,512,,1000,,,"
	  "tok_s_gpu,14500,\n", VERDICT_IMPOSSIBLE },
	{ "speed", ON("h800-sxm", "fp8", "128", "88",
	  ",,4989,,,tok_s_gpu,15000,\n"), VERDICT_IMPOSSIBLE },

	{ "decode", ON("h200-sxm", "fp8", "8", "", ",1,1000,,,tok_s_user,30,"
	  "\n"), VERDICT_PLAUSIBLE },
	/* a token reads 37 GB of weights and no more than 38.4 TB/s */
	{ "decode", ON("h200-sxm", "fp8", "8", "", ",1,1000,,,tok_s_user,"
	  "2000,\n"), VERDICT_IMPOSSIBLE },

	/* 2048 tokens x 71.5 GFLOP / (8 x 296 TFLOP/s) = 62 ms */
	{ "prefill", ON("h20-96g", "fp8", "8", "", ",1,,2048,1024,ttft_ms,"
	  "150,\n"), VERDICT_PLAUSIBLE },
	{ "prefill", ON("h20-96g", "fp8", "8", "", ",1,,2048,1024,ttft_ms,"
	  "40,\n"), VERDICT_IMPOSSIBLE },
	/* 62 ms ask for the peak of all GPUs, which no kernel reaches */
	{ "prefill", ON("h20-96g", "fp8", "8", "", ",1,,2048,1024,ttft_ms,"
	  "70,\n"), VERDICT_IMPLAUSIBLE },
	/* attention: 16000^2 / 2 pairs x 61 layers x 128 heads x 2 x 320 =
	   640 TFLOP beside 16000 x 71.5 G = 1144: 113 ms at 8 x 1979 T */
	{ "prefill", ON("h200-sxm", "fp8", "8", "", ",1,,16000,1024,ttft_ms,"
	  "80,\n"), VERDICT_IMPOSSIBLE },
	/* the last of four, 248 ms at the peak: 89 % of it */
	{ "prefill", ON("h20-96g", "fp8", "8", "", ",4,,2048,1024,"
	  "ttft_p99_ms,280,together=4\n"), VERDICT_IMPLAUSIBLE },
	/* eight at once: 4.5 x 62 = 279 ms for the mean */
	{ "prefill", ON("h20-96g", "fp8", "8", "", ",8,,2048,1024,ttft_ms,"
	  "90,together=8\n"), VERDICT_IMPOSSIBLE },

	{ "bound", ON("h200-sxm", "fp8", "16", "8", ",,1000,,,sol_tok_s_gpu,"
	  "100,\n"), VERDICT_HOLDS },
	{ "bound", ON("h200-sxm", "fp8", "16", "8", ",,1000,,,sol_tok_s_gpu,"
	  "1e6,\n"), VERDICT_IMPOSSIBLE },

	/* 8 ranks, 8 experts: 7 (1 - (7/8)^8) = 4.595 of the others have them;
	   16 / (4 x 4.595) = 0.871 to 28 / (3 x 4.595) = 2.03 */
	{ "collective", PLAIN("comm_ratio", "1.9", "ranks=8; "
	  "experts_per_token=8"), VERDICT_PLAUSIBLE },
	{ "collective", PLAIN("comm_ratio", "0.8", "ranks=8; "
	  "experts_per_token=8"), VERDICT_IMPLAUSIBLE },
	/* ring bf16 / fp8 dispatch 2 x 31 x 2 / (7.0 x 3) = 5.9 */
	{ "collective", PLAIN("comm_ratio", "4", "ranks=32; "
	  "experts_per_token=8"), VERDICT_PLAUSIBLE },
	{ "collective", PLAIN("comm_ratio", "20", "ranks=32; "
	  "experts_per_token=8"), VERDICT_IMPLAUSIBLE },

	/* 685 GB: 172 in the GPUs leave 513 */
	{ "offload", ON("a100-80g", "", "2", "", ",,,,,host_gb,256,\n"),
	  VERDICT_IMPOSSIBLE },
	{ "offload", ON("a100-80g", "", "2", "", ",,,,,host_gb,1024,\n"),
	  VERDICT_PLAUSIBLE },

	/* 685 GB at 7 GB/s: 98 s */
	{ "loading", ON("a100-80g", "", "2", "", ",,,,,load_s,0.047,"
	  "storage_gb_s=7\n"), VERDICT_IMPOSSIBLE },
	{ "loading", ON("a100-80g", "", "2", "", ",,,,,load_s,300,"
	  "storage_gb_s=7\n"), VERDICT_PLAUSIBLE },
	{ "loading", ON("h200-sxm", "", "8", "", ",,,,,load_s,300,\n"),
	  VERDICT_PLAUSIBLE },
	{ "loading", ON("h200-sxm", "", "8", "", ",,,,,load_s,0.1,\n"),
	  VERDICT_IMPOSSIBLE },

	/* from 1 to 64 requests most experts are read: at 38 TB/s 13 ms */
	{ "slope", ON("h200-sxm", "fp8", "8", "", ",1,1000,,,tpot_ms,15.0,\n")
		   ON("h200-sxm", "fp8", "8", "", ",64,1000,,,tpot_ms,15.1,"
		   "\n"), VERDICT_IMPLAUSIBLE },
	{ "slope", ON("h200-sxm", "fp8", "8", "", ",1,1000,,,tpot_ms,15.0,\n")
		   ON("h200-sxm", "fp8", "8", "", ",64,1000,,,tpot_ms,35.0,"
		   "\n"), VERDICT_PLAUSIBLE },

	{ "speed", ON("h200-sxm", "fp8", "16", "64",
	  ",,2000,,,tok_s_gpu,300,\n"), VERDICT_PLAUSIBLE },
	/* 58 layers x 8 of 256 experts and the rest: 37 GB a token at
	   38.4 TB/s; a step of 1 ms at 64 a GPU reads nearly all 671 GB */
	{ "decode", ON("h200-sxm", "fp8", "8", "64", ",,1000,,,step_ms,1,\n"),
	  VERDICT_IMPOSSIBLE },
	{ "decode", ON("h200-sxm", "fp8", "8", "64", ",,1000,,,step_ms,90,"
	  "\n"), VERDICT_PLAUSIBLE },
	/* 1000 tokens at 1 ms each, the least a lone request takes */
	{ "request", ON("h200-sxm", "fp8", "8", "", ",1,,1024,1000,e2e_ms,"
	  "200,\n"), VERDICT_IMPOSSIBLE },
	{ "request", ON("h200-sxm", "fp8", "8", "", ",1,,1024,1000,e2e_ms,"
	  "20000,\n"), VERDICT_PLAUSIBLE },
	/* 6400 tok/s x 10 s / 500 tok = 128 in flight */
	{ "little", PLAIN("tok_s_total", "6400", "concurrency=64; "
	  "e2e_ms=10000; osl=500"), VERDICT_INCONSISTENT },
	{ "little", PLAIN("concurrency", "64", "tok_s_total=6400; "
	  "e2e_ms=10000; osl=500"), VERDICT_INCONSISTENT },
	{ "little", PLAIN("concurrency", "128", "tok_s_total=6400; "
	  "e2e_ms=10000; osl=500"), VERDICT_PLAUSIBLE },
	/* below the product by more than the wait for the first token */
	{ "little", ROW("64", "tpm", "290000", "tok_s_user=79.3; "
	  "ttft_ms=310"), VERDICT_PLAUSIBLE },
	/* 8 A100 have 687 GB, and widen nvfp4, 671e9 x 4.5 bits = 377 GB */
	{ "memory", ON("a100-80g", "", "8", "", ",,1000,,,fits,1,\n"),
	  VERDICT_HOLDS },
	/* 32 have room for fp8; what they cannot multiply is widened */
	{ "memory", ON("a100-80g", "fp8", "32", "4", ",,1000,,,fits,1,\n"),
	  VERDICT_HOLDS },
	/* 671 GB in 640 GB; and in 1.2 TB */
	{ "memory", ON("h100-sxm", "fp8", "8", "", ",,,,,fits,0,\n"),
	  VERDICT_HOLDS },
	{ "memory", ON("h200-sxm", "fp8", "8", "", ",,,,,fits,0,\n"),
	  VERDICT_INCONSISTENT },
	/* 131 GB / 2 beside 85.9 GB; and 90 GB */
	{ "memory", ON("h100-sxm", "", "2", "", ",,,,,fits,1,"
	  "weights_gb=65.5\n"), VERDICT_HOLDS },
	{ "memory", ON("h100-sxm", "", "2", "", ",,,,,fits,1,"
	  "weights_gb=90.0\n"), VERDICT_IMPOSSIBLE },
	{ "memory", ON("h100-sxm", "1.58bit", "2", "", ",,,,,fits,1,\n"),
	  VERDICT_HOLDS },
	/* 86 GB of GPU and 400 of host hold 387 GB in four bits */
	{ "memory", ON("h100-sxm", "int4", "1", "", ",,,,,fits,1,"
	  "host_gb=400\n"), VERDICT_PLAUSIBLE },
	{ "memory", ON("a100-80g", "fp8", "2", "4", ",,1000,,,fits,1,\n"),
	  VERDICT_IMPOSSIBLE },
	/* made for 163,840 */
	{ "memory", ON("h200-sxm", "", "16", "1", ",,500000,,,fits,1,\n"),
	  VERDICT_IMPLAUSIBLE },
	/* 500 x 5000 x 70,272 B = 176 GB, which no GPU has */
	{ "memory", ON("h200-sxm", "", "8", "", ",,5000,,,users,500.0,\n"),
	  VERDICT_IMPOSSIBLE },
	{ "memory", ON("h200-sxm", "", "8", "", ",,5000,,,users,20,\n"),
	  VERDICT_PLAUSIBLE },

	{ "dominance",
	  "b,s,B,,h200-sxm,,deepseek-v3,fp8,8,,,,32,1000,,,tok_s_user,50,\n"
	  "a,s,A,,h20-96g,,deepseek-v3,fp8,8,,,,32,1000,,,tok_s_user,60,\n",
	  VERDICT_IMPLAUSIBLE },
#include "tests/rule_pairs.inc"
};

const int rule_cases_nr = sizeof(rule_cases) / sizeof(rule_cases[0]);
