# gcov -n's report as one line a folder: lines that a test ran, of how many.
/^File '(sim|plots)\// {
	file = $2
	gsub(/'/, "", file)
	next
}
/^Lines executed:/ && file != "" {
	split($0, part, /[:% ]+/)
	share = part[3]
	lines = $NF
	folder = file
	sub(/\/[^\/]*$/, "", folder)
	ran[folder] += share * lines / 100
	all[folder] += lines
	if (lines >= 10 && share < 50)
		low[++lows] = sprintf("  %-28s %5.1f %% of %d", file, share,
			lines)
	file = ""
	next
}
/^$/ { file = "" }
END {
	for (folder in all) {
		sum += all[folder]
		hit += ran[folder]
		printf "%-12s %5.1f %% of %5d lines\n", folder,
			100 * ran[folder] / all[folder], all[folder] | "sort"
	}
	close("sort")
	printf "%-12s %5.1f %% of %5d lines\n", "all", 100 * hit / sum, sum
	if (lows)
		print "below half:"
	for (i = 1; i <= lows; i++)
		print low[i]
}
