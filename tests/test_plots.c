#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/figure.h"
#include "tests/drawing.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const char roofline_csv[] =
	"op,stage,math,count,flop,hbm_B,intensity,flops,time_us,bound,"
	"peak_flops,hbm_Bps,hw,model,time_share\n"
	"attend,a,bf16,1,1e9,1e7,100,4e13,25,hbm,1e14,1e12,toy-sxm,m,0.6\n"
	"expert,b,fp8,1,1e9,1e6,1000,1e14,10,compute,2e14,1e12,toy-sxm,m,0.2\n"
	"norm,b,bf16,1,1e6,1e6,1,1e11,10,latency,1e14,1e12,toy-sxm,m,0.05\n"
	"dispatch,c,bf16,1,0,0,0,0,10,nvlink,1e14,1e12,toy-sxm,m,0.15\n";

static const char parity_csv[] =
	"id,hw,stack,measured_step_ms,predicted_step_ms,mape_pct,within20,"
	"rows\n"
	"near,toy-a,s,10,11,12.3,2,3\n"
	"far,toy-b,s,20,30,,,\n"
	"fair,toy-b,s,40,38,,,\n"
	"blank,toy-b,s,40,,,,\n";

static const char ep_csv[] =
	"hw,ep,tok_s_gpu,tok_s_gpu_low,tok_s_gpu_high,fits,refusal,metric,"
	"value,id\n"
	"toy-a,8,100,90,120,yes,,,,\n"
	"toy-a,16,150,140,170,yes,,,,\n"
	"toy-b,8,,,,no,weights,,,\n"
	"toy-b,16,50,40,60,yes,,,,\n"
	"toy-b,16,30,20,40,yes,,,,\n"
	"toy-a,32,,,,yes,,tok_s_gpu,160,seen\n";

static const char traffic_csv[] =
	"label,gpus,tp,ep,nvlink_bytes_per_token,rdma_bytes_per_token,fits\n"
	"one node,8,1,8,2000000,0,yes\n"
	"two nodes,16,1,16,1500000,3000000,yes\n"
	"alone,1,1,1,,,no\n";

static const struct {
	const char *kind, *csv;
	const char *column;	/* without it nothing can be drawn */
	const char *labels[8];
} figures[] = {
	{ "roofline", roofline_csv, "intensity",
	  { "attend, 60 %", "expert, 20 %", "norm, 5.0 %", "BF16: 100 TFLOP/s",
	    "FP8: 200 TFLOP/s", "HBM: 1 TB/s", "TOY SXM" } },
	{ "parity", parity_csv, "measured_step_ms",
	  { ">far<", "TOY A", "TOY B", "MAPE 12.3 %, 2 of 3 within 20 %",
	    "\xe2\x88\x92" "20 %", "Measured (ms)" } },
	{ "ep", ep_csv, "tok_s_gpu",
	  { "TOY A", "TOY B", "does not fit", "measured", ">seen<", ">16<" } },
	{ "traffic", traffic_csv, "rdma_bytes_per_token",
	  { "2.00 MB", "4.50 MB", "does not fit", "16 GPUs, TP 1, EP 16",
	    "one node", "(MB)", "NVLink", "RDMA" } },
	{ "waits", "mechanism,ms_added,ms_total,measured_ms\nGEMM,9,100,210\n",
	  "ms_added", { "GEMM", "measured: 210 ms", ">100<" } },
	{ "latency", "rate,median_ttft_ms,p99_ttft_ms\n1,100,200\n2,150,900\n",
	  "median_ttft_ms", { "Waiting for the first token", "P50", "P99" } },
	{ "pareto", "tok_s_user,tok_s_gpu\n10,200\n", "tok_s_gpu", { "pre" } },
	{ "panels", "panel,x,claimed,predicted,y_label\nwait,8,3,9,far\n",
	  "predicted", { ">wait<", ">8<", "claimed", "80 % band", ">far<" } },
	{ "occupancy", "at_s,running,kv_tokens\n0,1,100\n5,9,900\n",
	  "running", { "running", "KV tokens held" } },
	{ "lines", "series,x,y,measured,label,x_label,y_label,x_scale,"
	  "x_notches\none,1,2,,,far,high,log,doublings\none,4,3,,,,,,\n"
	  "two,2,1,yes,seen,,,,\n", "y",
	  { ">one<", ">seen<", ">far<", ">high<", ">4<", "measured" } },
};

