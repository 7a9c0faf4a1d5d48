/* Where stacks come from. Each size class has a list of warm stacks, and a list of cold ones whose pages
 * were returned to the kernel; new ones are cut from mappings of 64 stacks, each made once and kept until
 * the process ends. Any thread; one lock per class. */
#include "vm/actor/stack.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "vm/actor/switch.h"
#include "vm/base/alarm.h"
#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"

#define MADV_UNHEARD_OF 0x7fffffff /* an advice that no kernel knows */
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE 103
#endif

#define CLASS_BYTES_MIN (16 * 1024)
#define CLASSES 15
#define STACKS_PER_MAPPING 64
#define WARM_MAX 512 /* stacks of one class that keep their pages while unused */
#define SHELF_MAX 32 /* stacks of one worker, likewise */
#define MAPPINGS_SPARED 4096 /* of the kernel's limit, for everything that is no stack */

static struct stack_class {
	pthread_mutex_t lock; /* of all below */
	struct stack *warm;
	size_t warm_count;
	struct stack **cold; /* their pages are gone, and their struct with them */
	size_t cold_count, cold_room;
	char *fresh, *fresh_end; /* of the newest mapping, not cut yet */
} classes[CLASSES] = {
	[0 ... CLASSES - 1] = { .lock = PTHREAD_MUTEX_INITIALIZER },
};

enum guard_kind {
	GUARD_UNKNOWN,
	GUARD_INSTALL,
	GUARD_MPROTECT,
};

static atomic_int guard; /* relaxed: whoever asks the kernel finds the same */
static atomic_size_t made; /* relaxed: a count, ordered by the class locks where it matters */
/* 0: no limit. relaxed: set before the first stack is made */
static _Atomic size_t count_wanted, count_possible;

static size_t class_bytes(unsigned class_)
{
	return (size_t)CLASS_BYTES_MIN << class_;
}

/* What one stack of the class takes of the address space. */
static size_t class_stride(unsigned class_)
{
	return class_bytes(class_) + STACK_GUARD_BYTES;
}

static size_t read_map_limit(void)
{
	FILE *f = fopen("/proc/sys/vm/max_map_count", "re");
	size_t limit = 65530;

	if (f) {
		if (fscanf(f, "%zu", &limit) != 1)
			limit = 65530;
		fclose(f);
	}
	return limit;
}

void stack_guard_by_mprotect(void)
{
	size_t maps = read_map_limit();

	/* relaxed, both: as said above */
	atomic_store_explicit(&guard, GUARD_MPROTECT, memory_order_relaxed);
	atomic_store_explicit(&count_possible,
			      maps > 2 * MAPPINGS_SPARED ? (maps - MAPPINGS_SPARED) / 2 : maps / 4,
			      memory_order_relaxed);
}

void stack_count_limit(size_t count)
{
	/* relaxed: as said above */
	atomic_store_explicit(&count_wanted, count, memory_order_relaxed);
}

size_t stack_count_max(void)
{
	/* relaxed, both: as said above */
	size_t wanted = atomic_load_explicit(&count_wanted, memory_order_relaxed);
	size_t possible = atomic_load_explicit(&count_possible, memory_order_relaxed);

	wanted = wanted ? wanted : SIZE_MAX;
	possible = possible ? possible : SIZE_MAX;
	return wanted < possible ? wanted : possible;
}

size_t stack_count(void)
{
	/* relaxed: a count for people to read */
	return atomic_load_explicit(&made, memory_order_relaxed);
}

static bool guard_install(char *base, size_t bytes)
{
	/* Who takes any advice, as an emulator does, makes no guard of it.
	 * relaxed, all: as said above */
	if (atomic_load_explicit(&guard, memory_order_relaxed) == GUARD_UNKNOWN &&
	    madvise(base, bytes, MADV_UNHEARD_OF) == 0)
		stack_guard_by_mprotect();
	if (atomic_load_explicit(&guard, memory_order_relaxed) != GUARD_MPROTECT) {
		if (madvise(base, bytes, MADV_GUARD_INSTALL) == 0) {
			atomic_store_explicit(&guard, GUARD_INSTALL, memory_order_relaxed);
			return true;
		}
		if (errno != EINVAL)
			return false;
		stack_guard_by_mprotect();
	}
	return mprotect(base, bytes, PROT_NONE) == 0;
}

