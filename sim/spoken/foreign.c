#include "spoken/foreign.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "spoken/reworded.h"
#include "words/item.h"

struct word { const char *said, *is; };

/* A sentence with one of these is German: then a point may part thousands. */
static const char markers[] = " mit | und | pro Sekunde| pro Million| pro GPU|"
	" pro Minute| pro Stunde| pro Tag|liefert|schafft|erreicht| läuft |"
	" Mio.| Mrd.|Milliarde|Knoten| für |Nutzer|Anfrage|Stunde| bei | auf ";

/* Words of it, whole. */
static const struct word german[] = {
	{ "Token", "tokens" }, { "pro|je", "per" },
	{ "Sekunde|Sekunden", "seconds" }, { "Minute|Minuten", "minute" },
	{ "Stunde|Stunden", "hour" }, { "Tag|Tage", "day" },
	{ "Monat", "month" }, { "Jahr", "year" },
	{ "Nutzer|Nutzern|Benutzer|Anwender", "users" },
	{ "Anfrage", "request" }, { "Anfragen", "requests" },
	{ "gleichzeitig|gleichzeitige|gleichzeitigen|parallele|parallelen",
	  "concurrent" },
	{ "mit", "with" }, { "auf", "on" }, { "bei", "at" }, { "und", "and" },
	{ "für", "for" }, { "von", "of" }, { "statt", "instead of" },
	{ "Mio.|Mio|Millionen", "million" }, { "Mrd.|Mrd|Milliarde|Milliarden",
					  "billion" },
	{ "Tsd.|Tausend", "thousand" }, { "Knoten|Rechner", "node" },
	{ "unter", "under" }, { "über", "over" }, { "mindestens", "at least" },
	{ "höchstens|maximal", "at most" }, { "bis zu", "up to" },
	{ "rund|etwa|zirka|ca.", "about" }, { "schneller", "faster" },
	{ "billiger|günstiger", "cheaper" }, { "weniger", "less" },
	{ "mehr", "more" }, { "mal", "times" }, { "insgesamt", "in total" },
	{ "jeder|jede|jedes", "each" }, { "kostet|kosten", "costs" },
	{ "ist|sind", "is" }, { "braucht|benötigt", "needs" },
	{ "liefert|schafft|erreicht|läuft|macht|erzeugt|bekommt|sieht",
	  "reaches" },
	{ "Euro", "euros" }, { "Cent", "cents" }, { "Prozent", "%" },
	{ "Eingabe", "input" }, { "Ausgabe", "output" },
	{ "Kontext", "context" }, { "Durchsatz", "throughput" },
	{ "ein|eine|einen|einem|einer|der|die|das|den|dem|unser|unsere|wir|uns",
	  "" },
};

/* And of the other, wherever they stand; what is longer before its parts. */
static const struct word chinese[] = {
	{ "首token延迟|首字延迟|首 token 延迟", " TTFT " },
	{ "每用户|每个用户", " each " }, { "总", " total " },
	{ "单用户", " per user " },
	{ "每百万", " per million " }, { "每小时", " per hour" },
	{ "每卡|单卡", " per GPU " }, { "每秒", " per second " },
	{ "每分钟", " per minute " }, { "每天", " per day " },
	{ "低于|小于|不到|少于", " under " },
	{ "超过|大于|高于|以上", " over " }, { "约", " about " },
	{ "毫秒", " ms" }, { "秒", " s" }, { "吞吐量|吞吐", " throughput " },
	{ "并发", " concurrent users " }, { "输入", " input " },
	{ "，|、", ", " }, { "。|；", "; " }, { "：", ": " }, { "（", " (" },
	{ "）", ") " },
	{ "输出|生成|部署|运行|单机|张|卡|块|个|跑|的|在|上|达到|可达|为",
	  " " },
};

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* Or a byte of one that is none of ASCII. */
static bool is_letter(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80);	/* size: ASCII */
}

/* Digits with points or commas at s: where they end. */
static const char *number_end(const char *s)
{
	const char *end = s + strspn(s, "0123456789.,");

	while (end > s && strchr(".,", end[-1]))
		end--;
	return end;
}

/* "1.500" of thousands and "1,8" of tenths; "2.5万" of ten thousands. */
static const char *number(const char *s, bool is_german, struct out *o)
{
	const double myriad = 1e4;	/* math: 万; 亿 is its square */
	const char *end = number_end(s);
	size_t wan = (size_t)near_any(end, "万|亿");
	char plain[64];			/* size: a number */
	size_t at = 0;

	for (; s < end && at + 1 < sizeof(plain); s++) {
		size_t behind = strspn(s + 1, "0123456789");

		if (!is_german || isdigit((unsigned char)*s))
			plain[at++] = *s;
		else if (*s == ',')
			plain[at++] = '.';
		else if (behind != 3)	/* size: of a group */
			plain[at++] = *s;
	}
	plain[at] = '\0';
	if (wan > 0)
		snprintf(plain, sizeof(plain), "%.0f ", strtod(plain, NULL) *
			 myriad * (near_any(end, "亿") ? myriad : 1));
	out_word(o, plain);
	return end + wan;
}

/* With no blank behind another. */
static void put(struct out *o, const char *s)
{
	out_word(o, s + (*s == ' ' && o->at > 0 && o->text[o->at - 1] == ' '));
}

/* Behind the word that s begins with, which goes into o; NULL: none. */
static const char *word(const char *s, bool is_german, struct out *o)
{
	const struct word *list = is_german ? german : chinese;
	int nr = is_german ? NR(german) : NR(chinese);

	for (int i = 0; i < nr; i++) {
		for (const char *w = list[i].said; *w; w += strspn(w, "|")) {
			size_t n = strcspn(w, "|");
			char one[32];	/* size: a word */

			said_copy(one, sizeof(one), w, n);
			w += n;
			if (!near_begins(s, one) || (is_german &&
			    is_letter(s[n])))
				continue;
			put(o, list[i].is);
			return s + n;
		}
	}
	return NULL;
}

void foreign_plain(const char *text, char *out, size_t size)
{
	struct out o = { out, 0, size };
	bool is_german = near_has(text, markers), wide = false, inside = false;

	assert(text && out && size > 0);
	*out = '\0';
	for (int i = 0; i < NR(chinese) && !wide; i++)
		wide = near_has(text, chinese[i].said);
	wide |= near_has(text, "万|亿");
	while (*text) {
		const char *end = NULL;

		if (is_german || wide) {
			if (!inside && isdigit((unsigned char)*text))
				end = number(text, is_german, &o);
			else if (wide || !inside)
				end = word(text, !wide, &o);
		}
		inside = is_letter(end ? end[-1] : *text) && !(wide && end);
		if (end)
			text = end;
		else
			out_put(&o, text++, 1);
	}
}
