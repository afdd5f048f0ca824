#include "spoken/form_table.h"

#include <stddef.h>

const struct form wordings[] = {
	{ "for a {30-day |}{month|year}", "per \2", NULL },
	{ "in {a|an} {hour|day|month}", "per \2", NULL },
	{ "{requests |}in flight", "concurrent requests", NULL },
	{ "{a single|one} draft", "1 draft", NULL },
	{ "{for|to} {every single|each and every|every|each} user",
	  "per user", NULL },
	{ "for {every|each} request", "per user", NULL },
	/* when it was, rules/dated looks for itself */
	{ "{in |since |by |of |}{January|February|March|April|May|June|July|"
	  "August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|"
	  "Aug|Sep|Sept|Oct|Nov|Dec} {#, |}20#", "", NULL },
	{ "one and a half ", "1.5 ", NULL },
	{ "two and a half ", "2.5 ", NULL },
	{ "three and a half ", "3.5 ", NULL },
	{ "four and a half ", "4.5 ", NULL },
};

const int wordings_nr = sizeof(wordings) / sizeof(*wordings);

const struct form forms[] = {
	/* two of one thing, and how far they are apart */
	{ "from # to #&, {a |an |up |plus |+|}#% {increase|improvement|gain|"
	  "uplift|jump|more|higher|faster}", "; increase_pct \5%; before \1\3; "
	  "after \2\3;", NULL },
	{ "from # to #&, {up |plus |+}#%", "; increase_pct \5%; before \1\3; "
	  "after \2\3;", NULL },
	{ "from # to #&, {a |an }#x &", "; speedup_x \5x; before \1\3; after "
	  "\2\3;", NULL },
	{ "#& {is|are} #% {more|higher|faster} than {the |}#&^",
	  "; increase_pct \4%; before \7\2; after \1\2;", NULL },
	{ "#&, {a |an |}#% {improvement|increase|gain|uplift}{ over| on} {the |"
	  "}#&^", "; increase_pct \4%; before \10\2; after \1\2;", NULL },
	{ "#&, {a |}#x {improvement |increase |gain |uplift |}{over|on} {the |"
	  "}#&^", "; speedup_x \4x; before \10\2; after \1\2;", NULL },
	{ "#&, #{x|\xc3\x97| times} the #&^", "; speedup_x \3x; before \5\2; "
	  "after \1\2;", NULL },
	{ "$#& {is|are} #{x|\xc3\x97| times} the $#&^", "; speedup_x \4x; "
	  "before $\6; after $\1;", NULL },
	{ "#{x|\xc3\x97| times} cheaper: $# {against|versus|vs|vs.} $#&^",
	  "; cheaper_x \1x; before $\5; after $\3;", NULL },
	{ "#{x|\xc3\x97| times} as expensive as the other: $# and $#^",
	  "; speedup_x \1x; before $\4; after $\3;", NULL },
	{ "+#%: # {to|\xe2\x86\x92|->} #&^", "; increase_pct \1%; before \2\5; "
	  "after \4\5;", NULL },
	{ "from $# to $#& (-#%)", "; change_pct \4%; before $\1; after $\2;",
	  NULL },
	{ "$#&, #% {less|cheaper|lower} than {the |}$#&^",
	  "; change_pct \3%; before $\6; after $\1;", NULL },
	{ "#% &{premium|surcharge|markup} ($# {vs|vs.|versus|against} $#&)",
	  "; increase_pct \1%; before $\6; after $\4;", NULL },
	{ "by #%, from #& to #&^", "; change_pct \1%; before \2\3; after \4\5;",
	  "shrink|reduc|cut|fall|drop|smaller|lower|less" },
	{ "# {TB/s|GB/s|Gbit/s} & {versus|vs|vs.|against} # {TB/s|GB/s|Gbit/s} "
	  "& is #{x|\xc3\x97| times}", "; speedup_x \10x; before \5 \6; after "
	  "\1 \2;", NULL },
	{ "at # {TB/s|GB/s|Gbit/s} is #{x|\xc3\x97| times} the # {TB/s|GB/s|"
	  "Gbit/s}&^", "; speedup_x \3x; before \5 \6; after \1 \2;", NULL },
	{ "{output|input} {costs|is} #{x|\xc3\x97| times}{ as much as| the "
	  "price of} {input|output}: $#& {against|vs|vs.|versus} $#&^",
	  "; speedup_x \3x; before $\12; after $\7;", NULL },
	{ "GPU KV cache size: # tokens. Maximum concurrency for # tokens per "
	  "request: #x", "; speedup_x \3x; before \2; after \1;", NULL },
	{ "doubling the batch{ size|} from # to #", "", NULL },
	/* a part of a model */
	{ "# of {its |the |}#{ total|} {parameters|params}&, {about |roughly |"
	  "only |or |}#%", "; part \10%; numerator \1; denominator \3;", NULL },
	{ "#% of {its |the |}# {parameters|params}, #, {are|is} active",
	  "; part \1%; numerator \5; denominator \3;", NULL },
	{ "# {parameters|params}{ of which|,} # (#%) {are|is} active",
	  "; part \5%; numerator \4; denominator \1;", NULL },
	/* rates of prompts and answers, one unit behind both */
	{ "# input{ tokens| tok|}{ and |, | plus |/| + |, and }# output "
	  "{tokens|tok}{ per second|/s| per sec|/sec| a second| a day| per day|"
	  "/day}{ per GPU|/GPU| per node|/node|}", "; input_tok_s_total \1 "
	  "tokens\5\6; tok_s_total \3 tokens\5\6", NULL },
	{ "# input{ tokens|}{ and |, | plus | + }# output tokens in # {s|sec|"
	  "seconds} {make|makes|is|are|give|:} # {tok/s|tokens/s|tokens per "
	  "second}", "; run_input_tokens \1; run_output_tokens \4; benchmark "
	  "duration \5 s; all_tok_s_total \10 tok/s;", NULL },
	{ "{a |the |}prompt of # tokens", "; \2 input tokens", NULL },
	{ "{tok/s|tokens/s|tokens per second} in {the |a |one |each |every }"
	  "{rack|node|system|cluster|box|server}", "\1", NULL },
	{ "# {tok/s|t/s|tokens/s|tokens per second} {for|in|of|during} prefill",
	  "; input_tok_s_total \1 tok/s;", NULL },
	{ "# output tokens per request", "; \1 output tokens",
	  "RPS|req/s|requests per second|requests/s" },
	/* lengths */
	{ "# input{ tokens|}{ and |, | + | / |/}# output{ tokens|}^",
	  "; \1 input tokens; \4 output tokens", NULL },
	{ "# {tokens |token |}{in|of input|of prompt|of context in}{ and |, | "
	  "/ |/| + | | -> }# {tokens |token |}{out|of output|of answer|of "
	  "generation}^", "; \1 input tokens; \5 output tokens", NULL },
	{ "#-in{/|, | / }#-out", "; \1 input tokens; \3 output tokens", NULL },
	{ "# {prompt|input}{ and |, | + | / |/}# {generation|output|answer|"
	  "completion}^", "; \1 input tokens; \4 output tokens", NULL },
	{ "{input|prompt|isl}{ length| len|}{=|: | of | }#{ tokens|}{ and |, | "
	  "/ |/| + | }{output|answer|generation|osl}{ length| len|}{=|: | of | "
	  "}#{ tokens|}^", "; \4 input tokens; \12 output tokens", NULL },
	{ "{prompts|inputs} of # tokens{ and |, }{answers|outputs|responses|"
	  "completions} of #{ tokens|}", "; \2 input tokens; \5 output tokens",
	  NULL },
	{ "{random |input/output of |input/output |workload of |}~{/| -> |->|"
	  "\xe2\x86\x92| \xe2\x86\x92 }~{ tokens| prompts|}^",
	  "; \2 input tokens; \4 output tokens", NULL },
	/* who asks at once */
	{ "{c|bs|batch|batch size|batch size of}{ |=|}#^",
	  "; \3 concurrent users", NULL },
	{ "#-way concurrency", "; \1 concurrent users", NULL },
	{ "# {chats|agents|developers|employees|people|threads|VUs|"
	  "conversations|customers|callers|virtual users|parallel streams}{ at "
	  "once| at a time| at the same time| in parallel| concurrently| "
	  "simultaneously|}^", "\1 concurrent users", NULL },
	{ "# {requests|users|clients} {at once|at a time|at the same time}^",
	  "\1 concurrent users", NULL },
	{ "{a single client|one client|one request at a time|one at a time|a "
	  "single user}", "; 1 user", NULL },
	{ "{batch |a batch of |batch size |}# {sequences |requests |users |"
	  "}{per GPU|per card|on each GPU}^", "; users per GPU \2;",
	  "batch|seq|requests per GPU|users per GPU" },
	/* drafts */
	{ "{draft tokens|drafts|drafted tokens} {are |}accepted {at|with} {a "
	  "rate of |}#%", "drafts; acceptance rate \5%; ", NULL },
	/* GPUs */
	{ "{a |an |one |single |}#-GPU {node|server|box|machine|system}",
	  "; \2 GPUs", "$|hour" },
	{ "{DGX|HGX} @ {with|of|holding} # GPUs", "\1 \2; gpus_per_node \4;",
	  NULL },
	{ "# {cards|accelerators|chips}^", "; \1 GPUs", NULL },
	{ "# {nodes|servers|machines|boxes|hosts}{ of | with | x | \xc3\x97 |, "
	  "each with | each with | each of | holding }#{ x | \xc3\x97 | }{GPUs|"
	  "@}{ each|}", "; \1 nodes; gpus_per_node \4; \6;", NULL },
	{ "{it takes|you need|we need} # @ {to serve|to run|to hold|for} ",
	  "fits in memory; \2 \3; ", NULL },
	/* the first token */
	{ "#% of {the |}{users|requests} {wait|see|get}{ a first token|} {less "
	  "than|under|within|at most} # {s|ms|seconds} for the first token, "
	  "the median is # {s|ms|seconds}", "; P\1 TTFT \7 \10; P50 TTFT \11 "
	  "\12", NULL },
	{ "time to {the |}first token", "time to first token", NULL },
	{ "# {ms|s|sec|seconds|milliseconds} {to|till|until|for|before} {the |"
	  "its |a |}first token", "; TTFT \1 \2;", NULL },
	{ "first token{ comes| arrives| appears| is there|}{ after| in| within|"
	  " at| of} # {ms|s|sec|seconds|milliseconds}", "; TTFT \3 \4;", NULL },
	{ "{starts answering|answers start|the answer starts|answers begin|"
	  "responds|starts to answer|starts responding}{ after| within| in} # "
	  "{ms|s|sec|seconds|milliseconds}", "; TTFT \3 \4;", NULL },
	{ "{prefill|initial} latency{ of|:| is|} # {ms|s|sec|seconds|"
	  "milliseconds}", "; TTFT \3 \4;", NULL },
	/* the others */
	{ "{a|one} {token|} {every|each} # {ms|s|sec|seconds|milliseconds}",
	  "; TPOT \4 \5;", NULL },
	{ "one each # {ms|milliseconds}", "; TPOT \1 \2;", NULL },
	{ "# {ms|s|sec|seconds|milliseconds} between {two |}tokens",
	  "; TPOT \1 \2;", NULL },
	{ "# {s|sec|seconds}{ per |/| a }{output |}token",
	  "; TPOT \1 \2;", NULL },
	{ "decode latency{ of|:| is|} # {ms|milliseconds}",
	  "; TPOT \2 \3;", NULL },
	{ "# {ms|milliseconds} {for each|per|each} {further |next |other |"
	  "additional }{one|token}", "; TPOT \1 \2;", NULL },
	{ "ITL # ms (# {tok/s|t/s})", "; TPOT \1 ms; \2 tok/s per user;",
	  NULL },
	{ "# tokens {at|with} # {tok/s|t/s}{ per user|} {after|behind} {a |the "
	  "|}first token at # s", "; \1 output tokens; \3 tok/s per user; TTFT "
	  "\10 s", NULL },
	/* rates */
	{ "tokens {every|each} second", "tokens per second", NULL },
	{ "{users|each user|every user|each of them|each} {get|gets|see|sees|"
	  "has|have|receives} # {tok/s|t/s|tps|tokens/s|tokens per second}",
	  "; \3 tok/s per user;", "user|stream|client|request" },
	{ "{every|each} one of the # users {sees|gets|has} # {tok/s|t/s|"
	  "tokens/s|tokens per second}", "; \2 users; \4 tok/s per user;",
	  NULL },
	{ "# {tok/s|t/s|tps|tokens/s|tokens per second} {for|to} each of {the |"
	  "}# {users|streams|clients|requests|sessions}",
	  "; \1 tok/s per user; \5 users;", NULL },
	{ "# {users|streams|clients|parallel streams|concurrent users|"
	  "sessions}{ each get| each gets| each see| of| at} # {tok/s|t/s|"
	  "tokens/s|tokens per second}{ each|}{ need| needs| want| require| "
	  "add up to| make}", "; \1 users; \4 tok/s per user;\7", NULL },
	{ "each of {the |}# GPUs {makes|does|delivers} # {tok/s|t/s|tokens/s|"
	  "tokens per second}", "; \2 GPUs; \4 tok/s per GPU;", NULL },
	{ "{with |at |}{per|each} # {tok/s|tokens/s|tokens per second}",
	  "; \3 tok/s per user;", "user|stream|client|request" },
	{ "per GPU per second # {tokens|token}",
	  "; \1 tokens per second per GPU;", NULL },
	{ "per {hour|day|month|second|minute} # {tokens|token}",
	  "; \2 tokens per \1", NULL },
	{ "per-user speed{ is| of|} # {tok/s|t/s|tokens/s|tokens per second}",
	  "; \2 tok/s per user;", NULL },
	{ "total throughput{ is| of|:|} #", "throughput \2",
	  "per user|per-user|each" },
	/* requests */
	{ "# {requests per second|RPS|req/s|requests/s}{ that take| taking|, "
	  "each taking| at| and} # {s|seconds|ms}{ each| end to end| latency|} "
	  "{are|is|means|mean|need|means a concurrency of|make}{ a concurrency "
	  "of|} #{ concurrent requests| requests in flight|}^",
	  "; requests_per_s \1; e2e \4 \5; in_flight \11;", NULL },
	{ "with # concurrent requests and # s latency {we |it |}{serve|serves|"
	  "handle|handles} # requests per second", "; in_flight \1; e2e \2 s; "
	  "requests_per_s \5;", NULL },
	{ "# {requests|prompts} in # {s|sec|seconds} {are|is|makes|give|:} #",
	  "; samples \1; benchmark duration \3 s; \6", NULL },
	{ "# {requests|prompts} in # {s|sec|seconds}^", "; samples \1; "
	  "benchmark duration \3 s", "req/s|requests per second|requests/s" },
	/* whole answers */
	{ "{a|an|the|} #-token {answer|response|reply|completion|output}{ "
	  "arrives| is there| is done| is complete| takes| finishes| needs| "
	  "comes| completes}{ after| in| within| about|} # {s|sec|seconds|ms|"
	  "minutes}", "; \2 output tokens; e2e \6 \7;", NULL },
	{ "{an |the |}{answer|response|reply} of # tokens{ arrives| is there| "
	  "is done| is complete| takes| finishes| needs| comes}{ after| in| "
	  "within| about|} # {s|sec|seconds|ms|minutes}",
	  "; \3 output tokens; e2e \6 \7;", NULL },
	{ "# {output |}tokens{ take| arrive in| need| are there after} # {s|"
	  "sec|seconds|ms|minutes}", "; \1 output tokens; e2e \4 \5;",
	  "first token|TTFT|per user|per token|TPOT|each user" },
	{ "done in # {s|sec|seconds|ms|minutes}", "; e2e \1 \2;", NULL },
	/* memory */
	{ "# GPUs {with|of} # GB{ each|} {have|has|hold|make|are} # GB",
	  "; gpus \1; hbm_gb \3 GB; all_hbm_gb \6 GB;", NULL },
	{ "# GB {in all|in total|together}: # GPUs {with|of} # GB{ each|}",
	  "; gpus \3; hbm_gb \5 GB; all_hbm_gb \1 GB;", NULL },
	{ "# GPUs {with|of} # GB{ each|}, # {GB|TB} {in all|in total|together}",
	  "; gpus \1; hbm_gb \3 GB; all_hbm_gb \5 \6;", NULL },
	{ "# {parameters|params} at # bytes each", "; params_total \1; "
	  "weight_bits \3 bytes/weight;", NULL },
	{ "# {parameters|params}{ x | \xc3\x97 | times }# bytes{ =| are| is|}",
	  "; params_total \1; weight_bits \4 bytes/weight;", NULL },
	{ "{KV cache|KV} {takes|is|of|needs}{ about|} # {B|bytes|KB|kB|KiB}{ "
	  "per |/| a }token", "; kv_b_tok \4 \5;", NULL },
	{ "KV cache {holds|fits}{ only|} # tokens in # {GiB|GB}",
	  "; ctx \3; kv_gb \4 \5", NULL },
	{ "# {B|bytes|KB|kB|KiB}{ per |/| a }token", "; kv_b_tok \1 \2;",
	  "KV" },
	{ "{takes|take|is|are|needs|weighs|taking up|takes up}{ around| about| "
	  "roughly| ~|} #{ |}{GB|TB|GiB}", "; weights_gb \3 \5;",
	  "parameters|params|4 bits|4-bit|FP8|FP4|INT4|quant" },
	{ "# TB/s{ and | reading a }# GB{ model|}: {the ceiling is |}{around |"
	  "about |}# {tokens per second|tok/s}{ at most|}",
	  "; hbm_tb_s \1 TB/s; hbm_gb \3 GB; sweeps_per_s \7;", NULL },
	{ "{a |the |}# {dense |}model in", "; \2 parameters in",
	  "GB" },
	/* prices of tokens */
	{ "$# {per|a} {million|1M|M} output tokens", "; usd_per_mtok_out $\1;",
	  "input tokens" },
	{ "{costs|cost|is} # cents^", "; usd_per_request \2 cents;",
	  "input tokens" },
	{ "{costs|cost} $#^", "; usd_per_request $\2;", "million input "
	  "tokens" },
	{ "$# {per|a} {month|day} for # tokens of capacity",
	  "$\1 \2 \3 for \4 tokens of capacity", NULL },
	{ "$# {per|a} {month|day} for # tokens", "; usd_per_\3 $\1; "
	  "tokens_per_\3 \4 tokens;", NULL },
	{ "$# for # tokens", "; usd_total $\1; run_output_tokens \2 tokens;",
	  NULL },
	{ "$# per 100 million {input |output |}tokens", "; $\1/100Mtok;",
	  NULL },
	{ "$# per 10 million {input |output |}tokens", "; $\1/10Mtok;", NULL },
	{ "{a|one|1} million {input |output |}tokens {cost|costs|for|at|is|"
	  "are} $#", "; $\4 per million \2tokens;", NULL },
	{ "$# {a|for a|for one|the} million {input |output |}tokens",
	  "; $\1 per million \3tokens;", NULL },
	{ "per mln", "per million", NULL },
	/* days in use */
	{ "# {working days|workdays|business days}{ a month| per month|}",
	  "; days_per_month \1;", NULL },
	{ "# days {a|per} month", "; days_per_month \1;", NULL },
	{ "# days {a|per} week", "; days_per_month \1 days/week;", NULL },
	/* rent */
	{ "$# {per|a} {GPU|card|@}{ and |-| }{hour|hr}",
	  "; $\1 per GPU hour", NULL },
	{ "$# hourly per {GPU|card|@}", "; $\1 per GPU hour", NULL },
	{ "$# {each per hour|an hour each|per hour each|per hour for each GPU|"
	  "an hour for each GPU|each an hour}", "; $\1 per GPU hour", NULL },
	{ "each {GPU|card|@} {costs|is|at} $#{ an hour| per hour|/h|/hr}",
	  "; $\3 per GPU hour", NULL },
	{ "{while|when} & is #", "; \2 \3", NULL },
	/* bills */
	{ "{a|one} {day|month|year} {costs|cost|is|at} $#",
	  "; $\4 per \2", NULL },
	/* what of it is left */
	{ "{for|on|in} {one|a single} {user|request|stream}", "; 1 user;",
	  NULL },
	{ "single{-| }{stream|user}", "; 1 user;", NULL },
	{ "24/7", "; 24 hours per day; 100 % utilization;", NULL },
	{ "{->|\xe2\x86\x92} ", "to ", NULL },
	{ "\xe2\x86\x92", " to ", NULL },
	{ "\n", "; ", NULL },
	{ "\r", "", NULL },
	{ "%-off", "% off", NULL },
	{ "#{-| }token {answer|response|output|completion|reply|chain of "
	  "thought|thought|reasoning}{s|}", "; \1 output tokens; ", NULL },
	{ "#{-| }token {prompt|input}{s|}", "; \1 input tokens; ", NULL },
	{ "#{-| }token {conversation|chat|session|document|sequence|history|"
	  "window|context}{s|}", "; \1 context; ", NULL },
	{ "{concurrency|conc|c|batch|bs}=#", "; \2 users; ", NULL },
	{ "ISL=#", "; \1 input tokens; ", NULL },
	{ "OSL=#", "; \1 output tokens; ", NULL },
	{ "per #-GPU {node|server}", "per \2; gpus_per_node \1; ", NULL },
	{ "#-GPU-@", "\1x \2", NULL },
	{ "#-GPU {node|server}", "; gpus_per_node \1; \2", NULL },
	{ "#-GPU ", "; gpus \1; ", NULL },
};

const int forms_nr = sizeof(forms) / sizeof(*forms);
