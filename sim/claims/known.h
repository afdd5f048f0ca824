/*
 * known: the names of hardware, models, formats and engines that there are, as
 * people write them, and of which sheet each is.
 */
#ifndef CLAIMS_KNOWN_H
#define CLAIMS_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "ask/scenario.h"
#include "claims/spelt.h"

/* said: as known_plain() spells them, with bars between. */
struct name {
	const char *said, *is;
};

extern const struct name known_systems[], known_models[];
extern const int known_systems_nr, known_models_nr;

/* Small letters and digits alone, without who made it. */
void known_plain(const char *, char *out, size_t size);

/* What a name is; NULL: it is none of the list. */
const char *known_as(const struct name *list, int nr, const char *said);
const char *known_system(const char *said);
const char *known_model(const char *said);
/* The other sheet that this name of a system may mean: an H20 has 96 GB or 141;
   NULL: it has one. */
const char *known_second(const char *said);
/* DeepSeek-V4.1: near a name of ours, and of a shape that none has. */
bool known_stranger(const char *said);
const char *known_format(const char *said);

/* A system of eight, or several: its GPUs into spelt. NULL: none of them. */
const char *known_eight(struct spelt *);

/* "SGLang v0.5.7", "Dynamo TRT-LLM": the engine that is named, or NULL. */
const char *known_engine(const char *text);

bool known_path(const char *name);

/* "1.58-bit", "Q2_K_XL", "IQ1_S": bits that the name says; 0: none. spelt: as
   known_plain() has it. */
double known_bits(const char *said, const char *spelt);

/* Of what words are the name, with a sheet or without; counts may stand
   before it. */
enum name_kind { NAME_NONE, NAME_HW, NAME_STRANGER /* hardware, no sheet */,
		 NAME_MODEL, NAME_FORMAT, NAME_STACK };
enum name_kind known_kind(const char *words);

#endif
