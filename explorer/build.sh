#!/bin/sh
# The page: build.sh WASM DESCRIPTORS MEASURED.csv >explorer.html
# One file, with the library and its descriptors inside.
set -eu
export LC_ALL=C
here=$(dirname "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
base64 -w 0 "$1" >"$dir/wasm"
if grep -q '</script' "$2"; then
	echo "build.sh: $2 would end its element" >&2
	exit 1
fi
python3 - "$3" >"$dir/measured" <<'END'
import csv, json, sys
asked = ("hw stack model weights kv gpus tp ep batch concurrency ctx isl osl "
         "mtp tokens_per_step overlap redundant balance date").split()
rows = [{"id": r["id"], "metric": r["metric"], "value": float(r["value"]),
         "scenario": {c: r[c] for c in asked if r.get(c)}}
        for r in csv.DictReader(open(sys.argv[1], encoding="utf-8"))
        if r["metric"] in ("tpot_ms", "step_ms", "tok_s_gpu")]
print(json.dumps(rows).replace("<", "\\u003c"))
END
cat "$here/core.js" "$here/charts.js" "$here/lessons.js" "$here/requests.js" \
	"$here/page.js" \
	>"$dir/script"
awk -v style="$here/style.css" -v script="$dir/script" -v wasm="$dir/wasm" \
	-v bundle="$2" -v measured="$dir/measured" '
function paste(file,    line) {
	while ((getline line < file) > 0)
		print line
	close(file)
}
/^@STYLE@$/ { paste(style); next }
/^@SCRIPT@$/ { paste(script); next }
/@(BUNDLE|MEASURED|WASM)@/ {
	match($0, /@[A-Z]*@/)
	printf "%s", substr($0, 1, RSTART - 1)
	what = substr($0, RSTART, RLENGTH)
	paste(what == "@BUNDLE@" ? bundle : what == "@WASM@" ? wasm : measured)
	print substr($0, RSTART + RLENGTH)
	next
}
{ print }' "$here/index.html"
