#include "words/unit_names.h"

#include "base/units.h"

#define EXA 1e18		/* units: */
#define YEAR_S (365 * DAY_S)	/* units: */
#define KIBI 1024.0		/* units: */
#define MIBI (KIBI * KIBI)
#define GIBI (MIBI * KIBI)
#define TIBI (GIBI * KIBI)

const struct unit_row unit_rows[] = {
	{ "tok/s", K_RATE, 1 }, { "tok/s/GPU", K_RATE, 1 },
	{ "tok/s/user", K_RATE, 1 }, { "tok/s/node", K_RATE, 1 },
	{ "tok/min", K_RATE, 1 / MIN_S }, { "tok/h", K_RATE, 1 / HOUR_S },
	{ "tok/day", K_RATE, 1 / DAY_S },
	{ "tok/month", K_RATE, 1 / (MONTH_H * HOUR_S) },
	{ "tok/year", K_RATE, 1 / YEAR_S },
	{ "tok/week", K_RATE, 1 / (7 * DAY_S) },	/* units: */
	{ "tok/s/MW", K_RATE_W, 1 }, { "tok/s/kW", K_RATE_W, KILO },
	{ "tok/s/W", K_RATE_W, MEGA },
	{ "tok/kWh", K_RATE_W, 1 / (HOUR_S * KILO / MEGA) },
	{ "ms", K_TIME, 1 / KILO }, { "us", K_TIME, 1 / MEGA },
	{ "s", K_TIME, 1 }, { "min", K_TIME, MIN_S }, { "h", K_TIME, HOUR_S },
	{ "day", K_TIME, DAY_S },
	{ "week", K_TIME, 7 * DAY_S },		/* units: */
	{ "month", K_TIME, MONTH_H * HOUR_S }, { "year", K_TIME, YEAR_S },
	{ "USD/Mtok", K_MTOK, 1 }, { "USD/tok", K_MTOK, MEGA },
	{ "USD/ktok", K_MTOK, KILO }, { "USD/Gtok", K_MTOK, 1 / KILO },
	{ "USD/10Mtok", K_MTOK, 0.1 },		/* units: a tenth, */
	{ "USD/100Mtok", K_MTOK, 0.01 },	/* units: a hundredth */
	{ "cent/Mtok", K_MTOK, 0.01 },		/* units: of a USD */
	{ "USD/h", K_MONEY, 1 }, { "USD/day", K_MONEY, 1 / DAY_H },
	{ "USD/month", K_MONEY, 1 / MONTH_H },
	{ "USD/year", K_MONEY, HOUR_S / YEAR_S }, { "USD", K_USD, 1 },
	{ "cent", K_USD, 0.01 },		/* units: of a USD */
	{ "1", K_SHARE, 1 }, { "x", K_SHARE, 1 },
	{ "%", K_SHARE, 0.01 },		/* units: per cent */
	{ "1", K_COUNT, 1 }, { "GPUs", K_COUNT, 1 },
	{ "requests", K_COUNT, 1 }, { "users", K_COUNT, 1 },
	{ "tok", K_COUNT, 1 }, { "ktok", K_COUNT, KILO },
	{ "tok/USD", K_COUNT, 1 },
	{ "experts", K_COUNT, 1 },
	{ "nodes", K_COUNT, 1 }, { "samples", K_COUNT, 1 },
	{ "ranks", K_COUNT, 1 }, { "tok/step", K_COUNT, 1 },
	{ "bits", K_COUNT, 1 }, { "GPU-hours", K_COUNT, 1 },
	{ "GPU-days", K_COUNT, DAY_H }, { "bytes/weight", K_COUNT, BITS },
	{ "days/week", K_COUNT, MONTH_H / (7 * DAY_H) },	/* units: */
	{ "requests/day", K_DAILY, 1 }, { "requests/s", K_DAILY, DAY_S },
	{ "requests/min", K_DAILY, DAY_S / MIN_S },
	{ "requests/h", K_DAILY, DAY_H }, { "h/day", K_HOURS, 1 },
	{ "B", K_B, 1 }, { "kB", K_B, KILO }, { "MB", K_B, MEGA },
	{ "GB", K_B, GIGA }, { "TB", K_B, TERA }, { "KiB", K_B, KIBI },
	{ "MiB", K_B, MIBI }, { "GiB", K_B, GIBI }, { "TiB", K_B, TIBI },
	{ "B/s", K_BPS, 1 }, { "GB/s", K_BPS, GIGA },
	{ "TB/s", K_BPS, TERA }, { "MB/s", K_BPS, MEGA },
	{ "Gbit/s", K_BPS, GIGA / BITS }, { "Tbit/s", K_BPS, TERA / BITS },
	{ "1/s", K_HZ, 1 },
	{ "params", K_PARAMS, 1 }, { "Mparams", K_PARAMS, MEGA },
	{ "Gparams", K_PARAMS, GIGA }, { "Tparams", K_PARAMS, TERA },
	{ "chars", K_CHARS, 1 },
	{ "GFLOP/s", K_FLOPS, GIGA }, { "TFLOP/s", K_FLOPS, TERA },
	{ "PFLOP/s", K_FLOPS, PETA }, { "EFLOP/s", K_FLOPS, EXA },
	{ "FLOP", K_FLOP, 1 }, { "GFLOP", K_FLOP, GIGA },
	{ "TFLOP", K_FLOP, TERA },
	{ "W", K_W, 1 }, { "kW", K_W, KILO }, { "MW", K_W, MEGA },
	{ "J/tok", K_J, 1 }, { "kWh/Mtok", K_J, HOUR_S * KILO / MEGA },
	{ "Wh/Mtok", K_J, HOUR_S / MEGA }, { "mJ/tok", K_J, 1 / KILO },
	{ "mJ", K_J, 1 / KILO },
	{ "USD/kWh", K_USD_KWH, 1 }, { "USD/MWh", K_USD_KWH, 1 / KILO },
	{ "cent/kWh", K_USD_KWH, 0.01 },	/* units: of a USD */
	{ "kWh/day", K_ENERGY, 1 }, { "kWh/h", K_ENERGY, DAY_H },
	{ "MWh/day", K_ENERGY, KILO }, { "MWh/h", K_ENERGY, KILO * DAY_H },
	{ "kWh/month", K_ENERGY, DAY_H / MONTH_H },
	{ "MWh/month", K_ENERGY, KILO * DAY_H / MONTH_H },
	{ "MWh/year", K_ENERGY, KILO * DAY_S / YEAR_S },
	{ "GWh/year", K_ENERGY, MEGA * DAY_S / YEAR_S },
	{ "word", K_WORD, 1 },
};

