/* The runtime's heap. */
#include "vm/base/heap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "test/harness.h"
#include "vm/base/annotate.h"
#include "vm/base/sizes.h"

TEST_LEAK_FREE(rounds_to_classes_that_hold_the_request)
{
	for (unsigned c = 0; c < SIZES_CLASSES; c++) {
		CHECK_INT(sizes_class(sizes_bytes(c)), c);
		if (c)
			CHECK_INT(sizes_class(sizes_bytes(c - 1) + 1), c);
		CHECK_INT(sizes_bytes(c) % 16, 0);
	}
	CHECK_INT(sizes_class(0), 0);
	CHECK_INT(sizes_bytes(SIZES_CLASSES - 1), SIZES_BYTES_MAX);
	for (size_t bytes = 0; bytes < 100000; bytes += 7)
		CHECK(heap_round(bytes) >= bytes);
}

/* A block of each size, written whole, next to others of its size. */
TEST_LEAK_FREE(gives_blocks_of_every_size_that_do_not_overlap)
{
	unsigned char *blocks[SIZES_CLASSES + 2][3];
	size_t bytes[SIZES_CLASSES + 2];

	for (unsigned c = 0; c < SIZES_CLASSES; c++)
		bytes[c] = sizes_bytes(c);
	bytes[SIZES_CLASSES] = SIZES_BYTES_MAX + 1;
	bytes[SIZES_CLASSES + 1] = 3 * SIZES_BYTES_MAX;
	for (unsigned c = 0; c < SIZES_CLASSES + 2; c++) {
		for (unsigned i = 0; i < 3; i++) {
			blocks[c][i] = heap_take(bytes[c]);
			CHECK(blocks[c][i]);
			CHECK_INT((uintptr_t)blocks[c][i] % 16, 0);
			memset(blocks[c][i], (int)(c * 3 + i), bytes[c]);
		}
	}
	for (unsigned c = 0; c < SIZES_CLASSES + 2; c++) {
		for (unsigned i = 0; i < 3; i++) {
			CHECK_INT(blocks[c][i][0], (unsigned char)(c * 3 + i));
			CHECK_INT(blocks[c][i][bytes[c] - 1], (unsigned char)(c * 3 + i));
			heap_give(blocks[c][i], bytes[c]);
		}
	}
}

TEST_LEAK_FREE(zeroes_on_request_what_was_used_before)
{
	static const size_t sizes[] = { 1, 48, 5000, 100000, 2 << 20, 20 << 20 };

	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		char *block = heap_take(sizes[s]);
		CHECK(block);
		memset(block, 1, sizes[s]);
		heap_give(block, sizes[s]);
		block = heap_take_zero(sizes[s]);
		CHECK(block);
		for (size_t i = 0; i < sizes[s]; i++)
			CHECK(!block[i]);
		heap_give(block, sizes[s]);
	}
}

TEST_LEAK_FREE(counts_what_is_in_use)
{
	int64_t before = heap_in_use();
	void *small = heap_take(64);
	void *large = heap_take(1 << 20);

	CHECK_INT(heap_in_use() - before, 64 + (1 << 20));
	heap_give(small, 64);
	heap_give(large, 1 << 20);
	heap_give(NULL, 64);
	CHECK_INT(heap_in_use() - before, 0);
}

TEST_LEAK_FREE(refuses_absurd_sizes)
{
	CHECK(!heap_take(SIZE_MAX));
	CHECK(!heap_take(SIZE_MAX - 4096));
	CHECK(!heap_take((size_t)PTRDIFF_MAX + 1));
	CHECK(!heap_take_zero(SIZE_MAX));
	CHECK_INT(heap_round(SIZE_MAX), -1);
}

TEST_LEAK_FREE(resizes_and_keeps_what_fits)
{
	char *block = heap_resize(NULL, 0, 10);

	CHECK(block);
	memcpy(block, "123456789", 10);
	for (size_t bytes = 10; bytes < 40000000; bytes = bytes * 2 + 1) {
		block = heap_resize(block, bytes, bytes * 2 + 1);
		CHECK(block);
		CHECK_STR(block, "123456789");
		block[bytes * 2] = 1;
		if (bytes * 2 + 1 >= 40000000) {
			block = heap_resize(block, bytes * 2 + 1, 5);
			CHECK(!memcmp(block, "12345", 5));
		}
	}
	heap_give(block, 5);
}

TEST_LEAK_FREE(a_failed_resize_leaves_the_block)
{
	char *block = heap_take(10);

	strcpy(block, "intact");
	heap_fail(1, false);
	CHECK(!heap_resize(block, 10, 1000));
	CHECK_STR(block, "intact");
	heap_give(block, 10);
}

