#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/drawing.h"

static const char roofline_csv[] =
	"op,math,intensity,flops,bound,peak_flops,hbm_Bps\n"
	"attend,bf16,100,4e13,hbm,1e14,1e12\n"
	"dispatch,bf16,0,0,nvlink,1e14,1e12\n";

static const char parity_csv[] =
	"id,hw,measured_step_ms,predicted_step_ms\n"
	"near,a,10,11\nfar,b,20,30\nfair,b,40,38\nblank,b,40,\n";

START_TEST(an_op_without_flops_is_no_dot)
{
	char *svg = drawing("roofline", roofline_csv);

	ck_assert_int_eq(occurs(svg, "<circle"), 1 + 1);	/* legend */
	ck_assert_int_eq(occurs(svg, "dispatch"), 0);
	free(svg);
}
END_TEST

START_TEST(no_number_is_no_dot)
{
	char *svg = drawing("roofline", "op,math,intensity,flops,bound,"
			  "peak_flops,hbm_Bps\n"
			  "good,bf16,100,4e13,hbm,1e14,1e12\n"
			  "ugly,bf16,nan,4e13,hbm,1e14,1e12\n"
			  "bad,bf16,100,-4e13,hbm,1e14,1e12\n"
			  "huge,bf16,1e300,4e13,hbm,1e14,1e12\n"
			  "blank,bf16,100,,hbm,1e14,1e12\n");

	ck_assert_int_eq(occurs(svg, "<circle"), 1 + 1);	/* legend */
	ck_assert_ptr_nonnull(strstr(svg, ">good<"));
	ck_assert_ptr_null(strstr(svg, "nan"));
	free(svg);
}
END_TEST

START_TEST(formats_of_one_peak_share_a_roof)
{
	char *svg = drawing("roofline", "op,math,intensity,flops,bound,"
			  "peak_flops,hbm_Bps\n"
			  "a,bf16,100,4e13,hbm,1e14,1e12\n"
			  "b,fp8,100,5e13,hbm,1e14,1e12\n");

	ck_assert_ptr_nonnull(strstr(svg, "BF16, FP8: 100 TFLOP/s"));
	free(svg);
}
END_TEST

START_TEST(a_roofline_of_two_gpus_is_a_fault)
{
	struct text out = TEXT_INIT;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(drawing_try("roofline",
			      "op,math,intensity,flops,bound,"
			      "peak_flops,hbm_Bps,hw\n"
			      "a,bf16,100,4e13,hbm,1e14,1e12,one\n"
			      "b,bf16,100,5e13,hbm,1e14,1e12,two\n", &out,
			      &why), -1);
	ck_assert_str_eq(why.what, "this row is of two, the first of one");
	ck_assert_int_eq(why.row, 3);
	text_release(&out);
}
END_TEST

START_TEST(only_who_misses_by_a_fifth_is_named)
{
	char *svg = drawing("parity", parity_csv);

	ck_assert_ptr_nonnull(strstr(svg, ">far<"));	/* 30 for 20: 50 % */
	ck_assert_ptr_null(strstr(svg, ">near<"));	/* 11 for 10: 10 % */
	ck_assert_ptr_null(strstr(svg, ">fair<"));	/* 38 for 40: 5 % */
	ck_assert_ptr_nonnull(strstr(svg, "3 runs"));
	free(svg);
}
END_TEST

/* Rows of requests have no step: each metric in ms is a series of its own. */
START_TEST(requests_are_drawn_by_their_metric)
{
	char *svg = drawing("parity", "id,hw,metric,unit,value,predicted,"
		"measured_step_ms,predicted_step_ms\na,t,ttft_ms,ms,9,10,,\n"
		"b,t,ttft_ms,ms,9,12,,\nc,t,tok_s_gpu,tok/s,100,900,,\n");

	ck_assert_ptr_nonnull(strstr(svg, ">TTFT<"));
	ck_assert_ptr_nonnull(strstr(svg, ">b<"));	/* 12 for 9: 33 % */
	ck_assert_ptr_null(strstr(svg, ">c<"));		/* no time */
	ck_assert_ptr_nonnull(strstr(svg, "Requests, 2 runs"));
	free(svg);
}
END_TEST

