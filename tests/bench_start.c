/*
 * bench_start: from process start to the first answer, and the memory that
 * takes, as a user meets them: ./deeproof is run like any command.
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Wall time of one run, and its peak memory in MB. */
static double once(char *const argv[], double *peak_MB)
{
	posix_spawn_file_actions_t quiet;
	struct rusage use;
	double start = now_s();
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, argv[0], &quiet, NULL, argv, environ))
		return -1;
	wait4(pid, &status, 0, &use);
	posix_spawn_file_actions_destroy(&quiet);
	*peak_MB = (double)use.ru_maxrss / 1000;
	return now_s() - start;
}

static void best_of(const char *what, char *const argv[], int runs)
{
	double best = 1e9, peak = 0;

	for (int i = 0; i < runs; i++) {
		double s = once(argv, &peak);

		if (s < best)
			best = s;
	}
	printf("%s: %.1f ms, %.1f MB at most\n", what, best * 1e3, peak);
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
