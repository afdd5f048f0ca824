/*
 * change: "cut by a third", "costs reduced by 30 %", "saves half": the figure
 * is what went, or came; "cut to a third", "cut in half": what is left.
 */
#ifndef WORDS_CHANGE_H
#define WORDS_CHANGE_H

enum change { CHANGE_NONE, CHANGE_LESS, CHANGE_MORE };

/*
 * Behind such words, where the figure begins, and whether that is a change;
 * s and CHANGE_NONE where it begins with none.
 */
const char *change_read(const char *s, enum change *);

#endif
