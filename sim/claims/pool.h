/*
 * pool: the limits of claims, made once for equal scenarios; and numbers for
 * texts, so that equal ones are found at once.
 */
#ifndef CLAIMS_POOL_H
#define CLAIMS_POOL_H

#include "claims/ceiling.h"

struct pool;

struct pool *pool_open(const struct library *);
void pool_free(struct pool *);

/* Not owned; they stay where they are. */
const struct limits *pool_limits(struct pool *, const struct limits_spec *);

/* The same for equal bytes, from 0. The text must outlive the pool. */
int pool_number(struct pool *, const void *text, size_t len);

#endif
