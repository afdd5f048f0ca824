/*
 * ranks: how a program of an MPI job ends.
 */
#ifndef CMD_MPI_RANKS_H
#define CMD_MPI_RANKS_H

#include <stdbool.h>

/*
 * Have all ranks come to where rows are answered? Each asks once: there, or
 * where it knows that it will not be.
 */
bool ranks_all(bool here);

/* A rank is gone: MPI must not wait for it at the end. */
void ranks_lost(void);

#endif