TEST_LEAK_FREE(fails_the_nth_request)
{
	heap_give(heap_take(16), 16); /* so that the thread has blocks at hand */
	heap_fail(2, false);
	void *first = heap_take(16);
	CHECK(first);
	CHECK(!heap_take(16));
	void *third = heap_take(16);
	CHECK(third);
	heap_fail(2, true);
	void *fourth = heap_take(100000);
	CHECK(fourth);
	CHECK(!heap_take(100000));
	CHECK(!heap_take(16));
	heap_fail(0, false);
	heap_give(first, 16);
	heap_give(third, 16);
	heap_give(fourth, 100000);
}

/* Blocks taken by one thread are given back by the next one, round a ring of them. */
enum { RING = 4, ROUNDS = 50, BLOCKS = 500 };

static pthread_barrier_t ring_barrier;
static char *ring_blocks[RING][BLOCKS];

static size_t ring_bytes(unsigned block)
{
	return 16 + block * 37 % 3000;
}

static void *ring_thread(void *arg)
{
	unsigned me = (unsigned)(uintptr_t)arg, next = (me + 1) % RING;

	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned b = 0; b < BLOCKS; b++) {
			ring_blocks[me][b] = heap_take(ring_bytes(b));
			CHECK(ring_blocks[me][b]);
			memset(ring_blocks[me][b], (int)(me + 1), ring_bytes(b));
		}
		pthread_barrier_wait(&ring_barrier);
		for (unsigned b = 0; b < BLOCKS; b++) {
			char *block = ring_blocks[next][b];
			CHECK_INT(block[0], next + 1);
			CHECK_INT(block[ring_bytes(b) - 1], next + 1);
			heap_give(block, ring_bytes(b));
		}
		pthread_barrier_wait(&ring_barrier);
	}
	heap_flush();
	return NULL;
}

TEST_LEAK_FREE(threads_give_what_others_took)
{
	pthread_t threads[RING];

	pthread_barrier_init(&ring_barrier, NULL, RING);
	for (uintptr_t i = 0; i < RING; i++)
		CHECK(!pthread_create(&threads[i], NULL, ring_thread, (void *)i));
	for (unsigned i = 0; i < RING; i++)
		pthread_join(threads[i], NULL);
}

static void *take_many(void *arg)
{
	void **blocks = arg;

	for (unsigned b = 0; b < BLOCKS; b++)
		blocks[b] = heap_take(48);
	for (unsigned b = 0; b < BLOCKS; b++)
		heap_give(blocks[b], 48);
	return NULL;
}

static int by_address(const void *a, const void *b)
{
	uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;

	return x < y ? -1 : x > y;
}

/* What a thread had at hand when it ended serves the next one. */
TEST_LEAK_FREE(a_thread_that_ended_leaves_its_blocks)
{
	static void *first[BLOCKS], *second[BLOCKS];
	pthread_t thread;

	if (annotate_plain_heap())
		SKIP("the heap is malloc's");
	CHECK(!pthread_create(&thread, NULL, take_many, first));
	pthread_join(thread, NULL);
	CHECK(!pthread_create(&thread, NULL, take_many, second));
	pthread_join(thread, NULL);
	qsort(first, BLOCKS, sizeof(first[0]), by_address);
	unsigned again = 0;
	for (unsigned b = 0; b < BLOCKS; b++)
		again += bsearch(&second[b], first, BLOCKS, sizeof(first[0]), by_address) != NULL;
	CHECK(again > BLOCKS / 2);
}

static void *take_one(void *arg)
{
	*(void **)arg = heap_take(1000);
	return NULL;
}

TEST_LEAK_FREE(counts_blocks_of_threads_that_ended)
{
	int64_t before = heap_in_use();
	pthread_t thread;
	void *block = NULL;

	CHECK(!pthread_create(&thread, NULL, take_one, &block));
	pthread_join(thread, NULL);
	CHECK(block);
	CHECK_INT(heap_in_use() - before, 1000);
	heap_give(block, 1000);
}

/* Its blocks have the sizes of its classes, malloc's those of the requests. */
TEST_LEAK_FREE(hands_on_to_malloc_only_for_a_tool)
{
	unsetenv("JOIST_HEAP");
	CHECK_INT(heap_round(5001), annotate_plain_heap() ? 5008 : sizes_bytes(sizes_class(5001)));
}

TEST_LEAK_FREE(keeps_its_own_blocks_under_a_tool_on_request)
{
	setenv("JOIST_HEAP", "own", 1);
	CHECK_INT(heap_round(5001), sizes_bytes(sizes_class(5001)));
	char *block = heap_take_zero(5001);
	CHECK(block);
	CHECK_INT(block[5000], 0);
	heap_give(block, 5001);
}
