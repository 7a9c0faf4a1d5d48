/* Stands before the function that looks for who catches an exception. If it returns, nobody does: the C++
 * runtime then says what was thrown, and aborts. Any thread. */
#include <unwind.h>

#include "vm/fault/landing.h"
#include "vm/fault/real.h"

/* The library of it may be known only to the plugin that brought it. */
static void *find(void)
{
	void *next = dlsym(RTLD_NEXT, "_Unwind_RaiseException");
	void *library = next ? NULL : dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_NOLOAD);

	return library ? dlsym(library, "_Unwind_RaiseException") : next;
}

STANDS_BEFORE _Unwind_Reason_Code _Unwind_RaiseException(struct _Unwind_Exception *exception)
{
	static _Atomic(void *) found;
	/* relaxed, both: whoever looks finds the same */
	void *real = atomic_load_explicit(&found, memory_order_relaxed);

	if (!real) {
		real = find();
		atomic_store_explicit(&found, real, memory_order_relaxed);
	}
	if (!real)
		return _URC_FATAL_PHASE1_ERROR;
	_Unwind_Reason_Code code =
		((_Unwind_Reason_Code(*)(struct _Unwind_Exception *))real)(exception);
	if (landing_actor())
		landing_note_throw();
	return code;
}
