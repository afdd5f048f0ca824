#!/bin/sh
# What stands in a README between `<!-- run: COMMAND -->` (or `<!-- table:
# COMMAND -->`) and `<!-- end -->` is what the command prints, never typed; so
# is the number before `<!-- = COMMAND -->`, once a line.
#
#	sh experiments/readme.sh FILE...		write it anew
#	sh experiments/readme.sh check FILE...	compare
set -eu
check=
if [ "$1" = check ]; then check=yes; shift; fi
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT
stale=0
for file; do
	while IFS= read -r line; do
		case $line in
		'<!-- run: '*' -->'|'<!-- table: '*' -->')
			command=${line#*: }
			command=${command% -->}
			printf '%s\n' "$line"
			case $line in
			*run:*)	printf '```\n$ %s\n' "$command"
				sh -c "$command" || :
				printf '```\n' ;;
			*)	sh -c "$command" ;;
			esac
			while IFS= read -r line; do
				[ "$line" = '<!-- end -->' ] && break
			done
			printf '%s\n' "$line" ;;
		*'<!-- = '*' -->'*)
			command=${line#*'<!-- = '}
			command=${command%%' -->'*}
			told=${line%%'<!-- = '*}
			told=${told%"${told##*[!0-9.]}"}$(sh -c "$command")
			printf '%s<!-- = %s\n' "$told" "${line#*'<!-- = '}" ;;
		*)	printf '%s\n' "$line" ;;
		esac
	done <"$file" >"$tmp"
	if [ -z "$check" ]; then
		cp "$tmp" "$file"
	elif ! cmp -s "$tmp" "$file"; then
		echo "$file is stale: sh experiments/readme.sh $file"
		diff "$file" "$tmp" | head -20
		stale=1
	fi
done
exit $stale
