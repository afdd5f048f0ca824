# How the errors of rows vary: of errors of left-out layouts, as CSV layout,
# stack,image,error,band,batch (error and band in logarithms), the mean and the
# spread of the posterior of own.share, own.near and own.reach, from a flat
# prior over 0 to 1, 0 to 1 and the logarithm of 1/4 to 4; and the same without
# each layout, and without all of a stack.
#
# Rows of a group and an image vary together (sim/own/own_bend.h):
#	cov = band band' share (1 - near + near exp(-(ln(batch / batch') /
#	reach)^2 / 2)), and band^2 (1 - share) of the row's own.
# With -v evidence=1 the log of the errors' mean density over the prior instead,
# with -v together=1 too, that of rows of a group varying together across images.
BEGIN { FS = ","; SHARES = 16; NEARS = 8; REACHES = 9 }
NR > 1 {
	if (!($1 in nr)) order[++groups] = $1
	n = ++nr[$1]
	of[$1] = $2; image[$1, n] = together ? "" : $3; e[$1, n] = $4; band[$1, n] = $5
	x[$1, n] = log($6)
}
# Log density of a group's errors, by the Cholesky root of their covariance.
function density(g, share, near, reach,    i, j, k, s, l, y, d, sum) {
	for (i = 1; i <= nr[g]; i++) {
		for (j = 1; j <= i; j++) {
			s = 0
			if (image[g, i] == image[g, j]) {
				d = (x[g, i] - x[g, j]) / reach
				s = band[g, i] * band[g, j] * share * \
					(1 - near + near * exp(-d * d / 2))
			}
			if (i == j)
				s += band[g, i] * band[g, i] * (1 - share)
			for (k = 1; k < j; k++)
				s -= l[i, k] * l[j, k]
			l[i, j] = i == j ? sqrt(s) : s / l[j, j]
		}
		s = e[g, i]
		for (k = 1; k < i; k++)
			s -= l[i, k] * y[k]
		y[i] = s / l[i, i]
		sum -= y[i] * y[i] / 2 + log(l[i, i])
	}
	return sum
}
# The posterior's means without some groups: none, a group or a stack.
function posterior(what, without,    c, g, most, w, all, m, v, k) {
	most = -1e300
	for (c = 1; c <= cells; c++) {
		at[c] = 0
		for (g = 1; g <= groups; g++)
			if (order[g] != without && of[order[g]] != without)
				at[c] += ll[c, g]
		if (at[c] > most) most = at[c]
	}
	for (c = 1; c <= cells; c++) {
		w = exp(at[c] - most)
		all += w
		for (k = 1; k <= 3; k++) {
			m[k] += w * p[c, k]
			v[k] += w * p[c, k] * p[c, k]
		}
	}
	printf "%s,%s", what, without
	for (k = 1; k <= 3; k++) {
		m[k] /= all
		v[k] = sqrt(v[k] / all - m[k] * m[k])
		if (k == 3) {	# its logarithm
			m[k] = exp(m[k])
			v[k] *= m[k]
		}
		printf ",%.3f,%.3f", m[k], v[k]
	}
	printf "\n"
}
# Log of the mean over the cells of the density of all groups.
function evidence_of(    c, g, most, all) {
	most = -1e300
	for (c = 1; c <= cells; c++) {
		at[c] = 0
		for (g = 1; g <= groups; g++)
			at[c] += ll[c, g]
		if (at[c] > most) most = at[c]
	}
	for (c = 1; c <= cells; c++)
		all += exp(at[c] - most)
	return most + log(all / cells)
}
END {
	for (i = 0; i < SHARES; i++)
		for (j = 0; j < NEARS; j++)
			for (k = 0; k < REACHES; k++) {
				c = ++cells
				p[c, 1] = (i + 0.5) / SHARES
				p[c, 2] = (j + 0.5) / NEARS
				p[c, 3] = log(0.25) + k / 2 * log(2)
				for (g = 1; g <= groups; g++)
					ll[c, g] = density(order[g], p[c, 1],
						p[c, 2], exp(p[c, 3]))
			}
	if (evidence) {
		printf "%.1f\n", evidence_of()
		exit
	}
	print "left,what,share,share_err,near,near_err,reach,reach_err"
	posterior("nothing", "-")
	for (g = 1; g <= groups; g++)
		posterior("layout", order[g])
	for (g = 1; g <= groups; g++)
		if (!seen[of[order[g]]]++)
			posterior("stack", of[order[g]])
}
