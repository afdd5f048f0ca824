/*
 * gpu: what one's own GPUs do in a copy, an empty kernel, a GEMM and an
 * all-reduce, as a table of trials that `deeproof fit` reads. Prints CSV; what
 * cannot be measured here is said on stderr and left out.
 *
 * Each time is of one kernel among many in a CUDA graph, as engines launch
 * them when they decode. Copies and weights take turns through more memory
 * than the L2 holds.
 */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include <cublasLt.h>
#include <cuda_bf16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>

static const int CHAIN = 200;		/* kernels of a graph */
static const size_t POOL = 2ull << 30;	/* bytes that take turns */
static const int BLOCKS = 32;		/* of an all-reduce: all at once */
static const int MOST_RANKS = 8;

static char source[512];

#define TRY(call)							\
	do {								\
		cudaError_t rc = (call);				\
		if (rc != cudaSuccess) {				\
			fprintf(stderr, "gpu: %s: %s\n", #call,		\
				cudaGetErrorString(rc));		\
			exit(1);					\
		}							\
	} while (0)

static void row(const char *kernel, const char *op, const char *cells,
		double us)
{
	/* format,m,n,k,ranks,bytes */
	printf("%s,,%s,%s,%.4f,us,\"%s\"\n", kernel, op, cells, us, source);
	fflush(stdout);
}

/* Microseconds of one of the `nr` things that `put` queues on a stream. */
template <typename Put> static double graph_us(int nr, Put put)
{
	cudaStream_t stream;
	cudaGraph_t graph;
	cudaGraphExec_t exec;
	cudaEvent_t from, to;
	float ms, best = 0;

	TRY(cudaStreamCreate(&stream));
	TRY(cudaEventCreate(&from));
	TRY(cudaEventCreate(&to));
	TRY(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
	for (int i = 0; i < nr; i++)
		put(stream, i);
	TRY(cudaStreamEndCapture(stream, &graph));
	TRY(cudaGraphInstantiate(&exec, graph, 0));
	for (int i = 0; i < 5; i++) {
		TRY(cudaEventRecord(from, stream));
		TRY(cudaGraphLaunch(exec, stream));
		TRY(cudaEventRecord(to, stream));
		TRY(cudaEventSynchronize(to));
		TRY(cudaEventElapsedTime(&ms, from, to));
		if (i && (best == 0 || ms < best))	/* the first warms up */
			best = ms;
	}
	TRY(cudaGraphExecDestroy(exec));
	TRY(cudaGraphDestroy(graph));
	TRY(cudaEventDestroy(from));
	TRY(cudaEventDestroy(to));
	TRY(cudaStreamDestroy(stream));
	return best * 1e3 / nr;
}

/* ---- nothing, and a copy ---- */

__global__ void nothing() {}

__global__ void copy(const float4 *from, float4 *to, size_t nr)
{
	for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < nr;
	     i += (size_t)gridDim.x * blockDim.x)
		to[i] = from[i];
}

static void measure_launch()
{
	row("elementwise", "stream", ",,,,,0", graph_us(5 * CHAIN,
		[](cudaStream_t s, int) { nothing<<<1, 32, 0, s>>>(); }));
}

static void measure_copy(char *pool, int sms)
{
	for (size_t bytes = 64 << 10; bytes <= (512u << 20); bytes *= 4) {
		size_t turns = POOL / 2 / bytes;
		char cells[64];
		double us = graph_us(bytes > (64u << 20) ? 20 : CHAIN,
				     [=](cudaStream_t s, int i) {
			size_t at = i % turns * bytes;

			copy<<<4 * sms, 512, 0, s>>>((float4 *)(pool + at),
				(float4 *)(pool + POOL / 2 + at), bytes / 16);
		});

		snprintf(cells, sizeof(cells), ",,,,,%zu", 2 * bytes);
		row("elementwise", "stream", cells, us);
	}
}

/* ---- GEMMs ---- */

struct shape {
	int n, k;
};

/* Of DeepSeek-V3: the down projections, a query, the output, experts. */
static const shape shapes[] = { { 2112, 7168 }, { 24576, 1536 },
	{ 7168, 16384 }, { 4096, 7168 }, { 7168, 2048 } };
static const int rows[] = { 16, 64, 128, 512, 2048 };

struct gemm {
	cublasLtMatmulDesc_t how;
	cublasLtMatrixLayout_t a, b, c;
	cublasLtMatmulAlgo_t algo;
	bool ok;
};

