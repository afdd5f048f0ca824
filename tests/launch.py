"""launch.py DIR GPUS BATCH: are the launch files of a plan sound?"""
import csv
import pathlib
import re
import sys

import yaml

known = {}
for row in csv.DictReader(open("hw/launch/flags.csv")):
    known[row["engine"], row["flag"]] = row["state"]
folder = pathlib.Path(sys.argv[1])
gpus, batch = int(sys.argv[2]), int(sys.argv[3])
bad = []


def flag(file, engine, name):
    state = known.get((engine, name))
    if state != "known":
        bad.append("%s: %s is %s" % (file.name, name, state or "no flag"))


def flags(file, engine, text):
    text = re.sub(r"^\s*#.*$", "", text, flags=re.M)
    found = re.findall(r"(?<![\w-])--[a-z0-9][\w-]*", text)
    if len(found) < 4:
        bad.append("%s: %d flags" % (file.name, len(found)))
    for name in found:
        flag(file, engine, name)


def keys(file, engine, tree, before=""):
    for name, value in tree.items():
        flag(file, engine, before + name)
        if isinstance(value, dict):
            keys(file, engine, value, before + name + ".")


def same(file, what, is_, want):
    if int(is_) != want:
        bad.append("%s: %s is %s, not %d" % (file.name, what, is_, want))


def after(text, name):
    return re.findall(name + r"[ \n-]+\"?(\d+)", text)[-1]


for file in sorted(folder.iterdir()):
    text = file.read_text()
    if "@" in re.sub(r"^#.*$|\$@", "", text, flags=re.M):
        bad.append("%s: a blank is left" % file.name)
    if "assumed, and no" not in text:
        bad.append("%s: says not what was assumed" % file.name)
    tree = yaml.safe_load(text) if file.suffix == ".yaml" else None
    stem = file.stem
    if stem == "sglang":
        flags(file, "sglang", text)
        same(file, "--tp-size", after(text, "--tp-size"), gpus)
        same(file, "batch", after(text, "--cuda-graph-max-bs"), batch)
    elif stem in ("vllm", "lws"):
        flags(file, "vllm", text)
        dp = re.findall(r"--data-parallel-size (\d+)", text) or ["1"]
        tp = after(text, "--tensor-parallel-size")
        same(file, "tp x dp", int(dp[-1]) * int(tp), gpus)
        same(file, "batch", after(text, "--max-num-seqs"), batch)
        if tree:
            pod = tree["spec"]["leaderWorkerTemplate"]
            host = pod["workerTemplate"]["spec"]["containers"][0]
            each = host["resources"]["limits"]["nvidia.com/gpu"]
            same(file, "GPUs of all hosts", pod["size"] * int(each), gpus)
    elif stem.startswith("trtllm"):
        keys(file, "trtllm", tree)
        if stem == "trtllm":
            same(file, "GPUs", tree["tensor_parallel_size"], gpus)
            same(file, "batch", tree["max_batch_size"], batch)
    elif stem == "srt-slurm":
        parts = tree["backend"]["sglang_config"]
        for part in parts.values():
            for name in part:
                flag(file, "sglang", "--" + name)
        part = parts.get("decode") or parts["aggregated"]
        same(file, "GPUs", part["tensor-parallel-size"], gpus)
        same(file, "batch", part["cuda-graph-max-bs"], batch)
        have = tree["resources"]
        used = have.get("gpus_per_decode") or have["gpus_per_agg"]
        same(file, "GPUs of a worker", used, gpus)
    elif stem == "dynamo":
        for name, part in tree["spec"]["services"].items():
            box = part["extraPodSpec"]["mainContainer"]
            given = " ".join(box.get("args", []))
            if given:
                flags(file, "sglang", given)
            if name == "decode":
                same(file, "GPUs", after(given, "--tp-size"), gpus)
                hosts = part.get("multinode", {}).get("nodeCount", 1)
                each = int(part["resources"]["limits"]["gpu"])
                same(file, "GPUs of all hosts", hosts * each, gpus)
    else:
        bad.append("%s: nobody checks it" % file.name)
print("\n".join(bad[:20]))
sys.exit(len(bad) > 0)