START_TEST(a_figure_is_an_svg_of_its_own_size)
{
	char *svg = drawing(figures[_i].kind, figures[_i].csv);
	const char *head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg ";
	double w, h;

	ck_assert_int_eq(strncmp(svg, head, strlen(head)), 0);
	ck_assert_int_eq(sscanf(strstr(svg, "viewBox="),
				"viewBox=\"0 0 %lf %lf\"", &w, &h), 2);
	ck_assert(w >= 500 && h >= 200);
	ck_assert_int_eq(occurs(svg, "<title>"), 1);
	ck_assert_str_eq(svg + strlen(svg) - 7, "</svg>\n");
	free(svg);
}
END_TEST

START_TEST(a_figure_says_what_is_in_its_table)
{
	char *svg = drawing(figures[_i].kind, figures[_i].csv);
	int i;

	for (i = 0; i < NR(figures->labels) && figures[_i].labels[i]; i++)
		ck_assert_msg(strstr(svg, figures[_i].labels[i]),
			      "%s lacks %s", figures[_i].kind,
			      figures[_i].labels[i]);
	free(svg);
}
END_TEST

START_TEST(a_figure_is_the_same_bytes_every_time)
{
	char *one = drawing(figures[_i].kind, figures[_i].csv);
	char *two = drawing(figures[_i].kind, figures[_i].csv);

	ck_assert_str_eq(one, two);
	free(one);
	free(two);
}
END_TEST

START_TEST(a_missing_column_is_named)
{
	struct text out = TEXT_INIT;
	struct fault why = { .row = 0 };
	char csv[1024], want[64], *at;

	snprintf(csv, sizeof(csv), "%s", figures[_i].csv);
	at = strstr(csv, figures[_i].column);
	*at = 'X';
	snprintf(want, sizeof(want), "no column \"%s\"", figures[_i].column);
	ck_assert_int_eq(drawing_try(figures[_i].kind, csv, &out, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, want));
	ck_assert_ptr_nonnull(strstr(why.remedy, figures[_i].column));
	ck_assert_str_eq(why.file, "t.csv");
	ck_assert_int_eq(why.row, 1);
	ck_assert_uint_eq(out.len, 0);
	text_release(&out);
}
END_TEST

START_TEST(a_header_without_rows_is_a_fault)
{
	struct text out = TEXT_INIT;
	struct fault why = { .row = 0 };
	char csv[1024];

	snprintf(csv, sizeof(csv), "%s", figures[_i].csv);
	strchr(csv, '\n')[1] = '\0';
	ck_assert_int_eq(drawing_try(figures[_i].kind, csv, &out, &why), -1);
	ck_assert_str_eq(why.what, "none of 0 rows can be drawn");
	ck_assert_ptr_nonnull(strstr(why.remedy, figures[_i].column));
	ck_assert_uint_eq(out.len, 0);
	text_release(&out);
}
END_TEST

/* ---- the text is XML whatever the cells hold ---- */

