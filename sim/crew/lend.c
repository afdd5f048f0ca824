#include "crew/lend.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

/* ---- the library ---- */

static const struct gpu *lend_gpu(void *of, const char *name,
				  struct fault *why)
{
	struct lend *l = of;
	const struct gpu *got;

	pthread_mutex_lock(&l->lock);
	got = l->from->gpu(l->from->of, name, why);
	pthread_mutex_unlock(&l->lock);
	return got;
}

static const struct stack *lend_stack(void *of,
				      const struct stack_spec *spec,
				      struct fault *why)
{
	struct lend *l = of;
	const struct stack *got;

	pthread_mutex_lock(&l->lock);
	got = l->from->stack(l->from->of, spec, why);
	pthread_mutex_unlock(&l->lock);
	return got;
}

static const struct model *lend_model(void *of, const char *name,
				      struct fault *why)
{
	struct lend *l = of;
	const struct model *got;

	pthread_mutex_lock(&l->lock);
	got = l->from->model(l->from->of, name, why);
	pthread_mutex_unlock(&l->lock);
	return got;
}

static const struct granted *lend_granted(void *of, struct fault *why)
{
	struct lend *l = of;
	const struct granted *got;

	pthread_mutex_lock(&l->lock);
	got = l->from->granted(l->from->of, why);
	pthread_mutex_unlock(&l->lock);
	return got;
}

void lend_init(struct lend *l, const struct library *from)
{
	assert(from);
	l->from = from;
	l->library = (struct library){ lend_gpu, lend_stack, lend_model, l,
					from->granted ? lend_granted : NULL };
	pthread_mutex_init(&l->lock, NULL);
}

void lend_release(struct lend *l)
{
	pthread_mutex_destroy(&l->lock);
}

/* ---- hands ---- */

struct hands {
	pthread_mutex_t lock;
	int next, nr;
	void (*part)(void *arg, int i);
	void *arg;
};

static void *work(void *of)
{
	struct hands *h = of;

	for (;;) {
		int i;

		pthread_mutex_lock(&h->lock);
		i = h->next++;
		pthread_mutex_unlock(&h->lock);
		if (i >= h->nr)
			return NULL;
		h->part(h->arg, i);
	}
}

/* A thread that cannot be had is done without: this one does all there is. */
void lend_hands(void *of, int nr, void (*part)(void *arg, int i), void *arg)
{
	struct hands h = { .nr = nr, .part = part, .arg = arg };
	const int *given = of;
	long cores = given && *given > 0 ? *given :
		sysconf(_SC_NPROCESSORS_ONLN);
	int most = cores < nr ? (int)cores : nr, started = 0;
	pthread_t *thread = mem_zeroed((size_t)nr + 1, sizeof(*thread));

	assert(nr >= 0 && part);
	pthread_mutex_init(&h.lock, NULL);
	while (started < most - 1 &&
	       !pthread_create(&thread[started], NULL, work, &h))
		started++;
	work(&h);
	for (int i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	pthread_mutex_destroy(&h.lock);
	free(thread);
}
