#include "tests/bundled.h"

#include "base/text.h"
#include "library/shelf.h"
#include "tests/tests.h"

const char *bundled(void)
{
	static struct text bundle = TEXT_INIT;
	struct shelf *shelf;
	struct fault why;

	if (bundle.len)
		return bundle.buf;
	shelf = shelf_open();
	ck_assert_msg(!shelf_bundle(shelf, &bundle, &why), "%s", why.what);
	shelf_free(shelf);
	return bundle.buf;
}
