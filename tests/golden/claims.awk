# What deeproof check --csv says of each row: its line, the rule that judges it
# and what its figure is read as, then what is said. A row whose words name
# known software, a prediction, a kernel or a choice moves with every fit of a
# stack: in its sentences stands # for a number. tests/test_wild.c prints the
# same.
function cells(line,	n, i, c, in_q) {	# into cell[]
	n = 1; in_q = 0; cell[1] = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\"" && in_q && substr(line, i + 1, 1) == "\"") {
			cell[n] = cell[n] c; i++
		} else if (c == "\"")
			in_q = !in_q
		else if (c == "," && !in_q)
			cell[++n] = ""
		else
			cell[n] = cell[n] c
	}
	return n
}
function get(name) { return cell[at[name]] }
{ n = cells($0) }
NR == 1 { for (i = 1; i <= n; i++) at[cell[i]] = i; next }
{
	printf "%d %s: %s\n", NR, get("rule"), get("read_as")
	said = get("reason") get("arithmetic") get("limit") get("taken")
	moves = said ~ /software|predicted|kernel|best of/
	k = split("verdict confidence also reason arithmetic limit needs taken",
		  name, " ")
	for (i = 1; i <= k; i++) {
		text = get(name[i])
		if (moves)
			gsub(/[0-9][0-9.,]*/, "#", text)
		if (text != "")
			printf "\t%s: %s\n", name[i], text
	}
}
