#!/bin/sh
# make install: the program, its data, its man page and its completion, and
# all of them say the same. Run from the root of the repository.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0

say() {
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $2"
	fi
}

env -u MAKELEVEL -u MAKEFLAGS make -s install DESTDIR="$dir" PREFIX=/usr \
	>"$dir/log" 2>&1
say $? "make install succeeds"
bin=$dir/usr/bin/deeproof
man=$dir/usr/share/man/man1/deeproof.1
bash=$dir/usr/share/bash-completion/completions/deeproof
[ -x "$bin" ]
say $? "the program is installed"
(cd / && unset DEEPROOF_DATA && "$bin" show h800-sxm >/dev/null)
say $? "an installed program finds its data from anywhere"
mkdir -p "$dir/work/hw" "$dir/work/models"
(cd "$dir/work" && unset DEEPROOF_DATA && "$bin" show h800-sxm >/dev/null)
say $? "a folder that happens to be called hw does not hide it"

# In the man page an option's dashes are \-, which troff leaves as they are; in
# the completion it stands in its verb's line.
for verb in $("$bin" --help | sed -n 's/^  \([a-z][a-z]*\)  *[^ ].*/\1/p'); do
	"$bin" "$verb" --help |
		sed -n 's/^  *\(-[a-z?], \)*\(--[a-z_-]*\).*/\2/p' >"$dir/options"
	awk -v verb="$verb" '
	function say(ok, what) {
		n++
		if (!ok)
			print "not ok - " what
	}
	FILENAME ~ /options$/ { option[++nr] = $0; next }
	FILENAME ~ /[.]1$/ {
		section = section || index($0, ".SS deeproof " verb " ") == 1
		man = man "\n" $0
		next
	}
	index($0, "\t" verb ") options=") == 1 { line = line $0 " " }
	END {
		say(section, "the man page has " verb)
		say(line != "", "the completion has " verb)
		for (i = 1; i <= nr; i++) {
			o = option[i]
			if (o ~ /^--(help|usage|version)$/)
				continue
			dashed = o
			gsub(/-/, "\\\\-", dashed)
			say(index(man, dashed), "the man page has " verb " " o)
			say(line ~ o "[ \"]", "the completion has " verb " " o)
		}
		print "said " n
	}' "$dir/options" "$man" "$bash" >"$dir/said"
	grep '^not ok' "$dir/said"
	bad=$(grep -c '^not ok' "$dir/said")
	n=$(sed -n 's/^said //p' "$dir/said")
	failed=$((failed + bad + !${n:-0}))
	passed=$((passed + ${n:-0} - bad))
done
if command -v groff >/dev/null; then
	[ -z "$(groff -man -Tascii -ww "$man" 2>&1 >/dev/null)" ]
	say $? "the man page is sound troff"
fi
if command -v bash >/dev/null; then
	got=$(PATH=$dir/usr/bin:$PATH bash -c ". $bash
		COMP_WORDS=(deeproof step --ove); COMP_CWORD=2
		_deeproof; echo \${COMPREPLY[@]}")
	[ "$got" = --overlap ]
	say $? "--ove completes to --overlap"
	got=$(PATH=$dir/usr/bin:$PATH bash -c ". $bash
		COMP_WORDS=(deeproof exp); COMP_CWORD=1
		_deeproof; echo \${COMPREPLY[@]}")
	[ "$got" = explain ]
	say $? "exp completes to explain"
	while read -r words want; do
		got=$(PATH=$dir/usr/bin:$PATH bash -c ". $bash
			COMP_WORDS=(deeproof $(echo "$words" | tr , ' '))
			COMP_CWORD=\$((\${#COMP_WORDS[@]} - 1))
			_deeproof; echo \${COMPREPLY[@]}" | tr ' ' ,)
		[ "$got" = "$want" ]
		say $? "$words completes to $want, not $got"
	done <<'END'
step,--hw,h20 h20-141g,h20-96g,h200-sxm
step,--hw,=,h800 h800-sxm
sweep,--model,deepseek-v4 deepseek-v4-flash,deepseek-v4-pro
run,--stack,pr
explain,--overlap,t two-batch
validate,--engine,r run
step,--kv,b bf16
show,kimi kimi-k2
help,exp explain
END
fi
for section in 'EXIT STATUS' FILES ENVIRONMENT; do
	grep -q "^\.SH $section" "$man"
	say $? "the man page has $section"
done
mkdir "$dir/usr/share/other"
env -u MAKELEVEL -u MAKEFLAGS make -s uninstall DESTDIR="$dir" PREFIX=/usr \
	>"$dir/log" 2>&1
say $? "make uninstall succeeds"
left=$(cd "$dir/usr" && find . ! -type d)
[ -z "$left" ] && [ ! -e "$dir/usr/share/deeproof" ] &&
	[ -d "$dir/usr/share/other" ]
say $? "nothing of ours is left, and what is others' stays: $left"
./deeproof help --html >"$dir/out" 2>"$dir/err"
[ $? -eq 2 ] && [ ! -s "$dir/out" ] && grep -q 'help --man' "$dir/err"
say $? "a help that is none is refused"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
