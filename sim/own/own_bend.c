#include "own/own_bend.h"

#include <assert.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sheet/bend.h"

#define SAME 0.125	/* math: of a reach: batches that are one knot */
#define JITTER 1e-6	/* math: of a variance, so that it has a root */
#define BEYOND 3	/* math: reaches from the last knot to the level */
#define SEEN 1e-3	/* math: a part of a step that is worth a row */

/* ---- knots ---- */

bool own_knot_alike(const struct own_knot *a, const struct own_knot *b)
{
	assert(a->stack && b->stack);
	assert(a->image && b->image);
	return a->class == b->class &&
	       !strcmp(a->stack->arch, b->stack->arch) &&
	       !strcmp(a->image, b->image);
}

/* The knot nearest to one, and how many its class has. -1: none. */
static int nearest(const struct own_bend *o, const struct own_knot *to,
		   int *of_class)
{
	int best = -1;

	*of_class = 0;
	for (int k = 0; k < o->knots; k++) {
		const struct own_knot *have = &o->knot[k];

		if (!own_knot_alike(have, to))
			continue;
		++*of_class;
		if (best < 0 || fabs(have->log_batch - to->log_batch) <
		    fabs(o->knot[best].log_batch - to->log_batch))
			best = k;
	}
	return best;
}

static int knot_of(struct own_bend *o, const struct own_knot *of)
{
	int nr, k = nearest(o, of, &nr);

	if (k >= 0 && (nr == OWN_KNOTS || fabs(o->knot[k].log_batch -
					       of->log_batch) < SAME))
		return k;
	o->knot = mem_resize(o->knot, (size_t)o->knots + 1,
			     sizeof(*o->knot));
	o->knot[o->knots] = *of;
	return o->knots++;
}

void own_bend_init(struct own_bend *o, const struct own_knot *row, int rows)
{
	assert(o && row && rows >= 0);
	*o = (struct own_bend){
		.of_row = mem_zeroed((size_t)rows + 1, sizeof(*o->of_row)) };
	for (int r = 0; r < rows; r++)
		o->of_row[r] = row[r].stack ? knot_of(o, &row[r]) : -1;
}

double own_varies_apart(const struct own_varies *v, double log_ratio)
{
	double far;

	assert(v->reach > 0);
	far = log_ratio / v->reach;
	return v->level * v->level + v->near * v->near * exp(-far * far / 2);
}

static double covariance(const struct own_bend *o, const struct own_knot *a,
			 const struct own_knot *b)
{
	return own_knot_alike(a, b) ? own_varies_apart(&o->varies,
			a->log_batch - b->log_batch) : 0;
}

int own_bend_root(struct own_bend *o, const struct own_varies *varies)
{
	size_t n = (size_t)o->knots;
	gsl_matrix_view m;

	assert(varies->level > 0 && varies->near > 0 && varies->reach > 0);
	assert(!o->root);
	o->varies = *varies;
	o->root = mem_zeroed(n * n + 1, sizeof(*o->root));
	o->pull = mem_zeroed(n + 1, sizeof(*o->pull));
	if (!n)
		return 0;
	for (int i = 0; i < o->knots; i++)
		for (int j = 0; j < o->knots; j++)
			o->root[i * o->knots + j] = covariance(o, &o->knot[i],
				&o->knot[j]) * (i == j ? 1 + JITTER : 1);
	m = gsl_matrix_view_array(o->root, n, n);
	return gsl_linalg_cholesky_decomp1(&m.matrix) ? -1 : 0;
}

void own_bend_release(struct own_bend *o)
{
	free(o->knot);
	free(o->of_row);
	free(o->root);
	free(o->pull);
	*o = (struct own_bend){ 0 };
}

/* ---- where they stand ---- */

static double knot_at(const struct own_bend *o, int k, const double *z)
{
	double u = 0;

	for (int j = 0; j <= k; j++)
		u += o->root[k * o->knots + j] * z[j];
	return u;
}

double own_bend_at(const struct own_bend *o, int row, const double *z)
{
	int k;

	assert(row >= 0 && z);
	k = o->of_row[row];
	assert(k < o->knots);
	return k < 0 ? 0 : knot_at(o, k, z);
}

double own_bend_strain(const struct own_bend *o, const double *z)
{
	double sd = hypot(o->varies.level, o->varies.near), most = 0;

	assert(o);
	for (int k = 0; k < o->knots; k++) {
		double errors = knot_at(o, k, z) / sd;

		if (fabs(errors) > fabs(most))
			most = errors;
	}
	return most;
}

void own_bend_take(struct own_bend *o, const double *z)
{
	size_t n = (size_t)o->knots;
	gsl_matrix_view m;
	gsl_vector_view v;

	assert(o);
	if (!n)
		return;
	memcpy(o->pull, z, n * sizeof(*z));
	m = gsl_matrix_view_array(o->root, n, n);
	v = gsl_vector_view_array(o->pull, n);
	gsl_blas_dtrsv(CblasLower, CblasTrans, CblasNonUnit, &m.matrix,
		       &v.vector);
}