const struct unit_alias unit_aliases[] = {
	{ "tps|t/s|tokps|tok/s/rack|tok/s/system|tok/s/cluster", "tok/s" },
	{ "tpm|tok/m", "tok/min" }, { "tok/d", "tok/day" },
	{ "tok/mo", "tok/month" },
	{ "tok/s/card|tok/gpu/s|t/s/gpu|tgs", "tok/s/gpu" },
	{ "tok/user/s|tok/s/request|tok/s/req|tok/s/stream|tok/s/session"
	  "|t/s/user", "tok/s/user" },
	{ "tok/node/s", "tok/s/node" }, { "ms/tok|msec", "ms" },
	{ "s/tok", "s" },
	{ "usd/m|usd/1m|usd/1mtok|mtok|/mtok|/m|/1m|/1mtok", "usd/mtok" },
	{ "/gtok", "usd/gtok" }, { "/10mtok", "usd/10mtok" },
	{ "/100mtok", "usd/100mtok" },
	{ "usd/h/gpu|usd/gpu/h|usd/gpuh|/h|usd/gpu-h|/gpu-h|/gpuh|/gpu/h"
	  "|/h/gpu|anh", "usd/h" },
	{ "tok|/tok", "usd/tok" },
	{ "/ktok|usd/ktoks|/1ktok|usd/1ktok|/1,000tok|/1000tok", "usd/ktok" },
	{ "cent/m|cent/1mtok|cents/mtok|cents/1mtok", "cent/mtok" },
	{ "/day|/d|usd/d|/gpu/day|aday", "usd/day" },
	{ "/month|/mo|usd/mo|/gpu/month|usd/gpu/month|amonth", "usd/month" },
	{ "times|fold|-fold|\xc3\x97", "x" }, { "of|layers|heads", "1" },
	{ "pct", "%" }, { "gpu", "gpus" },
	{ "request|req|reqs|clients|concurrentrequests", "requests" },
	{ "user|concurrentusers", "users" }, { "node", "nodes" },
	{ "req/s|rps|qps|request/s", "requests/s" },
	{ "req/day|requestsaday", "requests/day" },
	{ "req/min|rpm|qpm", "requests/min" }, { "bytes|byte|b/tok", "b" },
	{ "bit|bits/weight|bpw", "bits" }, { "b|bn|bparams", "gparams" },
	{ "t", "tparams" }, { "m", "mparams" },
	{ "tflops|tf|tflop|teraflops|teraflop|teraflop/s", "tflop/s" },
	{ "pflops|pf|pflop|petaflops|petaflop/s|petaflop", "pflop/s" },
	{ "flops|flops/tok", "flop" }, { "tflops/tok", "tflop" },
	{ "gflop/tok|gflops/tok|gflops", "gflop" },
	{ "watt|watts|w/gpu|j/s", "w" },
	{ "kilowatt|kilowatts|kw/gpu|kw/node", "kw" },
	{ "gb/gpu|gb/node|gigabytes|gb/tok", "gb" }, { "terabytes", "tb" },
	{ "kb/tok", "kb" }, { "mb/tok", "mb" }, { "kib/tok", "kib" },
	{ "j|joule|joules|joules/tok", "j/tok" },
	{ "tok/iteration", "tok/step" }, { "characters", "chars" },
	{ "parameters|active|activated|activeparameters|activeparams"
	  "|activatedparameters", "params" },
	{ "tok/$", "tok/usd" }, { "mins", "min" }, { "days", "day" },
	{ "months", "month" }, { "years", "year" }, { "weeks", "week" },
	{ "gpuh|gpu-h|h800gpuh|h100gpuh|h20gpuh", "gpu-hours" },
	{ "gpudays", "gpu-days" }, { "gbps", "gb/s" }, { "tbps", "tb/s" },
	{ "gbit", "gbit/s" },
	{ "eflops|ef|eflop|exaflops|exaflop|exaflop/s", "eflop/s" },
	{ "kwh", "kwh/mtok" }, { "wh", "wh/mtok" },
	{ "usd/yr|/year|/yr|/gpu/year|usd/gpu/year|/gpuyear|ayear",
	  "usd/year" },
	{ "us/tok", "us" }, { "kwhaday|kwh|kwh/d", "kwh/day" },
	{ "tok/gpu-h|tok/gpuh|tok/h/gpu|tok/gpu/h", "tok/h" },
	{ "/kwh", "usd/kwh" }, { "/mwh", "usd/mwh" },
	{ "cents/kwh|\xc2\xa2/kwh", "cent/kwh" }, { "mwh", "mwh/day" },
	{ "times/s|x/s", "1/s" }, { "tok/request|tok/req", "tok" },
};

const int unit_rows_nr = sizeof(unit_rows) / sizeof(*unit_rows);
const int unit_aliases_nr = sizeof(unit_aliases) / sizeof(*unit_aliases);
