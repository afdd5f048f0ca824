#!/bin/sh
# result.csv as lines: best EP over context at a time a token: best.sh MS. And
# what was published as run or found best, at its own context.
set -eu
awk -F, -v "ms=$1" '
BEGIN { print "series,x,y,measured,label,x_label,y_label,x_scale,y_scale," \
	"x_notches,y_notches,stars"
	more = ",Context (tokens),Best expert parallel degree,log,log," \
	       "doublings,doublings,published as run" }
function name(s) { sub(/-.*/, "", s); return toupper(s) }
NR > 1 && $4 == ms && $5 != "" { print name($1) "," $3 "," $5 ",," more
	more = ",,,,,,," }
END { print "H800,4989,144,yes,DeepSeek: EP144" more
	print "GB200,2000,48,yes,SGLang: EP48" more
	print "H100,2000,72,yes,SGLang: EP72" more
	print "H20,5105,16,yes,Ant Group: EP16" more }' \
	experiments/09-buying/result.csv
