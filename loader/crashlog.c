/* Crash reports with names of functions, files and lines.
 *
 * Owns a queue, a thread, and through it the helper process. Workers put crashes into the queue, under a
 * spin lock; if it is full they write what they know themselves. The thread waits at most half a second
 * for the helper, then writes the report without what is still lacking. */
#include "loader/crashlog.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "loader/arrears.h"
#include "loader/locate.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/base/spin.h"
#include "vm/fault/halt.h"
#include "vm/sched/crashline.h"
#include "vm/term/atom.h"

#define QUEUE_MAX 256
#define ANSWER_NS (500 * CLOCK_NS_PER_MS)
#define LAST_NS (300 * CLOCK_NS_PER_MS) /* what there is to name when the node has to stop */

struct crashlog {
	struct registry *registry;
	bool lines;
	int64_t started_ns; /* by clock_system_ns */
	struct spin lock; /* of the queue */
	struct crash *first, *last;
	uint32_t count;
	bool writes; /* the thread, one that it has taken */
	sem_t news; /* posted for each crash, and for the end */
	pthread_t thread;
	struct locator locator;
	struct arrears arrears;
};

/* One frame, and the texts that its crash_frame points to. */
struct named {
	struct crash_frame *frame;
	uintptr_t address;
	uint64_t in_file; /* the address as the file counts */
	char path[4096];
	char object[64];
	struct spot spot;
};

static bool holds(const struct dl_phdr_info *object, uintptr_t address)
{
	for (ElfW(Half) i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];

		if (segment->p_type == PT_LOAD &&
		    address - object->dlpi_addr - segment->p_vaddr < segment->p_memsz)
			return true;
	}
	return false;
}

static int find_object(struct dl_phdr_info *object, size_t size, void *named_)
{
	struct named *named = named_;
	const char *slash = strrchr(object->dlpi_name, '/');

	(void)size;
	if (!holds(object, named->address))
		return 0;
	named->in_file = named->address - object->dlpi_addr;
	if (object->dlpi_name[0])
		snprintf(named->path, sizeof(named->path), "%s", object->dlpi_name);
	else
		snprintf(named->path, sizeof(named->path), "/proc/%d/exe", (int)getpid());
	snprintf(named->object, sizeof(named->object), "%s",
		 slash			? slash + 1
		 : object->dlpi_name[0] ? object->dlpi_name
					: "joist");
	return 1;
}

/* Whether the file is still what was loaded, as far as its last change tells. */
static bool is_unchanged(const char *path, int64_t since_ns)
{
	struct stat about;

	return !stat(path, &about) &&
	       about.st_ctim.tv_sec * CLOCK_NS_PER_S + about.st_ctim.tv_nsec <= since_ns;
}

static void ask(struct crashlog *log, struct named *named, bool is_call, int64_t loaded_ns,
		int64_t deadline_ns)
{
	struct spot *spot = &named->spot;

	if (!log->lines || !is_unchanged(named->path, loaded_ns) ||
	    !locator_ask(&log->locator, named->path, named->in_file - is_call, deadline_ns, spot))
		return;
	if (spot->function[0]) {
		named->frame->function = spot->function;
		named->frame->distance = spot->distance + is_call;
	}
	if (spot->line) {
		named->frame->source = spot->source;
		named->frame->line = spot->line;
	}
}

/* If the frame is a plugin's, its name and generation, and since when that is loaded. */
static void name_generation(struct crashlog *log, struct named *named, int64_t *ret_loaded_ns)
{
	struct generation *generation = registry_at(log->registry, named->address);

	if (!generation)
		return;
	struct joist_bytes plugin = atom_name(generation->code.plugin);
	snprintf(named->object, sizeof(named->object), "%.*s", (int)plugin.size,
		 (const char *)plugin.data);
	named->frame->generation = generation->code.generation;
	*ret_loaded_ns = generation->loaded_ns;
	code_unpin(&generation->code);
}

/* Finds out what a frame is. A return address is behind its call, which may be the last
 * of a line, or of a function: one byte less is surely in it. */
static void name_frame(struct crashlog *log, struct named *named, bool is_call, int64_t deadline_ns)
{
	int64_t since_ns = log->started_ns;

	if (!dl_iterate_phdr(find_object, named))
		return;
	named->frame->object = named->object;
	named->frame->offset = named->in_file;
	name_generation(log, named, &since_ns);
	ask(log, named, is_call, since_ns, deadline_ns);
}

/* The runtime's frames below the actor's own tell nothing. */
static void drop_runtime(struct crash *crash, const struct named *named)
{
	struct named own = { .address = (uintptr_t)crashlog_take };

	if (!dl_iterate_phdr(find_object, &own))
		return;
	while (crash->fault.count > 1 && named[crash->fault.count - 1].frame->object &&
	       !strcmp(named[crash->fault.count - 1].path, own.path))
		crash->fault.count--;
}

