"""On 8 H200: split attention over all GPUs, or give each its own sequences?

Cells as Jupyter, VS Code and Spyder take them; what they print stands in
output.txt. Run it whole with  sh experiments/14-notebook/run.sh
"""
# %% The library, and a table where there is no pandas
import deeproof

try:
    import pandas
except ImportError:
    pandas = None


def show(columns, title):
    """Print a dict of lists; in a notebook give it to pandas.DataFrame."""
    print("\n" + title)
    rows = list(zip(*columns.values()))
    cells = [list(columns)] + [[f"{x:.4g}" if isinstance(x, float) else str(x)
                                for x in row] for row in rows]
    wide = [max(map(len, column)) for column in zip(*cells)]
    for row in cells:
        print("  ".join(x.rjust(w) for x, w in zip(row, wide)))


# %% Two layouts of the same 8 GPUs
GPUS = dict(hw="h200-sxm", stack="sglang", model="deepseek-r1", gpus=8)
LAYOUTS = {"TP8": dict(GPUS, tp=8, ep=1), "DP8 EP8": dict(GPUS, tp=1, ep=8)}

# %% Decode alone: a list of scenarios is a dict of lists, a DataFrame's input
TOTAL = [8, 16, 32, 64, 128, 256]
for name, layout in LAYOUTS.items():
    got = deeproof.ask([dict(layout, concurrency=n, ctx=4096) for n in TOTAL])
    show({"sequences": TOTAL, "tok/s/GPU": got["tok_s_gpu"],
          "low": got["tok_s_gpu_low"], "high": got["tok_s_gpu_high"],
          "tok/s/user": got["tok_s_user"], "bound": got["bound"]},
         f"{name}: decode at 4,096 tokens, 80 % band")
    if pandas is not None:
        assert len(pandas.DataFrame(got)) == len(TOTAL)

# %% What a GPU's memory holds of each
for name, layout in LAYOUTS.items():
    held = deeproof.Deeproof().table("memory", layout, concurrency=64,
                                     ctx=4096)
    show({"part": held["name"],
          "GB": [bytes_ / 1e9 for bytes_ in held["bytes"]]},
         f"{name}: the fullest GPU with 64 sequences")

# %% Requests one by one: prompts of 4,096 tokens, answers of 1,024
CLIENTS = [8, 32, 128, 256]
for name, layout in LAYOUTS.items():
    runs = [deeproof.serve(layout, mode="colocated", isl=4096, osl=1024,
                           concurrency=n, requests=3 * n, band=0)
            for n in CLIENTS]
    show({"clients": CLIENTS,
          "TTFT P50 ms": [r["median_ttft_ms"] for r in runs],
          "TPOT P50 ms": [r["median_tpot_ms"] for r in runs],
          "waiting": [r["waiting"] for r in runs],
          "tok/s/GPU": [r["tok_s_gpu"] for r in runs]},
         f"{name}: closed loop, prompts in the same GPUs")

# %% Where the difference comes from, at 128 sequences
rungs = deeproof.Deeproof().versus(
    dict(LAYOUTS["TP8"], concurrency=128, ctx=4096),
    dict(LAYOUTS["DP8 EP8"], concurrency=128, ctx=4096))
most = sorted(range(len(rungs["mechanism"])),
              key=lambda i: -abs(rungs["us_difference"][i]))[:5]
show({"mechanism": [rungs["mechanism"][i] for i in most],
      "us a token more under DP8 EP8": [rungs["us_difference"][i]
                                        for i in most]},
     "GPU-microseconds a token, DP8 EP8 less TP8")
