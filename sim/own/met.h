/*
 * met: layouts that the sheets meet as well as their rows meet each other.
 *
 * Rows of one recipe differ by a scatter of their own. What varies beyond it
 * is estimated by their mean square error less the scatter's, and where that
 * is nothing or less it is nothing (an estimate of a variance has no negative
 * part: James and Stein, Estimation with quadratic loss, 1961). Then whatever
 * three rows say of the layout is luck, and to follow it makes the others
 * worse.
 */
#ifndef OWN_MET_H
#define OWN_MET_H

#include "own/own.h"

/*
 * Of each row its `before` where the rows of its class of layouts are met so,
 * and 0 where they are learned from: met has as many as the rows. Returns how
 * many are met.
 */
int own_met(const struct own *, const struct own_spec *, double *met);

#endif