static void write_crash(struct crashlog *log, struct crash *crash)
{
	static struct named named[FAULT_FRAMES_MAX]; /* only one thread is here */
	struct crash_frame frames[FAULT_FRAMES_MAX] = { 0 };
	int64_t deadline_ns = clock_now_ns() + ANSWER_NS;

	for (uint32_t i = 0; i < crash->fault.count; i++) {
		named[i].frame = &frames[i];
		named[i].address = crash->fault.frames[i];
		name_frame(log, &named[i], i > 0 || !crash->fault.signal, deadline_ns);
	}
	drop_runtime(crash, named);
	crash_write(crash, frames);
	if (crash->is_last)
		arrears_note(&log->arrears, crash->plugin, crash->export_name);
	crash_free(crash);
}

/* With the lock. */
static struct crash *unlink_first(struct crashlog *log)
{
	struct crash *crash = log->first;

	if (crash) {
		log->first = crash->next;
		log->count--;
	}
	return crash;
}

static struct crash *take_first(struct crashlog *log)
{
	spin_take(&log->lock);
	struct crash *crash = unlink_first(log);
	log->writes = crash;
	spin_give(&log->lock);
	return crash;
}

/* Whether nothing is left to write. */
static bool is_done(struct crashlog *log)
{
	if (!spin_try(&log->lock))
		return false;
	bool done = !log->first && !log->writes;
	spin_give(&log->lock);
	return done;
}

/* The node has to stop: the thread gets a while for what is in the queue, and the rest has no names. */
static void write_all(void *crashlog)
{
	const struct timespec pause = { 0, CLOCK_NS_PER_MS };
	struct crashlog *log = crashlog;
	int64_t until_ns = clock_now_ns() + LAST_NS;

	while (!is_done(log) && clock_now_ns() < until_ns)
		nanosleep(&pause, NULL);
	if (!spin_try(&log->lock))
		return;
	for (struct crash *crash; (crash = unlink_first(log));)
		crash_write(crash, NULL);
	spin_give(&log->lock);
}

/* Until there is a crash to be taken, or the end; meanwhile it tells of others. */
static void wait_for_news(struct crashlog *log)
{
	for (;;) {
		int64_t due_ns = arrears_due(&log->arrears), now_ns = clock_now_ns();
		struct timespec until = clock_kernel_in(due_ns == INT64_MAX ? CLOCK_NS_PER_S * 3600
							: due_ns > now_ns   ? due_ns - now_ns
									    : 0);

		if (!sem_clockwait(&log->news, CLOCK_MONOTONIC, &until))
			return;
		if (errno == ETIMEDOUT)
			arrears_tell(&log->arrears, log->registry, clock_now_ns());
	}
}

static void *run(void *crashlog)
{
	struct crashlog *log = crashlog;
	struct crash *crash;

	do {
		wait_for_news(log);
		crash = take_first(log);
		if (crash)
			write_crash(log, crash);
		spin_take(&log->lock);
		log->writes = false;
		spin_give(&log->lock);
	} while (crash);
	arrears_tell(&log->arrears, log->registry, INT64_MAX);
	return NULL;
}

void crashlog_take(void *crashlog, struct crash *crash)
{
	struct crashlog *log = crashlog;
	bool fits;

	crash->next = NULL;
	spin_take(&log->lock);
	fits = log->count < QUEUE_MAX;
	if (fits) {
		if (log->first)
			log->last->next = crash;
		else
			log->first = crash;
		log->last = crash;
		log->count++;
	}
	spin_give(&log->lock);
	if (fits) {
		sem_post(&log->news);
	} else {
		crash_write(crash, NULL);
		crash_free(crash);
	}
}

struct crashlog *crashlog_create(struct registry *registry, bool lines)
{
	struct crashlog *log = heap_take_zero(sizeof(*log));

	if (!log)
		return NULL;
	log->registry = registry;
	log->lines = lines;
	log->started_ns = clock_system_ns();
	locator_init(&log->locator);
	sem_init(&log->news, 0, 0);
	if (!pthread_create(&log->thread, NULL, run, log)) {
		halt_begin_by(write_all, log);
		return log;
	}
	sem_destroy(&log->news);
	heap_give(log, sizeof(*log));
	return NULL;
}

void crashlog_destroy(struct crashlog *log)
{
	if (!log)
		return;
	halt_forget(log);
	sem_post(&log->news); /* one more than there are crashes */
	pthread_join(log->thread, NULL);
	locator_finish(&log->locator);
	sem_destroy(&log->news);
	heap_give(log, sizeof(*log));
}
