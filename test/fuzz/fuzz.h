/* What a fuzzer defines: it takes any bytes, and must neither crash nor leak. */
#ifndef JOIST_TEST_FUZZ_FUZZ_H
#define JOIST_TEST_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
