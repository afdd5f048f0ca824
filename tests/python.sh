#!/bin/sh
# The library from Python: a thousand scenarios have the command line's
# digits, and what is wrong is said. Needs `make lib`; without python3 it is
# skipped.
set -u
export LC_ALL=C
if ! command -v python3 >/dev/null 2>&1; then
	echo "python: no python3, skipped"
	exit 0
fi
deeproof=${DEEPROOF:-./deeproof}
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
"$deeproof" sweep --hw h20-141g,h200-sxm,b200-sxm,gb200-nvl72 \
	--model deepseek-v3,deepseek-v4-pro --ep 8,16,32,72,320 \
	--batch 1,3.5,64,300,100000 --ctx 500,4989,64000 --mtp 0,1 \
	-o "$dir/want.csv" 2>/dev/null
serve="--hw h200-sxm --stack sglang --model deepseek-r1 --gpus 8 --tp 8
	--isl 8192 --osl 1024 --mode colocated --requests 60"
"$deeproof" run $serve --concurrency 16 --csv >"$dir/run.csv"
"$deeproof" run $serve --arrivals poisson --rate 2 --seed 5 --csv \
	--requests-out "$dir/each.csv" >"$dir/open.csv"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=python python3 - "$dir/want.csv" "$dir" <<'END'
import csv, sys
import deeproof

rows = list(csv.DictReader(open(sys.argv[1])))
asked = "hw stack model gpus tp ep batch ctx mtp".split()
scenarios = [{c: r[c] for c in asked if r[c]} for r in rows]
got = deeproof.ask(scenarios)
bad = 0
for i, row in enumerate(rows):
    for column, cell in row.items():
        have = got[column][i]
        want = deeproof._cell(cell)
        if column in ("id", "refusal") or not row["fits"]:
            continue
        if have != want:
            bad += 1
            if bad < 5:
                print("row %d, %s: %r, not %r" % (i + 1, column, have, want))
assert len(rows) >= 1000, len(rows)
assert bad == 0, "%d cells differ" % bad

def says(words, call, *args, **more):
    try:
        call(*args, **more)
    except ValueError as why:
        assert words in str(why), why
    else:
        raise AssertionError("nothing was wrong: " + words)

d = deeproof.Deeproof()
good = dict(hw="h200-sxm", model="deepseek-v3", gpus=8, batch=16, ctx=4096)
says('no column "gpu"; did you mean gpus?', d.ask, good, gpu=8)
says('is not loaded; did you mean "h200-sxm"?', d.ask, good, hw="h200")
says("is not loaded; load it", d.ask, good, hw="zx81")
says("no table", d.table, "opera", good)
says("is no kind", d.names, "cpu")
says("bundle:1", d.load, "nonsense")
says("NUL", d.ask, good, hw="h200-sxm\0and more")
says("NUL", d.table, "ops\0", good)
says("not a bool", d.ask, good, gpus=True)
closed = deeproof.Deeproof()
closed.close()
closed.close()
says("closed", closed.ask, good)
says("closed", closed.names, "gpu")
assert d.ask(good, batch=1e5)["fits"] == "no"
assert d.ask([good, dict(good, gpus=-1)])["fits"] == ["yes", None]
assert d.gpu("hw/h20-96g.csv", "mine") == "mine"
assert d.ask(good, hw="mine", weights="nvfp4", gpus=16)["hw"] == "mine"
ladder = d.table("ladder", good)
assert abs(sum(ladder["us_added"]) - ladder["us_per_token"][-1]) < 1e-3
assert set(d.versus(good, dict(good, batch=32))) >= {"us_difference"}

def cells(path):
    with open(sys.argv[2] + path, newline="") as file:
        return [{k: deeproof._cell(v) for k, v in row.items()}
                for row in csv.DictReader(file)]

load = dict(hw="h200-sxm", stack="sglang", model="deepseek-r1", gpus=8, tp=8,
            isl=8192, osl=1024, mode="colocated", requests=60)
got = d.serve(load, concurrency=16)
want = cells("/run.csv")[0]
assert got.keys() == want.keys()
differ = [k for k in want if k != "id" and got[k] != want[k]]
assert not differ, differ
got = d.serve(load, arrivals="poisson", rate=2, seed=5,
              tables=("served", "requests"))
assert got["served"]["p99_ttft_ms"] == cells("/open.csv")[0]["p99_ttft_ms"]
each = cells("/each.csv")
assert got["requests"]["ttft_ms"] == [row["ttft_ms"] for row in each]
says("no rate is given", d.serve, load, arrivals="poisson")
says("nothing about requests is called", d.serve, load, tempo=3)
assert d.serve(load, gpus=4, tp=4, concurrency=1)["fits"] == "no"

# Ten million requests are a gigabyte, of which there is a tenth.
import resource
held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + 10**8, -1))
try:
    d.serve(load, concurrency=4, **{"requests": 10**7})
except MemoryError as why:
    assert "out of memory" in str(why), why
else:
    raise AssertionError("there was memory")
try:
    d.ask(good)
except MemoryError:
    pass
try:
    deeproof.serve(load, concurrency=4, **{"requests": 10**7})
except MemoryError:
    pass
else:
    raise AssertionError("there was memory again")
assert deeproof.ask(good)["fits"] == "yes"
d.close()
assert deeproof.Deeproof().ask(good)["fits"] == "yes"
print("python: %d scenarios with the command line's digits" % len(rows))
END
