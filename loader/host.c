/* The SDK's host.h: a node for other programs. A host is owned by the program; what several threads may
 * call at once says so there. */
#include <joist/host.h>

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "loader/load.h"
#include "loader/node.h"
#include "vm/base/heap.h"
#include "vm/term/bin.h"
#include "vm/term/parse.h"
#include "vm/term/print.h"

struct joist_host {
	struct node node;
	sem_t stop;
};

static _Thread_local char last_error[512];

/* Keeps the first error of a report, which is emptied. Whether there was none. */
static bool settle(struct report *report)
{
	bool fine = !report->errors;

	if (!fine && report->count)
		report_line_text(&report->lines[0], last_error, sizeof(last_error));
	else if (!fine)
		snprintf(last_error, sizeof(last_error),
			 "memory is short; free some and try again");
	report_finish(report);
	return fine;
}

static bool start(struct joist_host *host, const struct joist_host_options *given)
{
	struct joist_host_options options = { 0 };
	struct report report = { 0 };

	memcpy(&options, given, given->size < sizeof(options) ? given->size : sizeof(options));
	if (node_open(&host->node, options.plugins, &report)) {
		const struct vm_options vm = {
			.name = options.name,
			.schedulers = options.schedulers,
			.slice_us = options.slice_us,
			.limits.actor_memory_bytes = options.actor_memory_bytes,
			.virtual_clock = options.virtual_clock,
			.seed = options.seed,
			.stdout_fd = options.stdout_fd,
		};

		if (!node_start(&host->node, vm, false, &report))
			node_close(&host->node);
	}
	return settle(&report);
}

struct joist_host *joist_host_create(const struct joist_host_options *options)
{
	struct joist_host *host = heap_take_zero(sizeof(*host));

	if (!host) {
		errno = ENOMEM;
		return NULL;
	}
	errno = 0;
	if (!start(host, options)) {
		heap_give(host, sizeof(*host));
		errno = errno ? errno : EINVAL;
		return NULL;
	}
	sem_init(&host->stop, 0, 0);
	return host;
}

struct joist_vm *joist_host_vm(struct joist_host *host)
{
	return host->node.vm;
}

const char *joist_host_error(void)
{
	return last_error;
}

bool joist_host_load(struct joist_host *host, const char *file)
{
	struct report report = { 0 };
	struct image image;

	if (image_read(&image, file, &load_node, &report)) {
		if (image_read_exports(&image, &report))
			load_image(host->node.registry, &image, &(struct load_how){ .copy = NULL },
				   &report);
		image_finish(&image);
	}
	return settle(&report);
}

bool joist_host_add(struct joist_host *host, const struct joist_plugin *plugin, const void *data)
{
	struct report report = { 0 };

	node_add(&host->node, plugin, data, &report);
	return settle(&report);
}

/* The term of a text, in `arena`; none, with an error kept, if it is none. */
static joist_term term_of(const char *text, struct arena *arena)
{
	struct parse_error error = { 0, NULL };
	joist_term term = parse_term(arena, joist_text(text), &error);

	if (joist_is_none(term))
		snprintf(last_error, sizeof(last_error),
			 "%s at byte %zu of \"%.200s\"; write a term",
			 error.message ? error.message : "memory is short", error.offset, text);
	return term;
}

static void drop(struct arena *arena)
{
	bins_drop(arena);
	arena_empty(arena);
}

static bool has_colon(const char *name)
{
	struct joist_bytes plugin, export;
	bool has = code_split(name, &plugin, &export);

	if (!has)
		snprintf(last_error, sizeof(last_error),
			 "\"%.200s\" has no colon; write plugin:export", name);
	return has;
}

joist_pid joist_host_start(struct joist_host *host, const char *name, const char *args)
{
	struct arena arena = { 0 };
	joist_term term = term_of(args, &arena);
	joist_pid pid = { 0 };

	if (!joist_is_none(term) && has_colon(name))
		pid = vm_spawn(host->node.vm, name, term, NULL);
	drop(&arena);
	return pid;
}

char *joist_host_await(struct joist_host *host, const char *name, const char *args)
{
	struct arena arena = { 0 };
	joist_term term = term_of(args, &arena);
	char *reason = NULL;

	if (!joist_is_none(term) && has_colon(name))
		reason = node_await(&host->node, name, term);
	drop(&arena);
	return reason;
}

bool joist_host_send(struct joist_host *host, joist_pid to, const char *message)
{
	struct arena arena = { 0 };
	joist_term term = term_of(message, &arena);
	bool sent = !joist_is_none(term);

	if (sent)
		vm_send(host->node.vm, to, term);
	drop(&arena);
	return sent;
}

bool joist_host_exit(struct joist_host *host, joist_pid to, const char *reason)
{
	struct arena arena = { 0 };
	joist_term term = term_of(reason, &arena);
	bool sent = !joist_is_none(term);

	if (sent)
		vm_exit_to(host->node.vm, to, term);
	drop(&arena);
	return sent;
}

char *joist_host_wait(struct joist_host *host, joist_pid pid)
{
	struct arena arena = { 0 };
	struct text text = { 0 };
	joist_term reason = vm_wait(host->node.vm, pid, &arena);
	char *copy = NULL;

	if (print_term(&text, reason) && text_end(&text))
		copy = strdup(text.data);
	text_finish(&text);
	drop(&arena);
	return copy;
}

void joist_host_run(struct joist_host *host)
{
	while (sem_wait(&host->stop) < 0 && errno == EINTR)
		;
}

void joist_host_stop(struct joist_host *host)
{
	sem_post(&host->stop);
}

void joist_host_destroy(struct joist_host *host)
{
	if (!host)
		return;
	node_close(&host->node);
	sem_destroy(&host->stop);
	heap_give(host, sizeof(*host));
}
