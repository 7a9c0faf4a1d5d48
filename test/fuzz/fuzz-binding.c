/* C declarations of any bytes, as a binding of libc: its functions are found, and their signatures made and
 * judged. None is called. */
#include "test/fuzz/fuzz.h"

#include <dlfcn.h>

#include "loader/binding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prototype_source source = { .file = "f", .text = { data, size }, .start = { 1, 1 } };
	struct binding *binding =
		binding_create("c", dlopen("libc.so.6", RTLD_NOW | RTLD_LOCAL), "libc.so.6");
	struct report report = { 0 };

	if (binding && binding_read(binding, &source, &report))
		binding_make(binding, "f", &report);
	binding_destroy(binding);
	report_finish(&report);
	return 0;
}
