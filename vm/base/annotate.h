/* Every word of Valgrind and of the sanitizers in the tree. The rest asks these and knows no tool. */
#ifndef JOIST_VM_BASE_ANNOTATE_H
#define JOIST_VM_BASE_ANNOTATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <valgrind/memcheck.h>

#if defined(__SANITIZE_ADDRESS__)
#define ANNOTATE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ANNOTATE_ASAN 1
#endif
#endif
#ifndef ANNOTATE_ASAN
#define ANNOTATE_ASAN 0
#endif

#if defined(__SANITIZE_THREAD__)
#define ANNOTATE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ANNOTATE_TSAN 1
#endif
#endif
#ifndef ANNOTATE_TSAN
#define ANNOTATE_TSAN 0
#endif

#if ANNOTATE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if ANNOTATE_ASAN
#include <sanitizer/lsan_interface.h>
#endif
#if ANNOTATE_TSAN
#include <sanitizer/tsan_interface.h>
#endif

/* Whether the runtime's heap should hand every request to malloc, where a tool watches each block. */
static inline bool annotate_plain_heap(void)
{
	return ANNOTATE_ASAN || ANNOTATE_TSAN || RUNNING_ON_VALGRIND;
}

/* What the words of a mapping point to is not lost. */
static inline void annotate_roots(const void *words, size_t bytes)
{
	(void)words, (void)bytes;
#if ANNOTATE_ASAN
	__lsan_register_root_region(words, bytes);
#endif
}

/* `word` was read wherever it lay, and may be what nobody has written. */
static inline uintptr_t annotate_found(uintptr_t word)
{
	VALGRIND_MAKE_MEM_DEFINED(&word, sizeof(word));
	return word;
}

/* What the tools know of one stack. */
struct annotate_stack {
	unsigned valgrind_id;
	void *tsan_fiber;
	void *asan_fake; /* ASan's fake stack while this one is switched away from */
	const void *base; /* lowest address */
	size_t size;
};

/* A new stack: the `size` bytes from `base` on. */
static inline void annotate_stack_new(struct annotate_stack *s, const void *base, size_t size)
{
	s->base = base;
	s->size = size;
	s->asan_fake = NULL;
	s->valgrind_id = VALGRIND_STACK_REGISTER(base, (const char *)base + size);
#if ANNOTATE_TSAN
	s->tsan_fiber = __tsan_create_fiber(0);
#else
	s->tsan_fiber = NULL;
#endif
}

/* The stack that the calling thread was started with. */
static inline void annotate_stack_thread(struct annotate_stack *s)
{
	pthread_attr_t attributes;
	void *base = NULL;

	*s = (struct annotate_stack){ 0 };
	if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
		if (pthread_attr_getstack(&attributes, &base, &s->size) != 0)
			s->size = 0;
		pthread_attr_destroy(&attributes);
	}
	s->base = base;
#if ANNOTATE_TSAN
	s->tsan_fiber = __tsan_get_current_fiber();
#endif
}

/* All frames of the stack below `sp` are gone, without a word of theirs. */
static inline void annotate_stack_clean(struct annotate_stack *s, const void *sp)
{
	(void)s, (void)sp;
#if ANNOTATE_ASAN
	__asan_unpoison_memory_region(s->base, (size_t)((const char *)sp - (const char *)s->base));
#endif
}

/* The calling code runs on the stack as on a new one, and returns to none of its frames. TSan counts what
 * its functions have begun, and would go on in the midst of one. */
__attribute__((always_inline)) static inline void annotate_stack_anew(struct annotate_stack *s)
{
	annotate_stack_clean(s, __builtin_frame_address(0));
#if ANNOTATE_TSAN
	void *was = s->tsan_fiber;
	s->tsan_fiber = __tsan_create_fiber(0);
	__tsan_switch_to_fiber(s->tsan_fiber, 0);
	__tsan_destroy_fiber(was);
#endif
}

/* The stack will not be run on again. */
static inline void annotate_stack_end(struct annotate_stack *s)
{
	VALGRIND_STACK_DEREGISTER(s->valgrind_id);
	annotate_stack_clean(s, (const char *)s->base + s->size);
#if ANNOTATE_TSAN
	__tsan_destroy_fiber(s->tsan_fiber);
#endif
}

/* Just before a switch from `from` to `to`; `for_good` when nothing of `from` will run again. */
static inline void annotate_switch_start(struct annotate_stack *from, struct annotate_stack *to,
					 bool for_good)
{
	(void)from, (void)to, (void)for_good;
#if ANNOTATE_ASAN
	__sanitizer_start_switch_fiber(for_good ? NULL : &from->asan_fake, to->base, to->size);
#endif
#if ANNOTATE_TSAN
	__tsan_switch_to_fiber(to->tsan_fiber, 0);
#endif
}

/* Just after it, on the stack `now`. */
static inline void annotate_switch_finish(struct annotate_stack *now)
{
	(void)now;
#if ANNOTATE_ASAN
	__sanitizer_finish_switch_fiber(now->asan_fake, NULL, NULL);
#endif
}

/* The frames from the caller's up to the base of its stack will be left without returning. */
static inline void annotate_unwind(void)
{
#if ANNOTATE_ASAN
	__asan_handle_no_return();
#endif
}

#endif