static bool guard_remove(char *base, size_t bytes)
{
	/* relaxed: as said above */
	if (atomic_load_explicit(&guard, memory_order_relaxed) == GUARD_MPROTECT)
		return mprotect(base, bytes, PROT_READ | PROT_WRITE) == 0;
	return madvise(base, bytes, MADV_GUARD_REMOVE) == 0;
}

/* Cuts a stack's memory from the class's newest mapping, or makes a new one. */
static char *cut(struct stack_class *c, unsigned class_)
{
	size_t stride = class_stride(class_);

	if (c->fresh == c->fresh_end) {
		size_t bytes = stride * (class_ > 6 ? 1 : STACKS_PER_MAPPING);
		char *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
		if (map == MAP_FAILED)
			return NULL;
		madvise(map, bytes, MADV_NOHUGEPAGE);
		c->fresh = map;
		c->fresh_end = map + bytes;
	}
	if (!guard_install(c->fresh, STACK_GUARD_BYTES))
		return NULL;
	c->fresh += stride;
	return c->fresh - stride;
}

static char *stack_base(const struct stack *stack)
{
	return (char *)stack + sizeof(*stack) - class_stride(stack->class_);
}

/* The lowest byte that frames may use, while the reserve is closed. */
static char *stack_frames(const struct stack *stack)
{
	return stack_base(stack) + STACK_GUARD_BYTES;
}

/* Whoever asks for a stack when none is left ends; people should hear why, and before. */
static void report_count(size_t count, size_t max, bool none_left)
{
	if (count == max - max / 10)
		alarm_raise(NULL, ALARM_STACKS_HIGH,
			    "%zu of %zu stacks exist, of loops and of servers that wait in "
			    "mid-turn",
			    count, max);
	else if (none_left && count >= max)
		alarm_raise(NULL, ALARM_STACKS_FULL,
			    "no stack is left: %zu exist, and more would need mappings that the "
			    "kernel does not give (vm.max_map_count); raise that, use Linux 6.13 "
			    "or later, or make actors that wait servers, which need no stack",
			    count);
}

static struct stack *stack_make(struct stack_class *c, unsigned class_)
{
	/* relaxed: the lock orders the makers of one class, and the bound need not be exact */
	if (atomic_load_explicit(&made, memory_order_relaxed) >= stack_count_max())
		return NULL;
	char *base = cut(c, class_);
	if (!base)
		return NULL;
	/* relaxed: as above */
	atomic_fetch_add_explicit(&made, 1, memory_order_relaxed);
	return (struct stack *)(void *)(base + class_stride(class_) - sizeof(struct stack));
}

static struct stack *take_locked(struct stack_class *c, unsigned class_, bool *ret_warm)
{
	struct stack *stack = c->warm;

	*ret_warm = stack != NULL;
	if (stack) {
		c->warm = stack->next;
		c->warm_count--;
		return stack;
	}
	if (c->cold_count)
		return c->cold[--c->cold_count];
	return stack_make(c, class_);
}

static unsigned class_of(size_t bytes)
{
	unsigned class_ = 0;

	while (class_ < CLASSES && class_bytes(class_) < bytes)
		class_++;
	return class_;
}

/* Makes it one that starts in `start`. */
static struct stack *ready(struct stack *stack, void (*start)(void))
{
	char *frames = stack_frames(stack);

	stack->left = false;
	stack->home = NULL;
	stack->exceptions = (struct stack_exceptions){ 0 };
	annotate_stack_new(&stack->notes, frames, (size_t)((char *)stack - frames));
	stack->sp = switch_prepare((void *)((uintptr_t)stack & ~(uintptr_t)15), start);
	return stack;
}

bool stack_does_for(const struct stack *stack, size_t bytes)
{
	return !stack->left && class_of(bytes) == stack->class_ &&
	       stack->notes.base == stack_frames(stack);
}

struct stack *stack_take(size_t bytes, void (*start)(void))
{
	unsigned class_ = class_of(bytes);
	bool warm;

