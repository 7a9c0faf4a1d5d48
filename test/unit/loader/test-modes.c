/* What of a plugin's code may change the modes of floating point. */
#include "loader/modes.h"

#include <string.h>

#include "test/harness.h"

#define IN(bytes) modes_in_text((const unsigned char *)(bytes), sizeof(bytes) - 1)

#if defined(__x86_64__)

TEST(instructions_that_load_them_are_seen)
{
	CHECK(IN("\x0f\xae\x10")); /* ldmxcsr (%rax) */
	CHECK(IN("\x0f\xae\x54\x24\x0c")); /* ldmxcsr 12(%rsp) */
	CHECK(IN("\x0f\xae\x15\x00\x00\x00\x00")); /* ldmxcsr 0(%rip) */
	CHECK(IN("\x41\x0f\xae\x90\x00\x01\x00\x00")); /* ldmxcsr 256(%r8) */
	CHECK(IN("\xc5\xf8\xae\x10")); /* vldmxcsr (%rax) */
	CHECK(IN("\xc4\xc1\x78\xae\x10")); /* vldmxcsr (%r8) */
	CHECK(IN("\x0f\xae\x08")); /* fxrstor (%rax) */
	CHECK(IN("\x48\x0f\xae\x2f")); /* xrstor64 (%rdi) */
}

TEST(wherever_they_begin)
{
	CHECK(IN("\x90\xb8\x0f\xae\x10\x00\xc3")); /* within the constant of another */
	CHECK(IN("\xae\xae\x0f\xae\x10"));
}

TEST(calls_of_the_kernel_are_seen)
{
	CHECK(IN("\x90\x0f\x05"));
}

TEST(others_are_not)
{
	CHECK(!IN(""));
	CHECK(!IN("\xae"));
	CHECK(!IN("\x0f\xae"));
	CHECK(!IN("\x0f\xae\x18")); /* stmxcsr (%rax) */
	CHECK(!IN("\x0f\xae\x00")); /* fxsave (%rax) */
	CHECK(!IN("\x0f\xae\xe8")); /* lfence */
	CHECK(!IN("\x0f\xae\xf0")); /* mfence */
	CHECK(!IN("\x0f\xae\x38")); /* clflush (%rax) */
	CHECK(!IN("\x48\x89\xae\x10\x00\x00\x00")); /* mov %rbp, 16(%rsi) */
}

#else

TEST(all_code_may)
{
	CHECK(IN("code"));
	CHECK(!IN(""));
}

#endif

static bool names(const char *function)
{
	for (const char *const *name = modes_functions; *name; name++) {
		if (!strcmp(*name, function))
			return true;
	}
	return false;
}

TEST(so_may_functions_of_libc)
{
	CHECK(names("fesetround"));
	CHECK(names("dlsym"));
	CHECK(!names("fegetround"));
	CHECK(!names("memcpy"));
}
