/*
 * page_tags: what may stand in a page of claims, and nothing else.
 */
#ifndef TESTS_PAGE_TAGS_H
#define TESTS_PAGE_TAGS_H

/* Every tag and attribute of the page is one that we write. */
void page_walk(const char *page);

#endif
