/*
 * bench_start: from process start to the first answer, and the memory that
 * takes, as a user meets them: ./deeproof is run like any command.
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/ratio.h"

extern char **environ;

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

struct once {
	double wall_s, cpu_s, peak_MB;
};

static struct once once(char *const argv[])
{
	posix_spawn_file_actions_t quiet;
	struct rusage use = { 0 };
	double start = now_s();
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	if (!posix_spawn(&pid, argv[0], &quiet, NULL, argv, environ))
		wait4(pid, &status, 0, &use);
	posix_spawn_file_actions_destroy(&quiet);
	return (struct once){ now_s() - start, seconds(use.ru_utime) +
		seconds(use.ru_stime), (double)use.ru_maxrss / 1000 };
}

static void best_of(const char *what, char *const argv[], int runs)
{
	struct once best = { 1e9, 1e9, 0 };
	char name[128];

	for (int i = 0; i < runs; i++) {
		struct once one = once(argv);

		best.wall_s = fmin(best.wall_s, one.wall_s);
		best.cpu_s = fmin(best.cpu_s, one.cpu_s);
		best.peak_MB = fmax(best.peak_MB, one.peak_MB);
	}
	ratio_say(what, best.wall_s * 1e3, "ms");
	snprintf(name, sizeof(name), "%s, of CPU", what);
	ratio_say(name, best.cpu_s * 1e3, "ms");
	snprintf(name, sizeof(name), "%s, memory", what);
	ratio_say(name, best.peak_MB, "MB at most");
}

int main(void)
{
	char *const step[] = { "./deeproof", "step", "--hw", "h800-sxm",
		"--model", "deepseek-v3", "--gpus", "128", "--batch", "128",
		"--ctx", "4096", NULL };
	char *const run[] = { "./deeproof", "run", "--hw", "h800-sxm",
		"--model", "deepseek-v3", "--gpus", "320", "--batch", "128",
		"--ctx", "4096", "--overlap", "two-batch", "--steps", "1",
		NULL };

	char *const plan[] = { "./deeproof", "plan", "--hw", "h20-141g,"
		"b200-sxm,b300-sxm,gb200-nvl72,h100-sxm,h20-96g,h200-sxm,"
		"h800-sxm", "--model", "deepseek-v3", "--stack", "sglang",
		"--gpus", "512", "--isl", "4096", "--osl", "1024", "--tpot",
		"50", "--draws", "0", NULL };
	char *const sure[] = { "./deeproof", "plan", "--hw", "h20-141g,"
		"b200-sxm,b300-sxm,gb200-nvl72,h100-sxm,h20-96g,h200-sxm,"
		"h800-sxm", "--model", "deepseek-v3", "--stack", "sglang",
		"--gpus", "512", "--isl", "4096", "--osl", "1024", "--tpot",
		"50", NULL };

	best_of("first answer of step", step, 20);
	best_of("one played step at EP320, every rank and layer", run, 5);
	best_of("a plan: 8 GPUs, up to 512 of them, prompts", plan, 2);
	best_of("the same, and how sure", sure, 2);
	return 0;
}