/* Weights n x k and activations m x k, both along k; bf16 out. */
static gemm make_gemm(cublasLtHandle_t lt, cudaDataType_t type, int m,
		      shape s, size_t room)
{
	gemm g = {};
	cublasOperation_t across = CUBLAS_OP_T;
	cublasLtMatmulPreference_t pick;
	cublasLtMatmulHeuristicResult_t best = {};
	int found = 0;

	cublasLtMatmulDescCreate(&g.how, CUBLAS_COMPUTE_32F, CUDA_R_32F);
	cublasLtMatmulDescSetAttribute(g.how, CUBLASLT_MATMUL_DESC_TRANSA,
				       &across, sizeof(across));
	cublasLtMatrixLayoutCreate(&g.a, type, s.k, s.n, s.k);
	cublasLtMatrixLayoutCreate(&g.b, type, s.k, m, s.k);
	cublasLtMatrixLayoutCreate(&g.c, CUDA_R_16BF, s.n, m, s.n);
	cublasLtMatmulPreferenceCreate(&pick);
	cublasLtMatmulPreferenceSetAttribute(pick,
		CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &room, sizeof(room));
	g.ok = cublasLtMatmulAlgoGetHeuristic(lt, g.how, g.a, g.b, g.c, g.c,
			pick, 1, &best, &found) == CUBLAS_STATUS_SUCCESS &&
	       found;
	g.algo = best.algo;
	cublasLtMatmulPreferenceDestroy(pick);
	return g;
}

static void free_gemm(gemm *g)
{
	cublasLtMatrixLayoutDestroy(g->a);
	cublasLtMatrixLayoutDestroy(g->b);
	cublasLtMatrixLayoutDestroy(g->c);
	cublasLtMatmulDescDestroy(g->how);
}

struct format {
	const char *kernel, *name;
	cudaDataType_t type;
	size_t bytes;
};

static void measure_gemm(cublasLtHandle_t lt, char *pool, const format &f)
{
	const size_t room = 32 << 20;
	void *space;

	TRY(cudaMalloc(&space, room));
	for (shape s : shapes)
		for (int m : rows) {
			gemm g = make_gemm(lt, f.type, m, s, room);
			size_t weights = (size_t)s.n * s.k * f.bytes;
			size_t turns = POOL / 2 / weights;
			float one = 1, none = 0;
			char cells[64];

			if (!g.ok) {
				fprintf(stderr, "gpu: cuBLASLt has no %s GEMM "
					"of %d x %d x %d\n", f.name, m, s.n,
					s.k);
				free_gemm(&g);
				continue;
			}
			double us = graph_us(m > 512 ? 40 : CHAIN,
					     [&](cudaStream_t q, int i) {
				cublasLtMatmul(lt, g.how, &one,
					pool + i % turns * weights, g.a,
					pool + POOL / 2, g.b, &none,
					pool + POOL / 4 * 3, g.c,
					pool + POOL / 4 * 3, g.c, &g.algo,
					space, room, q);
			});

			snprintf(cells, sizeof(cells), "%s,%d,%d,%d,,", f.name,
				 m, s.n, s.k);
			row(f.kernel, "gemm", cells, us);
			free_gemm(&g);
		}
	TRY(cudaFree(space));
}

/* ---- all-reduce: every rank reads what every other has ---- */

struct peers {
	const __nv_bfloat16 *data[MOST_RANKS];
	unsigned *flag[MOST_RANKS];	/* [BLOCKS][MOST_RANKS] */
	int rank, ranks;
};

/* No block goes on before its twin on every rank is here. */
__device__ void meet(const peers &p, unsigned turn)
{
	if ((int)threadIdx.x < p.ranks) {
		volatile unsigned *there = p.flag[threadIdx.x] +
			blockIdx.x * MOST_RANKS + p.rank;
		volatile unsigned *here = p.flag[p.rank] +
			blockIdx.x * MOST_RANKS + threadIdx.x;

		__threadfence_system();
		*there = turn;
		while (*here < turn)
			;
	}
	__syncthreads();
}

__global__ void one_shot(peers p, __nv_bfloat16 *out, size_t nr,
			 unsigned *turn)
{
	unsigned at = turn[blockIdx.x];

	meet(p, at + 1);
	for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < nr;
	     i += (size_t)gridDim.x * blockDim.x) {
		float sum = 0;

		for (int r = 0; r < p.ranks; r++)
			sum += __bfloat162float(p.data[r][i]);
		out[i] = __float2bfloat16(sum);
	}
	__syncthreads();
	meet(p, at + 2);
	if (threadIdx.x == 0)
		turn[blockIdx.x] = at + 2;
}

struct rank_room {
	cudaStream_t stream;
	cudaEvent_t from, to;
	__nv_bfloat16 *data, *out;
	unsigned *flag, *turn;
};

static bool all_peers(int ranks)
{
	for (int a = 0; a < ranks; a++)
		for (int b = 0; b < ranks; b++) {
			int can = 1;

			if (a != b)
				TRY(cudaDeviceCanAccessPeer(&can, a, b));
			if (!can)
				return false;
		}
	return true;
}

