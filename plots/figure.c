#include "plots/figure.h"

#include <string.h>

#include "plots/kinds.h"

const struct figure_kind figure_kinds[] = {
	{ "roofline",
	  "op,math,intensity,flops,bound,peak_flops,hbm_Bps; "
	  "optional: time_share,time_us,hw,model",
	  "the ops of a step under the memory and compute roofs",
	  roofline_draw },
	{ "parity",
	  "id,hw,measured_step_ms,predicted_step_ms; "
	  "optional: label,mape_pct,within20,rows; "
	  "where no row has a step: metric,unit,value,predicted",
	  "predicted against measured times of steps or of requests",
	  parity_draw },
	{ "ep",
	  "hw,ep,tok_s_gpu,fits; "
	  "optional: tok_s_gpu_low,tok_s_gpu_high,metric,value,id",
	  "throughput per GPU against expert parallelism, refusals included",
	  ep_draw },
	{ "traffic",
	  "nvlink_bytes_per_token,rdma_bytes_per_token, label or id; "
	  "optional: gpus,tp,ep,fits",
	  "bytes sent per output token over NVLink and RDMA",
	  traffic_draw },
	{ "ladder",
	  "mechanism,us_added,us_per_token,tok_s_gpu; "
	  "optional: group,measured_us_per_token,measured_tok_s_gpu",
	  "explain: from the speed of light to the prediction",
	  ladder_draw },
	{ "waits",
	  "mechanism,ms_added,ms_total; optional: group,measured_ms",
	  "what a first token waits for, one mechanism after the other",
	  waits_draw },
	{ "versus",
	  "mechanism,us_difference,us_per_token,us_per_token_versus; "
	  "optional: tok_s_gpu,tok_s_gpu_versus",
	  "explain --versus: where two scenarios differ",
	  versus_draw },
	{ "sensitivity",
	  "key,tok_s_gpu,err_down,err_up,tenth_down,tenth_up; "
	  "optional: sheet,value,err,unit",
	  "explain --sensitivity: what the answer hangs on",
	  sensitivity_draw },
	{ "timeline",
	  "lane,micro,stage,kind,from_us,to_us",
	  "run --timeline: what the lanes of a GPU do in one layer",
	  timeline_draw },
	{ "latency",
	  "rate,median_ttft_ms; optional: p99_ttft_ms,model",
	  "run: time to first token against load",
	  latency_draw },
	{ "pareto",
	  "tok_s_user,tok_s_gpu; "
	  "optional: measured_tok_s_user,measured_tok_s_gpu,model",
	  "run: throughput per GPU against tokens per second and user",
	  pareto_draw },
	{ "occupancy",
	  "at_s,running,kv_tokens; optional: waiting",
	  "run --occupancy: requests and KV over time",
	  occupancy_draw },
	{ "lines",
	  "series,x,y; optional: label,measured,stars,x_label,y_label,"
	  "x_scale,y_scale,x_notches,y_notches",
	  "any numbers against any others, a line a series",
	  lines_draw },
	{ "panels",
	  "panel,x,claimed,predicted; optional: low,high,x_label,y_label,"
	  "y_scale",
	  "small charts of what is claimed beside what is simulated",
	  panels_draw },
};

const int figure_kinds_nr = sizeof(figure_kinds) / sizeof(*figure_kinds);

const struct figure_kind *figure_find(const char *name)
{
	int i;

	for (i = 0; i < figure_kinds_nr; i++)
		if (!strcmp(figure_kinds[i].name, name))
			return &figure_kinds[i];
	return NULL;
}