/* What the knots lead to expect at any batch of their class. */
static double expected(const struct own_bend *o, const struct own_knot *at)
{
	double u = 0;

	for (int k = 0; k < o->knots; k++)
		u += covariance(o, at, &o->knot[k]) * o->pull[k];
	return u;
}

/* ---- as a row ---- */

/* Rising batches of a list, in their logarithms. */
struct batches {
	double log[BEND_KNOTS];
	int nr;
};

static void insert(struct batches *b, double x)
{
	int at = b->nr;

	assert(b->nr < BEND_KNOTS);
	for (; at > 0 && b->log[at - 1] > x; at--)
		b->log[at] = b->log[at - 1];
	b->log[at] = x;
	b->nr++;
}

/* The knots, where it is level again, and in the widest gaps between. */
static void batches_of(const struct own_bend *o, const struct own_knot *like,
		       struct batches *b)
{
	b->nr = 0;
	for (int k = 0; k < o->knots; k++)
		if (own_knot_alike(&o->knot[k], like))
			insert(b, o->knot[k].log_batch);
	insert(b, b->log[0] - BEYOND * o->varies.reach);
	insert(b, b->log[b->nr - 1] + BEYOND * o->varies.reach);
	while (b->nr < BEND_KNOTS) {
		int wide = 1;

		for (int i = 2; i < b->nr; i++)
			if (b->log[i] - b->log[i - 1] >
			    b->log[wide] - b->log[wide - 1])
				wide = i;
		insert(b, (b->log[wide] + b->log[wide - 1]) / 2);
	}
}

/* By what the layers take longer there, what the stack had in it. */
static double times_at(const struct own_bend *o, const struct own_knot *like,
		       double log_batch)
{
	struct own_knot at = *like;

	at.log_batch = log_batch;
	return exp(expected(o, &at)) *
	       bend_at(&like->stack->own[like->class], exp(log_batch));
}

/* BATCH:TIMES, of the batches that a list has. */
static void list(const struct own_bend *o, const struct own_knot *like,
		 struct text *out)
{
	struct batches b;

	batches_of(o, like, &b);
	for (int i = 0; i < b.nr; i++)
		text_addf(out, "%s%.4g:%.4f", i ? ";" : "", exp(b.log[i]),
			  times_at(o, like, b.log[i]));
}

/* Was anything learned at some knot of the class, in whichever image? */
static bool is_seen(const struct own_bend *o, const struct own_knot *like)
{
	for (int k = 0; k < o->knots; k++) {
		struct own_knot same = o->knot[k];

		same.image = like->image;
		if (own_knot_alike(&same, like) &&
		    fabs(expm1(expected(o, &o->knot[k]))) > SEEN)
			return true;
	}
	return false;
}

/* Is it the first of its class? */
static bool is_first(const struct own_bend *o, int k)
{
	for (int i = 0; i < k; i++)
		if (own_knot_alike(&o->knot[i], &o->knot[k]))
			return false;
	return true;
}

void own_bend_say(const struct own_bend *o, struct text *out)
{
	assert(o && out);
	for (int k = 0; k < o->knots; k++) {
		const struct own_knot *like = &o->knot[k];

		if (!is_first(o, k))
			continue;
		text_addf(out, "own.%s.%s%s%s: layers take, times what the "
			  "sheets say,", like->stack->arch,
			  layout_class_name(like->class),
			  *like->image ? "@" : "", like->image);
		for (int i = k; i < o->knots; i++)
			if (own_knot_alike(&o->knot[i], like))
				text_addf(out, " %.3f at %.4g",
					  times_at(o, like,
						   o->knot[i].log_batch),
					  exp(o->knot[i].log_batch));
		text_add(out, " sequences a group\n");
	}
}

/* Steps of a family are known of its architecture, where nobody had any. */
static void arch_row(const struct own_bend *o, int k, const char *source,
		     struct text *out)
{
	const struct stack *s = o->knot[k].stack;
	enum family family = o->knot[k].family;

	for (int i = 0; i < k; i++)
		if (!strcmp(o->knot[i].stack->arch, s->arch) &&
		    o->knot[i].family == family)
			return;
	if (!(s->beyond.arch[family] > 0))
		return;
	text_addf(out, "band_arch_%s.%s,0,,1,measured,", family_name(family),
		  s->arch);
	text_cell(out, source);
	text_add(out, ",its steps; deeproof calibrate\n");
}

void own_bend_rows(const struct own_bend *o, const char *source,
		   struct text *out)
{
	assert(o && source && out);
	for (int k = 0; k < o->knots; k++) {
		const struct own_knot *like = &o->knot[k];
		struct text value = TEXT_INIT;

		arch_row(o, k, source, out);
		if (is_first(o, k) && is_seen(o, like)) {
			list(o, like, &value);
			text_addf(out, "own.%s.%s%s%s,%s,,name,fitted,",
				  like->stack->arch,
				  layout_class_name(like->class),
				  *like->image ? "@" : "", like->image,
				  value.buf);
			text_cell(out, source);
			text_addf(out, ",was %s in %s; by what layers take "
				  "longer at a batch of a group; deeproof "
				  "calibrate\n", like->stack->own[like->class]
				  .nr ? "another list" : "1",
				  like->stack->name);
		}
		text_release(&value);
	}
}
