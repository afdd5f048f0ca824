/*
 * form_table: the tables of spoken/forms: words that others are read with,
 * and ways of saying a figure, first things first.
 */
#ifndef SPOKEN_FORM_TABLE_H
#define SPOKEN_FORM_TABLE_H

/*
 * A form is read letter by letter, capitals or not: # is a number, ~ a length,
 * @ hardware, & any words without a figure or a comma, {a|b|} one of these
 * words, ^ a clause's end, which is looked at and not taken. What #, ~, @, &
 * and {} met stands in `is` as \1 and on, in octal.
 */
struct form {
	const char *said, *is;
	const char *where;	/* it is read only where the sentence has one
				   of these words; NULL: anywhere */
};

extern const struct form wordings[], forms[];
extern const int wordings_nr, forms_nr;

#endif
