/* Stops the node. Any thread, and in a handler of a signal, with any lock held: so it takes none, and
 * allocates nothing. */
#include "vm/fault/halt.h"

#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/base/log.h"

#define FRAMES_BYTES_MAX 2400 /* of the line's */

/* JSON: {"address":"0x1","library":"/lib/libx.so","offset":1}, as far as it is known without a lock. Less
 * than what it returns if there is no room. */
static int print_frame(char *to, size_t room, uintptr_t address)
{
	struct dl_find_object object;
	const struct link_map *map;

	if (_dl_find_object((void *)address, &object) != 0)
		return snprintf(to, room, "{\"address\":\"%#lx\"}", (unsigned long)address);
	map = object.dlfo_link_map;
	return snprintf(to, room, "{\"address\":\"%#lx\",\"library\":\"%s\",\"offset\":%lu}",
			(unsigned long)address, map->l_name[0] ? map->l_name : "/proc/self/exe",
			(unsigned long)(address - map->l_addr));
}

/* As many as there is room for. */
static size_t print_frames(char to[static FRAMES_BYTES_MAX], const struct fault *f)
{
	size_t used = 1;

	to[0] = '[';
	for (uint32_t i = 0; i < f->count; i++) {
		size_t room = FRAMES_BYTES_MAX - used - 1;
		int more = print_frame(to + used + (i > 0), room - 1, f->frames[i]);

		if (more < 0 || (size_t)more + 2 >= room)
			break;
		if (i > 0)
			to[used++] = ',';
		used += (size_t)more;
	}
	to[used++] = ']';
	return used;
}

/* ---- what is to be done before ---- */

static struct {
	_Atomic(halt_work)
		work; /* relaxed, both: a node that comes or goes just now may be missed */
	_Atomic(void *) argument;
} works[HALT_WORKS_MAX];

static void set_work(void *before, halt_work work, void *argument)
{
	for (size_t i = 0; i < HALT_WORKS_MAX; i++) {
		void *expected = before;

		/* relaxed, all: as above */
		if (!atomic_compare_exchange_strong_explicit(&works[i].argument, &expected,
							     argument, memory_order_relaxed,
							     memory_order_relaxed))
			continue;
		atomic_store_explicit(&works[i].work, work, memory_order_relaxed);
		return;
	}
}

void halt_begin_by(halt_work work, void *argument)
{
	set_work(NULL, work, argument);
}

void halt_forget(void *argument)
{
	set_work(argument, NULL, NULL);
}

/* Only by the first thread that comes: it ends the others. */
static void do_works(void)
{
	static atomic_flag begun = ATOMIC_FLAG_INIT;

	/* relaxed: nothing depends on it */
	while (atomic_flag_test_and_set_explicit(&begun, memory_order_relaxed))
		pause();
	for (size_t i = 0; i < HALT_WORKS_MAX; i++) {
		/* relaxed, both: as above */
		halt_work work = atomic_load_explicit(&works[i].work, memory_order_relaxed);
		void *argument = atomic_load_explicit(&works[i].argument, memory_order_relaxed);

		if (work && argument)
			work(argument);
	}
}

void halt(const struct fault *f, const char *why)
{
	static const struct fault nothing;
	static __thread bool begun;
	char frames[FRAMES_BYTES_MAX], address[24];

	if (begun) /* and has faulted: there is nothing left to be told */
		syscall(SYS_exit_group, FAULT_EXIT_STATUS);
	begun = true;
	f = f ? f : &nothing;
	size_t used = print_frames(frames, f);
	snprintf(address, sizeof(address), "%#lx", (unsigned long)f->address);
	struct log_field fields[] = {
		LOG_FIELD_TEXT("reason", why),
		LOG_FIELD_TEXT("fault", fault_name(f->kind)),
		LOG_FIELD_INT("signal", f->signal),
		LOG_FIELD_TEXT("address", address),
		LOG_FIELD_JSON("frames", frames, used),
	};
	log_write(&(struct log_event){ LOG_LEVEL_ERROR, "halt", "the node stops", fields,
				       sizeof(fields) / sizeof(*fields) });
	do_works();
	syscall(SYS_exit_group, FAULT_EXIT_STATUS);
	__builtin_unreachable();
}
