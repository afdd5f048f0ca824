# A line of CSV to cells, quotes taken off; how many. The scripts of the
# experiments begin their program with it: awk "$(cat experiments/csv.awk)"'...'
function cells(line, cell,   k, i, c, q, s) {
	k = 0; s = ""; q = 0
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\"") q = !q
		else if (c == "," && !q) { cell[++k] = s; s = "" }
		else s = s c
	}
	cell[++k] = s
	return k
}