/* Every tag closes, and no text holds a bare sign. */
static void balance(const char *s)
{
	char open[16][32];
	int depth = 0;

	for (; (s = strchr(s, '<')); s++) {
		const char *end = strchr(s, '>');

		ck_assert_ptr_nonnull(end);
		if (s[1] == '?' || end[-1] == '/')
			continue;
		if (s[1] == '/') {
			ck_assert_int_gt(depth, 0);
			depth--;
			ck_assert_int_eq(strncmp(open[depth], s + 2,
						 strlen(open[depth])), 0);
			continue;
		}
		ck_assert_int_lt(depth, NR(open));
		snprintf(open[depth++], sizeof(open[0]), "%.*s",
			 (int)strcspn(s + 1, " >"), s + 1);
	}
	ck_assert_int_eq(depth, 0);
}

/* Ampersands begin an entity, and controls do not occur. */
static void only_xml(const char *s)
{
	for (; *s; s++) {
		ck_assert((unsigned char)*s >= ' ' || *s == '\n');
		if (*s == '&')
			ck_assert_int_lt((int)strcspn(s, ";"), 6);
	}
}

START_TEST(a_figure_is_well_formed_xml)
{
	char *svg = drawing(figures[_i].kind, figures[_i].csv);

	balance(svg);
	only_xml(svg);
	free(svg);
}
END_TEST

START_TEST(signs_in_a_cell_do_not_break_the_xml)
{
	char *svg = drawing("traffic", "label,nvlink_bytes_per_token,"
			  "rdma_bytes_per_token,title\n"
			  "a<b>&\"c\" \\d \x01\x80\xc3\xa9,1,2,</svg>&\n");

	balance(svg);
	only_xml(svg);
	ck_assert_ptr_nonnull(strstr(svg, "a&lt;b&gt;&amp;"));
	ck_assert_ptr_nonnull(strstr(svg, "\\d  ?\xc3\xa9<"));
	ck_assert_ptr_nonnull(strstr(svg, "&lt;/svg&gt;"));
	free(svg);
}
END_TEST

/* ---- what is drawn, and what is not ---- */

START_TEST(the_heading_comes_from_the_table)
{
	char *svg = drawing("parity",
			  "id,hw,measured_step_ms,predicted_step_ms,"
			  "title,subtitle,source_line\n"
			  "a,h,1,1,We found it,and how,from there\n");

	ck_assert_int_eq(occurs(svg, "We found it"), 2);	/* and title */
	ck_assert_int_eq(occurs(svg, "and how"), 2);
	ck_assert_int_eq(occurs(svg, "from there"), 1);
	ck_assert_int_eq(occurs(svg, "MAPE"), 0);
	free(svg);
}
END_TEST

/* One circle each: three ops, three bounds and the area in the legend. */
START_TEST(an_unknown_kind_is_not_found)
{
	ck_assert_ptr_null(figure_find("pie"));
	ck_assert_int_ge(figure_kinds_nr, NR(figures));
}
END_TEST

static TCase *loop_case(void)
{
	TCase *tc = tcase_create("every figure");

	tcase_add_loop_test(tc, a_figure_is_an_svg_of_its_own_size, 0,
			    NR(figures));
	tcase_add_loop_test(tc, a_figure_says_what_is_in_its_table, 0,
			    NR(figures));
	tcase_add_loop_test(tc, a_figure_is_the_same_bytes_every_time, 0,
			    NR(figures));
	tcase_add_loop_test(tc, a_missing_column_is_named, 0, NR(figures));
	tcase_add_loop_test(tc, a_header_without_rows_is_a_fault, 0,
			    NR(figures));
	tcase_add_loop_test(tc, a_figure_is_well_formed_xml, 0, NR(figures));
	return tc;
}

static TCase *kinds_case(void)
{
	TCase *tc = tcase_create("kinds");

	tcase_add_test(tc, signs_in_a_cell_do_not_break_the_xml);
	tcase_add_test(tc, the_heading_comes_from_the_table);
	tcase_add_test(tc, an_unknown_kind_is_not_found);
	return tc;
}

Suite *suite_plots(void)
{
	Suite *s = suite_create("plots");

	suite_add_tcase(s, loop_case());
	suite_add_tcase(s, kinds_case());
	return s;
}