START_TEST(refusals_alone_are_a_fault)
{
	struct text out = TEXT_INIT;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(drawing_try("ep", "hw,ep,tok_s_gpu,fits\na,8,10,no\n",
				     &out, &why), -1);
	ck_assert_str_eq(why.what, "none of 1 rows can be drawn");
	text_release(&out);
}
END_TEST

/* 16 to 500 is a factor of 31: from 30 on the axis is a log one. */
START_TEST(a_wide_range_gets_a_log_axis)
{
	char *wide = drawing("ep", "hw,ep,tok_s_gpu,fits\n"
			   "a,8,16,yes\na,16,500,yes\n");
	char *small = drawing("ep", "hw,ep,tok_s_gpu,fits\n"
			    "a,8,20,yes\na,16,500,yes\n");

	ck_assert_ptr_null(strstr(wide, ">0<"));
	ck_assert_ptr_nonnull(strstr(small, ">0<"));
	free(wide);
	free(small);
}
END_TEST

START_TEST(a_gpu_that_never_fits_is_in_the_legend)
{
	char *svg = drawing("ep", "hw,ep,tok_s_gpu,fits\n"
			  "big,8,20,yes\nsmall,8,,no\n");

	ck_assert_ptr_nonnull(strstr(svg, ">SMALL<"));
	free(svg);
}
END_TEST

START_TEST(every_line_has_its_name)
{
	char csv[2048] = "hw,ep,tok_s_gpu,fits\n", name[24];
	char *svg;
	int i;

	for (i = 10; i < 30; i++)	/* all within 20 of 1000 */
		snprintf(csv + strlen(csv), sizeof(csv) - strlen(csv),
			 "gpu%d,8,%d,yes\ngpu%d,16,%d,yes\n", i, 990 + i, i,
			 990 + i);
	svg = drawing("ep", csv);
	for (i = 10; i < 30; i++) {
		snprintf(name, sizeof(name), ">GPU%d<", i);
		ck_assert_int_eq(occurs(svg, name), 1);
	}
	free(svg);
}
END_TEST

START_TEST(who_sends_nothing_has_a_bar_of_nothing)
{
	char *svg = drawing("traffic", "id,gpus,nvlink_bytes_per_token,"
			  "rdma_bytes_per_token\none,1,0,0\n");

	ck_assert_ptr_nonnull(strstr(svg, ">0 B<"));
	ck_assert_ptr_nonnull(strstr(svg, ">1 GPU<"));
	free(svg);
}
END_TEST

START_TEST(too_many_bars_are_a_fault)
{
	struct text csv = TEXT_INIT, out = TEXT_INIT;
	struct fault why = { .row = 0 };
	int i;

	text_add(&csv, "id,nvlink_bytes_per_token,rdma_bytes_per_token\n");
	for (i = 0; i < 101; i++)
		text_add(&csv, "a,1,2\n");
	ck_assert_int_eq(drawing_try("traffic", csv.buf, &out, &why), -1);
	ck_assert_str_eq(why.what, "101 rows are too many bars");
	text_release(&csv);
	text_release(&out);
}
END_TEST

static TCase *kinds_case(void)
{
	TCase *tc = tcase_create("kinds");

	tcase_add_test(tc, an_op_without_flops_is_no_dot);
	tcase_add_test(tc, no_number_is_no_dot);
	tcase_add_test(tc, formats_of_one_peak_share_a_roof);
	tcase_add_test(tc, a_roofline_of_two_gpus_is_a_fault);
	tcase_add_test(tc, only_who_misses_by_a_fifth_is_named);
	tcase_add_test(tc, requests_are_drawn_by_their_metric);
	tcase_add_test(tc, refusals_alone_are_a_fault);
	tcase_add_test(tc, a_wide_range_gets_a_log_axis);
	tcase_add_test(tc, a_gpu_that_never_fits_is_in_the_legend);
	tcase_add_test(tc, every_line_has_its_name);
	tcase_add_test(tc, who_sends_nothing_has_a_bar_of_nothing);
	tcase_add_test(tc, too_many_bars_are_a_fault);
	return tc;
}

Suite *suite_kinds(void)
{
	Suite *s = suite_create("kinds");

	suite_add_tcase(s, kinds_case());
	return s;
}
