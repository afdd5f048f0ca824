/*
 * bench_whole: whole commands, as users meet them: rows and answers of a sweep
 * a second on one thread and on two, claims, memory.
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/larger.h"
#include "tests/ratio.h"

extern char **environ;

struct took {
	double wall_s, cpu_s, peak_MB;
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

enum { BESIDE = 2 /* processes at most */ };

/* So many of the same at once, till the last has ended; CPU time of all. */
static struct took run(char *const argv[], int nr)
{
	posix_spawn_file_actions_t quiet;
	double start = now_s(), cpu_s = 0, peak_MB = 0;
	pid_t pid[BESIDE];
	int status;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
	for (int i = 0; i < nr; i++)
		if (posix_spawn(&pid[i], argv[0], &quiet, NULL, argv, environ))
			exit(EXIT_FAILURE);
	for (int i = 0; i < nr; i++) {
		struct rusage use = { 0 };

		wait4(pid[i], &status, 0, &use);
		if (!WIFEXITED(status) || WEXITSTATUS(status) == 2)
			exit(EXIT_FAILURE);	/* it does not run */
		cpu_s += seconds(use.ru_utime) + seconds(use.ru_stime);
		peak_MB = (double)use.ru_maxrss / 1000;
	}
	posix_spawn_file_actions_destroy(&quiet);
	return (struct took){ now_s() - start, cpu_s, peak_MB };
}

static char *grid[] = { "./deeproof", "sweep", "--hw",
	"h800-sxm,h200-sxm,b200-sxm", "--model", "deepseek-v3", "--ep",
	"8,16,32..320+32", "--batch", "", "--ctx",
	"1000,2000,4989,8000,20000", "--jobs", "1", "-o", "/dev/null", NULL,
	NULL, NULL };

enum { BATCHES = 9, JOBS = 13, LAST = 16, A_BATCH = 3 * 12 * 5, ROUNDS = 7 };

static double median(double *x)
{
	qsort(x, ROUNDS, sizeof(*x), ascending);
	return x[ROUNDS / 2];
}

static void say(const char *what, const char *how, double *x,
		const char *unit)
{
	char name[128];

	snprintf(name, sizeof(name), "sweep, %s, %s", what, how);
	ratio_say(name, median(x), unit);
}

/*
 * One thread, two, and two processes that share nothing, in turn: what the
 * last two are to the first. A machine whose cores share a clock or a port, or
 * that others use, gives two threads no more than two processes. By wall time,
 * so that threads count; and by CPU time, which others do not lengthen.
 */
static void sweep(const char *what, int batches, char *option, char *value)
{
	double one[ROUNDS], one_cpu[ROUNDS], two[ROUNDS], two_cpu[ROUNDS];
	double threads[ROUNDS], processes[ROUNDS];
	double rows = A_BATCH * (double)batches;
	char range[32];

	snprintf(range, sizeof(range), "1..%d", batches);
	grid[BATCHES] = range;
	grid[LAST] = option;
	grid[LAST + 1] = value;
	for (int i = 0; i < ROUNDS; i++) {
		struct took alone, both, apart;

		grid[JOBS] = "1";
		alone = run(grid, 1);
		apart = run(grid, 2);
		grid[JOBS] = "2";
		both = run(grid, 1);
		one[i] = rows / alone.wall_s;
		one_cpu[i] = rows / alone.cpu_s;
		two[i] = rows / both.wall_s;
		two_cpu[i] = rows / both.cpu_s;
		threads[i] = alone.wall_s / both.wall_s;
		processes[i] = 2 * alone.wall_s / apart.wall_s;
	}
	say(what, "1 thread", one, "rows a second");
	say(what, "1 thread, of CPU", one_cpu, "rows a second of a core");
	say(what, "2 threads", two, "rows a second");
	say(what, "2 threads, of CPU", two_cpu, "rows a second of a core");
	say(what, "two threads to one", threads, "times");
	say(what, "two processes to one", processes, "times");
}

/* A grid of a million rows: memory must not know. */
static void memory(void)
{
	char *const many[] = { "./deeproof", "sweep", "--hw", "h200-sxm",
		"--model", "deepseek-v3", "--ep", "32,64", "--batch",
		"1..500000", "--ctx", "4096", "-o", "/dev/null", NULL };
	struct took t = run(many, 1);

	ratio_say("a sweep of 1,000,000 rows", t.peak_MB, "MB at most");
}

/* 5,000 claims, no two of one scenario. */
static void claims(void)
{
	char path[] = "build/bench-claims-XXXXXX";
	char *const check[] = { "./deeproof", "check", path, NULL };
	static const char *const hw[] = { "h800-sxm", "h200-sxm",
					  "b200-sxm", "h20-96g" };
	struct took t;
	int fd = mkstemp(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f)
		return;
	fputs("id,hw,model,gpus,batch,ctx,metric,value,unit\n", f);
	for (int i = 0; i < 5000; i++)
		fprintf(f, "c%d,%s,deepseek-v3,%d,%d,%d,tok_s_gpu,%d,tok/s\n",
			i, hw[i % 4], 8 << i / 4 % 5, 1 + i / 20,
			1000 + 7 * (i % 97), 100 + i % 1900);
	fclose(f);
	t = run(check, 1);
	ratio_say("check of 5,000 claims", t.cpu_s, "s of CPU");
	ratio_say("check of 5,000 claims, all cores", t.wall_s,
		  "s of the clock");
	unlink(path);
}

int main(void)
{
	/* enough rows that a process's start, 8 ms, is not seen */
	sweep("every column printed", 512, NULL, NULL);
	sweep("the best row printed", 2048, "--best", "1");
	sweep("no row printed", 2048, "--where", "tok_s_user>1e9");
	claims();
	memory();
	return 0;
}
