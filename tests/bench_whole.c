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

static struct took run(char *const argv[])
{
	posix_spawn_file_actions_t quiet;
	struct rusage use = { 0 };
	double start = now_s();
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
	if (!posix_spawn(&pid, argv[0], &quiet, NULL, argv, environ))
		wait4(pid, &status, 0, &use);
	posix_spawn_file_actions_destroy(&quiet);
	return (struct took){ now_s() - start, seconds(use.ru_utime) +
		seconds(use.ru_stime), (double)use.ru_maxrss / 1000 };
}

static char *grid[] = { "./deeproof", "sweep", "--hw",
	"h800-sxm,h200-sxm,b200-sxm", "--model", "deepseek-v3", "--ep",
	"8,16,32..320+32", "--batch", "1..512", "--ctx",
	"1000,2000,4989,8000,20000", "--jobs", "1", "-o", "/dev/null", NULL,
	NULL, NULL };

enum { JOBS = 13, LAST = 16, ROWS = 3 * 12 * 512 * 5 };

/* By wall time, so that threads count; and by CPU time, which others on the
   machine do not lengthen. */
static void sweep(const char *what, char *option, char *value)
{
	char name[128];
	double one = 0;

	grid[LAST] = option;
	grid[LAST + 1] = value;
	for (int jobs = 1; jobs <= 2; jobs++) {
		struct took t;

		grid[JOBS] = jobs == 1 ? "1" : "2";
		t = run(grid);
		snprintf(name, sizeof(name), "sweep, %s, %d thread%s", what,
			 jobs, jobs > 1 ? "s" : "");
		ratio_say(name, ROWS / t.wall_s, "rows a second");
		snprintf(name, sizeof(name), "sweep, %s, %d thread%s, of CPU",
			 what, jobs, jobs > 1 ? "s" : "");
		ratio_say(name, ROWS / t.cpu_s,
			  "rows a second of a core");
		if (jobs == 1)
			one = t.wall_s;
		snprintf(name, sizeof(name), "sweep, %s, two threads to one",
			 what);
		if (jobs == 2)
			ratio_say(name, one / t.wall_s, "times");
	}
}

/* A grid of a million rows: memory must not know. */
static void memory(void)
{
	char *const many[] = { "./deeproof", "sweep", "--hw", "h200-sxm",
		"--model", "deepseek-v3", "--ep", "32,64", "--batch",
		"1..500000", "--ctx", "4096", "-o", "/dev/null", NULL };
	struct took t = run(many);

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
	t = run(check);
	ratio_say("check of 5,000 claims", t.cpu_s, "s of CPU");
	ratio_say("check of 5,000 claims, all cores", t.wall_s,
		  "s of the clock");
	unlink(path);
}

int main(void)
{
	sweep("every column printed", NULL, NULL);
	sweep("the best row printed", "--best", "1");
	sweep("no row printed", "--where", "tok_s_user>1e9");
	claims();
	memory();
	return 0;
}
