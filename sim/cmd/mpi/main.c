/*
 * deeproof-mpi: the sweep of deeproof over the ranks of an MPI job, to the
 * same bytes.
 */
#include <argp.h>
#include <gsl/gsl_errno.h>
#include <mpi.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/mpi/ranks.h"
#include "options/verb.h"

static bool lost, asked;

bool ranks_all(bool here)
{
	int own = here, all = 0;

	asked = true;
	MPI_Allreduce(&own, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
	return all != 0;
}

void ranks_lost(void)
{
	lost = true;
}

static void finalize(void)
{
	if (lost) {
		fflush(NULL);
		_Exit(EXIT_MALFORMED);
	}
	if (!asked)
		ranks_all(false);
	MPI_Finalize();
}

static int usage(FILE *to, int status)
{
	fputs("Usage: mpirun -n RANKS deeproof-mpi sweep [OPTION...] [FILE]\n"
	      "The sweep of deeproof over many ranks, to the same bytes; a "
	      "thread a rank.\n\nTry: mpirun -n 4 deeproof-mpi sweep --hw "
	      "h800-sxm --model deepseek-v3 --ep 32..320+32 --batch 1..512*2 "
	      "--ctx 4989 -o out.csv\n", to);
	return status;
}

int main(int argc, char **argv)
{
	int rank;

	MPI_Init(&argc, &argv);
	atexit(finalize);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	if (rank > 0 && (!freopen("/dev/null", "w", stderr) ||
			 !freopen("/dev/null", "w", stdout)))
		return EXIT_MALFORMED;	/* the first rank speaks for all */
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN);	/* a file too large is said */
	gsl_set_error_handler_off();
	argp_err_exit_status = EXIT_MALFORMED;
	argp_program_version = VERSION;
	if (argc > 1 && !strcmp(argv[1], "--help"))
		return usage(stdout, EXIT_YES);
	if (argc < 2 || strcmp(argv[1], "sweep"))
		return usage(stderr, EXIT_MALFORMED);
	return cmd_sweep(argc - 1, argv + 1);
}
