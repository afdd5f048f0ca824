#!/bin/sh
# What a machine can say about STYLE.md. A finding is a line file:line: what,
# and any finding fails. Run from the root of the repository: make lint
set -u
export LC_ALL=C
found=$(mktemp) && alone=$(mktemp) || exit 2
trap 'rm -f "$found" "$alone"' EXIT

code=$(find sim plots tests -name '*.[ch]' | sort)
headers=$(find sim plots tests -name '*.h' | sort | while read -r header; do
	[ -f "${header%.h}.c" ] || echo "$header"; done)

# The floors and the bar below the pure ones, as the README lists them.
floors=$(sed -n '/^    base /,/^$/s/^    \([a-z -]*\)  .*/\1/p' README.md | xargs)
[ -n "$floors" ] || echo "README.md: no list of floors" >>"$found"

# ---- what stands in the C: one pass over every file ----

# shellcheck disable=SC2086
awk -v floors="$floors" '
BEGIN {
	nr = split(floors, names, " ")
	for (i = 1; i <= nr; i++)
		floor[names[i]] = i
	pure = floor["----"] - 1
	for (i = 1; i < ARGC; i++) {
		given[ARGV[i]] = 1
		split(ARGV[i], part, "[/.]")
		named[part[2] "/" part[3]] = named[part[3] "." part[4]] = 1
	}
	standard = "<(assert|ctype|errno|float|inttypes|limits|math|stdarg" \
		   "|stdbool|stddef|stdint|stdio|stdlib|string)[.]h>"
}

function find(what) { print FILENAME ":" FNR ": " what }

# What the line looks like on paper: tabs are 8, UTF-8 counts once.
function width(s,    i, w) {
	gsub(/[\200-\277]/, "", s)
	for (i = 1; i <= length(s); i++)
		w += substr(s, i, 1) == "\t" ? 8 - w % 8 : 1
	return w
}

# Split a line into code (strings emptied) and comment.
function strip(s,    i, c, two, quote) {
	code = comment = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		two = substr(s, i, 2)
		if (in_comment) {
			comment = comment c
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote) {
				quote = ""
				code = code c
			}
		} else if (two == "/*") {
			in_comment = 1
			code = code " "
			i++
		} else if (two == "//") {
			comment = comment substr(s, i)
			return
		} else {
			if (c == "\"" || c == "\047")
				quote = c
			code = code c
		}
	}
}

