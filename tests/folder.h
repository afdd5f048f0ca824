/*
 * folder: a fresh folder for each test, in $TMPDIR or else in build/, which
 * goes with all that is in it. A case has it by
 * tcase_add_checked_fixture(t, folder_make, folder_remove).
 */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

enum { FOLDER_PATH = 256 /* size: of a path in it */ };

void folder_make(void);
void folder_remove(void);

/* A file, or any folder with all that is in it. */
void folder_delete(const char *path);

/* Where it is. */
const char *folder(void);

/* The path of a file in it, into out, which is returned. */
char *folder_path(char out[FOLDER_PATH], const char *name);

/*
 * A file of this text, where single quotes stand for double ones, to spare
 * the eye. NULL: there is no such file.
 */
void folder_put(const char *name, const char *text);

#endif
