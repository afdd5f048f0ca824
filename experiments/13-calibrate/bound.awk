# What three rows of a layout can bring at most where its stack is known:
#	awk -f bound.awk likelihood.csv errors.csv result.csv
# as Markdown: the change of the mean error of a layout's other rows, median
# over layouts, for the three rows that one would choose (as calibrate.sh does)
# and for any three.
#
# Errors vary as likelihood.awk has it, each layout by what the others say. Of
# K, their covariance, rows k known leave row i with the variance
#	K_ii - K_ik K_kk^-1 K_ki
# and the expectation K_ik K_kk^-1 e_k (Rasmussen and Williams, Gaussian
# Processes for Machine Learning, 2.25 and 2.26). The size of a normal number is
# expected to be as its standard deviation, so what is expected of a layout is
# the sum of these after over the sum before.
BEGIN { FS = "," }
FNR == 1 { file++; next }
file == 1 && $1 == "layout" { share[$2] = $3; near[$2] = $5; reach[$2] = $7 }
file == 2 {
	if (!($1 in nr)) order[++groups] = $1
	n = ++nr[$1]
	image[$1, n] = $3; e[$1, n] = $4; band[$1, n] = $5; x[$1, n] = log($6)
}
file == 3 && $1 == "layout" { found[1, ++seen] = $13; found[2, seen] = $18 }

function cov(g, i, j,    d) {
	d = (x[g, i] - x[g, j]) / reach[g]
	return band[g, i] * band[g, j] * ((image[g, i] == image[g, j]) * \
		share[g] * (1 - near[g] + near[g] * exp(-d * d / 2)) + \
		(i == j) * (1 - share[g]))
}
# From rows known[1] to known[nr]: expects and leaves (its sd) of row i.
function learn(g, i, known, nr,    a, b, c, s, l, y, v) {
	expects = 0
	leaves = cov(g, i, i)
	for (a = 1; a <= nr; a++) {
		for (b = 1; b <= a; b++) {
			s = cov(g, known[a], known[b])
			for (c = 1; c < b; c++)
				s -= l[a, c] * l[b, c]
			l[a, b] = a == b ? sqrt(s) : s / l[b, b]
		}
		y[a] = e[g, known[a]]
		v[a] = cov(g, known[a], i)
		for (b = 1; b < a; b++) {
			y[a] -= l[a, b] * y[b]
			v[a] -= l[a, b] * v[b]
		}
		y[a] /= l[a, a]
		v[a] /= l[a, a]
		expects += v[a] * y[a]
		leaves -= v[a] * v[a]
	}
	leaves = sqrt(leaves)
}
function percent(error) {
	error = exp(error) - 1
	return error < 0 ? -error : error
}
function sort(of, nr,    i, j, t) {
	for (i = 2; i <= nr; i++)
		for (j = i; j > 1 && of[j - 1] > of[j]; j--) {
			t = of[j]; of[j] = of[j - 1]; of[j - 1] = t
		}
}
function median(of, nr) {
	sort(of, nr)
	return nr % 2 ? of[(nr + 1) / 2] : (of[nr / 2] + of[nr / 2 + 1]) / 2
}
# The mean error of a layout, of one image.
function mean(g, of,    i, sum, rows) {
	for (i = 1; i <= nr[g]; i++)
		if (image[g, i] == of) { sum += e[g, i]; rows++ }
	return sum / rows
}
# Adds to sum[what, 0: before, 1: after] what rows i, j, k of g tell of others.
function three(g, i, j, k,    known, other, r, o, rest, at, b) {
	known[1] = i; known[2] = j; known[3] = k
	for (r = 1; r <= nr[g]; r++) {
		if (r == i || r == j || r == k)
			continue
		rest[++at] = e[g, r]
		b = percent(e[g, r])
		learn(g, r, known, 3)
		add("expected", sqrt(cov(g, r, r)), leaves)
		add("image", b, percent(e[g, r] - mean(g, image[g, r])))
		for (o = 1; o < nr[g]; o++)
			other[o] = o + (o >= r)
		learn(g, r, other, nr[g] - 1)
		add("all", b, percent(e[g, r] - expects))
	}
	b = median(rest, at)
	for (r = 1; r <= at; r++)
		add("shift", percent(rest[r]), percent(rest[r] - b))
}
function add(what, before, after) {
	sum[what, 0] += before
	sum[what, 1] += after
}
# The changes of layout number nr, of choice 1: as one would, 2: any.
function take(nr, choice,    i) {
	for (i = 1; i <= kinds; i++) {
		change[kind[i], choice, nr] = \
			100 * (sum[kind[i], 1] / sum[kind[i], 0] - 1)
		sum[kind[i], 0] = sum[kind[i], 1] = 0
	}
}
function any(g, n,    i, j, k, at, step) {
	step = n * (n - 1) * (n - 2) / 6
	step = step > 20 ? int(step / 20) + 1 : 1
	for (i = 1; i < n; i++)
		for (j = i + 1; j < n; j++)
			for (k = j + 1; k <= n; k++)
				if (at++ % step == 0) three(g, i, j, k)
}
function line(label, what,    i, one, all) {
	for (i = 1; i <= groups; i++) {
		one[i] = what == "found" ? found[1, i] : change[what, 1, i]
		all[i] = what == "found" ? found[2, i] : change[what, 2, i]
	}
	printf "| %s | %+.0f %% | %+.0f %% |\n", label, median(one, groups),
		median(all, groups)
}
END {
	kinds = split("expected all image shift", kind, " ")
	for (i = 1; i <= groups; i++) {
		g = order[i]
		n = nr[g]
		three(g, 1, int(n / 2) + 1, n)
		take(i, 1)
		any(g, n)
		take(i, 2)
	}
	print "| layout held out, its stack known: change of the others |" \
		" three rows as chosen | any three |"
	print "|---|---:|---:|"
	line("expected, if rows share what the other layouts say", "expected")
	line("**found**", "found")
	line("from all other rows of the layout, not three", "all")
	line("told the mean of all rows of the layout and image", "image")
	line("told the one shift that suits the predicted rows best", "shift")
}
