/*
 * scale: how many engines there are, as load comes and goes.
 *
 * Now and then it looks at what is asked of each engine and calls for so many
 * that it would be the target, no fewer than were called for in the last hold
 * (Kubernetes' HorizontalPodAutoscaler: ceil(engines x metric / target), every
 * 15 s, the most of 5 minutes: kubernetes.io/docs, horizontal pod
 * autoscaling). A called engine takes requests once it has started; one that
 * is too many takes none from then on and goes when it has answered.
 */
#ifndef SERVE_SCALE_H
#define SERVE_SCALE_H

#include "serve/run.h"

struct scaler {
	const struct serve_scale *is;	/* not owned */
	int most;		/* engines there can be */
	int *wanted;		/* [held]: at the last looks; owned */
	int held, looks;
	int sent;		/* requests since the last look */
};

void scaler_init(struct scaler *, const struct serve_scale *, int most);
void scaler_release(struct scaler *);

/*
 * The look that is made now: engines that there ought to be, least to most,
 * with so many requests in the system.
 */
int scaler_wants(struct scaler *, int present);

#endif