static void make_ranks(std::vector<rank_room> &room, size_t most)
{
	for (int r = 0; r < (int)room.size(); r++) {
		size_t flags = BLOCKS * MOST_RANKS * sizeof(unsigned);

		TRY(cudaSetDevice(r));
		for (int other = 0; other < (int)room.size(); other++)
			if (other != r)
				TRY(cudaDeviceEnablePeerAccess(other, 0));
		TRY(cudaStreamCreate(&room[r].stream));
		TRY(cudaEventCreate(&room[r].from));
		TRY(cudaEventCreate(&room[r].to));
		TRY(cudaMalloc(&room[r].data, most));
		TRY(cudaMalloc(&room[r].out, most));
		TRY(cudaMalloc(&room[r].flag, flags));
		TRY(cudaMalloc(&room[r].turn, BLOCKS * sizeof(unsigned)));
		TRY(cudaMemset(room[r].data, 0, most));
		TRY(cudaMemset(room[r].flag, 0, flags));
		TRY(cudaMemset(room[r].turn, 0, BLOCKS * sizeof(unsigned)));
	}
}

/* All ranks in turn on the host; the GPUs meet by themselves. */
static double reduce_us(std::vector<rank_room> &room, size_t bytes)
{
	const int nr = 50;
	float ms = 0;

	for (int i = -nr; i < nr; i++)		/* the first half warms up */
		for (int r = 0; r < (int)room.size(); r++) {
			peers p = {};

			p.rank = r;
			p.ranks = (int)room.size();
			for (int o = 0; o < p.ranks; o++) {
				p.data[o] = room[o].data;
				p.flag[o] = room[o].flag;
			}
			TRY(cudaSetDevice(r));
			if (i == 0)
				TRY(cudaEventRecord(room[r].from,
						    room[r].stream));
			one_shot<<<BLOCKS, 512, 0, room[r].stream>>>(p,
				room[r].out, bytes / 2, room[r].turn);
		}
	for (int r = 0; r < (int)room.size(); r++) {
		TRY(cudaSetDevice(r));
		TRY(cudaEventRecord(room[r].to, room[r].stream));
	}
	for (int r = 0; r < (int)room.size(); r++) {
		TRY(cudaSetDevice(r));
		TRY(cudaStreamSynchronize(room[r].stream));
	}
	TRY(cudaEventElapsedTime(&ms, room[0].from, room[0].to));
	return ms * 1e3 / nr;
}

static void measure_reduce(int gpus)
{
	const size_t most = 4 << 20;
	int ranks = gpus < MOST_RANKS ? gpus : MOST_RANKS;

	if (ranks < 2 || !all_peers(ranks)) {
		fprintf(stderr, "gpu: no peers here, so no all-reduce\n");
		return;
	}
	std::vector<rank_room> room(ranks);

	make_ranks(room, most);
	for (size_t bytes = 1 << 10; bytes <= most; bytes *= 4) {
		char cells[64];

		snprintf(cells, sizeof(cells), ",,,,%d,%zu", ranks, bytes);
		row("allreduce", "allreduce", cells, reduce_us(room, bytes));
	}
}

/* ---- the whole ---- */

static void name_source(const cudaDeviceProp &gpu)
{
	char day[16];
	time_t now = time(NULL);
	int driver = 0, runtime = 0;

	strftime(day, sizeof(day), "%Y-%m-%d", gmtime(&now));
	cudaDriverGetVersion(&driver);
	cudaRuntimeGetVersion(&runtime);
	snprintf(source, sizeof(source), "experiments/calibrate/gpu.cu: %s, "
		 "driver %d, CUDA %d, cuBLASLt %zu, %s", gpu.name, driver,
		 runtime, cublasLtGetVersion(), day);
}

int main()
{
	const format formats[] = {
		{ "cublas_bf16", "bf16", CUDA_R_16BF, 2 },
		{ "cublas_fp8", "fp8", CUDA_R_8F_E4M3, 1 } };
	cudaDeviceProp gpu;
	cublasLtHandle_t lt;
	int gpus = 0;
	char *pool;

	if (cudaGetDeviceCount(&gpus) != cudaSuccess || !gpus) {
		fprintf(stderr, "gpu: there is no GPU here\n");
		return 1;
	}
	TRY(cudaGetDeviceProperties(&gpu, 0));
	name_source(gpu);
	TRY(cudaMalloc(&pool, POOL));
	TRY(cudaMemset(pool, 0, POOL));
	printf("kernel,hw,op,format,m,n,k,ranks,bytes,time,unit,source\n");
	measure_launch();
	measure_copy(pool, gpu.multiProcessorCount);
	if (cublasLtCreate(&lt) == CUBLAS_STATUS_SUCCESS) {
		for (const format &f : formats)
			measure_gemm(lt, pool, f);
		cublasLtDestroy(lt);
	}
	measure_reduce(gpus);
	return 0;
}