	if (class_ == CLASSES)
		return NULL;
	struct stack_class *c = &classes[class_];
	pthread_mutex_lock(&c->lock);
	struct stack *stack = take_locked(c, class_, &warm);
	pthread_mutex_unlock(&c->lock);
	if (!warm)
		report_count(stack_count(), stack_count_max(), !stack);
	if (!stack)
		return NULL;
	if (!warm) {
		memset(stack, 0, sizeof(*stack));
		stack->class_ = (unsigned char)class_;
	}
	return ready(stack, start);
}

/* Remembers a stack without its pages; false when there is no memory to remember it in. */
static bool keep_cold(struct stack_class *c, struct stack *stack)
{
	if (c->cold_count == c->cold_room) {
		size_t room = c->cold_room ? 2 * c->cold_room : 64;
		struct stack **cold =
			heap_resize(c->cold, c->cold_room * sizeof(*cold), room * sizeof(*cold));
		if (!cold)
			return false;
		c->cold = cold;
		c->cold_room = room;
	}
	c->cold[c->cold_count++] = stack;
	return true;
}

int64_t stack_list_bytes(void)
{
	size_t room = 0;

	for (unsigned i = 0; i < CLASSES; i++) {
		pthread_mutex_lock(&classes[i].lock);
		room += classes[i].cold_room;
		pthread_mutex_unlock(&classes[i].lock);
	}
	return (int64_t)(room * sizeof(struct stack *));
}

/* Nothing will run on it as it is. */
static void clear(struct stack *stack)
{
	char *frames = stack_frames(stack);

	joist_assert(!stack->arena.chunks && !stack->parcel.chunks && !stack->taken);
	annotate_stack_end(&stack->notes);
	/* If the kernel does not want to, this half of the guard stays open. */
	if (stack->notes.base != frames)
		guard_install(frames - STACK_RESERVE_BYTES, STACK_RESERVE_BYTES);
}

void stack_give(struct stack *stack)
{
	struct stack_class *c = &classes[stack->class_];

	clear(stack);
	pthread_mutex_lock(&c->lock);
	bool warm = c->warm_count < WARM_MAX || !keep_cold(c, stack);
	if (warm) {
		stack->next = c->warm;
		c->warm = stack;
		c->warm_count++;
	} else {
		/* Under the lock: nobody may take it before its pages are gone. */
		madvise(stack_frames(stack), class_bytes(stack->class_), MADV_DONTNEED);
	}
	pthread_mutex_unlock(&c->lock);
}

struct stack *stack_shelf_take(struct stack_shelf *shelf, size_t bytes, void (*start)(void))
{
	struct stack *stack = shelf->first;

	if (!stack || bytes != STACK_LOOP_BYTES)
		return stack_take(bytes, start);
	shelf->first = stack->next;
	shelf->count--;
	return stack;
}

bool stack_shelf_keep(struct stack_shelf *shelf, struct stack *stack)
{
	if (shelf->count == SHELF_MAX || !stack_does_for(stack, STACK_LOOP_BYTES))
		return false;
	stack->next = shelf->first;
	shelf->first = stack;
	shelf->count++;
	return true;
}

void stack_shelf_clear(struct stack_shelf *shelf)
{
	for (struct stack *s = shelf->first, *next; s; s = next) {
		next = s->next;
		stack_give(s);
	}
	*shelf = (struct stack_shelf){ 0 };
}

bool stack_in_guard(const struct stack *stack, const void *address)
{
	return (uintptr_t)address - (uintptr_t)stack_base(stack) < STACK_GUARD_BYTES;
}

bool stack_open_reserve(struct stack *stack)
{
	char *frames = stack_frames(stack), *reserve = frames - STACK_RESERVE_BYTES;

	if (stack->notes.base != frames || !guard_remove(reserve, STACK_RESERVE_BYTES))
		return false;
	stack->notes.base = reserve;
	stack->notes.size += STACK_RESERVE_BYTES;
	return true;
}

size_t stack_resident_bytes(const struct stack *stack)
{
	char *frames = stack_frames(stack);
	size_t pages = class_bytes(stack->class_) / 4096, resident = 0;
	unsigned char seen[64];

	for (size_t from = 0; from < pages; from += sizeof(seen)) {
		size_t n = pages - from < sizeof(seen) ? pages - from : sizeof(seen);
		if (mincore(frames + from * 4096, n * 4096, seen) < 0)
			return 0;
		for (size_t i = 0; i < n; i++)
			resident += seen[i] & 1;
	}
	return resident * 4096;
}