function check_include(s,    path, there, here) {
	path = s
	if (s ~ /^#[ \t]*include[ \t]*</) {
		if (in_sim && floor[home] <= pure &&
		    s !~ standard && FILENAME !~ /^sim\/embed\/native\//)
			find("a pure floor (base to " names[pure] \
			     ") includes more than the standard library")
		return
	}
	gsub(/^[^"]*"|".*$/, "", path)
	there = path
	sub(/\/.*/, "", there)
	if (in_sim && there == "plots" && home == "cmd")
		return
	if (in_sim && !(there in floor && floor[there] <= floor[home]))
		find("sim/" home " includes \"" path "\": not a floor to " \
		     "its left")
	if (in_plots && there != "base" && there != "plots")
		find("plots includes \"" path "\": only base and plots")
}

# Its own header first: then that compiles alone, for the file compiles.
function check_first(s,    own) {
	own = FILENAME
	if (!sub(/[.]c$/, ".h", own) || !(own in given))
		return
	sub(/^sim[/]/, "", own)
	if (index(s, "\"" own "\"") == 0)
		find("includes another before its own \"" own "\"")
}

function check_calls() {
	if (code ~ "(^|[^A-Za-z0-9_])(v?f?printf|f?puts|f?putc|putchar|perror" \
	    "|f(open|close|read|write|getc|gets|flush)|getc|getchar|remove" \
	    "|rename|tmpfile) *[(]|(^|[^A-Za-z0-9_.>])std(in|out|err)[,;) ]" &&
	    code !~ /format\(printf/)
		find("a pure floor reads or writes nothing")
	if (code ~ "(^|[^A-Za-z0-9_])(exit|_Exit|abort|atexit|getenv|system" \
	    "|s?rand|time|clock|setjmp|longjmp) *[(]" &&
	    FILENAME !~ /^sim\/embed\//)
		find("a pure floor asks nothing of the machine it runs on")
}

# An allocation that fails unseen is an answer that is short of something.
function check_memory() {
	if (code ~ /(^|[^A-Za-z0-9_>.])(m|c|re)alloc *[(]/ &&
	    FILENAME !~ /^sim\/(base\/mem[.]c|embed\/)/)
		find("memory comes from base/mem, which does not fail")
}

# 0 1 2 stand for themselves, and attributes count their parameters.
function check_numbers(    s, word) {
	if (comment ~ /(units|math|size):/)
		return
	s = code
	gsub(/__attribute__ *\(\(.*\)\)/, "", s)
	while (match(s, /[A-Za-z0-9_.]+/)) {
		word = substr(s, RSTART, RLENGTH)
		s = substr(s, RSTART + RLENGTH)
		if (word ~ /^[.]?[0-9]/ &&
		    word !~ /^[012]?([.]0*)?[uUlLfF]*$/)
			find(word " has no units:, math: or size: beside it")
	}
}

# What stands before a body: of its parameters a fault and ... do not count.
function check_parameters(s,    i, c, depth, one, nr) {
	gsub(/__attribute__ *\(\(.*\)\)/, "", s)
	if (!match(s, /[A-Za-z0-9_]\(/))
		return
	for (i = RSTART + 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		depth += (c == "(") - (c == ")")
		if (depth == 0 || (depth == 1 && c == ",")) {
			nr += one !~ /struct fault \*|[.][.][.]/
			one = ""
			if (depth == 0)
				break
		} else {
			one = one c
		}
	}
	if (nr > 4)
		find("a function of " nr " parameters; four fit, then a struct")
}

# "time/paired" or "paired.c", in a comment: a file or a folder of a floor.
# Units are short.
function check_named(    s, word) {
	s = comment
	while (match(s, /(^|[^A-Za-z0-9_\/.])[a-z]+\/[a-z_][a-z_][a-z_][a-z_]+/)) {
		word = substr(s, RSTART, RLENGTH)
		s = substr(s, RSTART + RLENGTH)
		sub(/^[^a-z]/, "", word)
		if (index(word, "/") && !(word in named) &&
		    (substr(word, 1, index(word, "/") - 1) in floor))
			find("there is no sim/" word)
	}
	s = in_sim ? comment : ""
	while (match(s, /(^|[^A-Za-z0-9_])[a-z_]+[.][ch]([^a-z]|$)/)) {
		word = substr(s, RSTART, RLENGTH)
		s = substr(s, RSTART + RLENGTH - 1)
		gsub(/^[^a-z]|[^a-z]$/, "", word)
		if (!(word in named))
			find("there is no " word)
	}
}

FNR == 1 {
	head = ""
	in_comment = 0
	start = 0
	included = 0
	in_sim = FILENAME ~ /^sim\//
	in_plots = FILENAME ~ /^plots\//
	split(FILENAME, part, "/")
	home = part[2]
	if (in_sim && !(home in floor))
		find("sim/" home " is no floor")
}
FNR == 2 && FILENAME ~ /[.]h$/ {
	own = FILENAME
	gsub(/^.*\/|[.]h$/, "", own)
	if (index($0, " * " own ": ") != 1)
		find("a header begins with its own name: \" * " own ": \"")
}

{
	if (width($0) > 80)
		find("a line of " width($0) " columns; 80 fit")
	if (FNR == 501)
		find("a file of over 500 lines; split it")
	if ($0 ~ /[ \t]$/)
		find("blanks at the end of the line")
	strip($0)
}

code ~ /^#[ \t]*include/ {
	if (!included++)
		check_first($0)
	check_include($0)
	next
}
in_sim {
	check_numbers()
	check_memory()
}
{ check_named() }
in_sim && floor[home] <= pure { check_calls() }

# What stands since the last thing that ended, outside of bodies.
!start { head = code ~ /^#|[;}][ \t]*$/ ? "" : head " " code }
/^\{/ {
	if (in_sim || in_plots)
		check_parameters(head)
	head = ""
}
/^\{/ { start = FNR }
/^\}/ {
	if (start && FNR - start - 1 > 70)
		find("a function of " FNR - start - 1 " lines; split it")
	start = 0
}
' $code >>"$found"

# ---- headers compile alone: those that no file of their own includes first ----

for header in $headers; do
	case $header in
	sim/cmd/*|sim/tasks/*|sim/crew/*|sim/options/*) features=-D_GNU_SOURCE ;;
	*) features=-D_POSIX_C_SOURCE=200809L ;;
	esac
	if ! ${CC:-gcc} -std=c11 $features -Wall -Wextra -fsyntax-only \
			-Isim -I. -Ibuild -x c "$header" 2>"$alone"; then
		grep 'error: ' "$alone" | head -n 1 | sed \
			's/:[0-9]*: .*error: /: does not compile alone: /' \
			>>"$found"
	fi
done

# ---- pure floors compile for WebAssembly, where clang has a libc for it ----

pure=$(for f in ${floors%% ----*}; do find "sim/$f" -name '*.c'; done |
	grep -v '^sim/embed/native/' | sort)	# what wasm has no setjmp for
if [ -d /usr/include/wasm32-wasi ] && command -v clang >/dev/null 2>&1; then
	# The driver starts the compiler anew for every file, which takes three
	# quarters of the time; itself it takes many.
	many=$(clang --target=wasm32-wasi -std=c11 -D_POSIX_C_SOURCE=200809L \
		-Wall -Wextra -fsyntax-only -ferror-limit=0 -Isim -I. '-###' \
		-x c /dev/null 2>&1 | sed -n 's|^ \(.*"-cc1".*\) "/dev/null"$|\1|p')
	if [ -n "$many" ]; then
		eval "$many" $pure
	else
		for file in $pure; do
			clang --target=wasm32-wasi -std=c11 \
				-D_POSIX_C_SOURCE=200809L -Wall -Wextra \
				-fsyntax-only -Isim -I. "$file"
		done
	fi 2>&1 | sed -n 's/:[0-9]*: .*error: /: no WebAssembly: /p' |
		awk -F : '!said[$1]++' >>"$found"
fi

# ---- paths of one machine ----

# Spelt so that this file is no finding of its own.
before='(^|[^A-Za-z0-9_.:/})-])'
after='([^A-Za-z0-9_]|$)'
places="$before/((wor[k]|roo[t])$after|tm[p]/)|[.][.]/share[d]$after"
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
	git ls-files -co --exclude-standard -z
else
	find . -name .git -prune -o -name build -prune -o -name out -prune \
		-o -type f -print0
fi | xargs -0 grep -nIE "$places" /dev/null 2>/dev/null |
	sed 's/^\([^:]*:[0-9]*\):.*/\1: a path of one machine/' >>"$found"

# ---- a merge that was not finished ----

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
	git ls-files -co --exclude-standard -z
else
	find . -name .git -prune -o -name build -prune -o -name out -prune \
		-o -type f -print0
fi | xargs -0 grep -nIE '^(<{7}|>{7}|[|]{7}) |^={7}$' /dev/null 2>/dev/null |
	sed 's/^\([^:]*:[0-9]*\):.*/\1: a conflict that was left/' >>"$found"

cat "$found"
nr=$(wc -l <"$found")
echo "lint: $(echo "$code" | wc -l) files, $nr findings"
[ "$nr" -eq 0 ]
