/* A crash report as a line of JSON, or as one for people with a line for each frame below it. Works on
 * the caller's stack. Any thread. */
#include "vm/sched/crashline.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/term/atom.h"

/* Of a line's 4096 bytes. */
#define FRAMES_BYTES_MAX 2400
#define FIELDS_MAX 18

struct piece {
	size_t size;
	char bytes[FRAMES_BYTES_MAX];
};

/* Adds it, or nothing of it: false if there is no room. */
__attribute__((format(printf, 2, 3))) static bool piece_add(struct piece *piece, const char *format,
							    ...)
{
	size_t room = sizeof(piece->bytes) - piece->size;
	va_list args;

	va_start(args, format);
	int size = vsnprintf(piece->bytes + piece->size, room, format, args);
	va_end(args);
	if (size < 0 || (size_t)size >= room) {
		piece->bytes[piece->size] = '\0';
		return false;
	}
	piece->size += (size_t)size;
	return true;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* `  #0 bump+0x14 (counter.c:27)` */
static bool add_frame_text(struct piece *piece, unsigned number, uintptr_t address,
			   const struct crash_frame *f)
{
	if (!f || !f->object)
		return piece_add(piece, "  #%u 0x%" PRIxPTR "\n", number, address);
	if (!f->function)
		return piece_add(piece, "  #%u %s+0x%" PRIx64 "\n", number, f->object, f->offset);
	if (!f->source)
		return piece_add(piece, "  #%u %s+0x%" PRIx64 " (%s+0x%" PRIx64 ")\n", number,
				 f->function, f->distance, f->object, f->offset);
	return piece_add(piece, "  #%u %s+0x%" PRIx64 " (%s:%u)\n", number, f->function,
			 f->distance, base_name(f->source), f->line);
}

static bool add_json_text(struct piece *piece, const char *key, const char *text)
{
	char escaped[512];

	logline_escape(escaped, sizeof(escaped), text);
	return piece_add(piece, ",\"%s\":\"%s\"", key, escaped);
}

static bool add_frame_json(struct piece *piece, uintptr_t address, const struct crash_frame *f)
{
	if (!piece_add(piece, "%s{\"address\":\"0x%" PRIxPTR "\"", piece->size > 1 ? "," : "",
		       address))
		return false;
	if (f && f->object) {
		if (!add_json_text(piece, f->generation ? "plugin" : "library", f->object) ||
		    (f->generation && !piece_add(piece, ",\"generation\":%u", f->generation)) ||
		    !piece_add(piece, ",\"offset\":%" PRIu64, f->offset))
			return false;
		if (f->function && (!add_json_text(piece, "symbol", f->function) ||
				    !piece_add(piece, ",\"symbol_offset\":%" PRIu64, f->distance)))
			return false;
		if (f->source && (!add_json_text(piece, "file", f->source) ||
				  !piece_add(piece, ",\"line\":%u", f->line)))
			return false;
	}
	return piece_add(piece, "}");
}

/* The innermost frames, as many as there is room for. */
static void list_frames(const struct crash *crash, const struct crash_frame *frames,
			struct piece *text, struct piece *json)
{
	bool text_fits = true, json_fits = piece_add(json, "[");

	for (uint32_t i = 0; i < crash->fault.count; i++) {
		const struct crash_frame *frame = frames ? &frames[i] : NULL;
		uintptr_t address = crash->fault.frames[i];
		size_t before = json->size;

		text_fits = text_fits && add_frame_text(text, i, address, frame);
		json_fits = json_fits && json->size < sizeof(json->bytes) - 2 &&
			    add_frame_json(json, address, frame);
		if (!json_fits)
			json->size = before;
	}
	if (json->size > sizeof(json->bytes) - 2)
		json->size = sizeof(json->bytes) - 2;
	memcpy(json->bytes + json->size, "]", 2);
	json->size++;
}

static const char *signal_name(int number)
{
	switch (number) {
	case SIGSEGV:
		return "sigsegv";
	case SIGBUS:
		return "sigbus";
	case SIGFPE:
		return "sigfpe";
	case SIGILL:
		return "sigill";
	case SIGABRT:
		return "sigabrt";
	default:
		return NULL;
	}
}

/* "sigsegv at address 0x0" */
static void describe_fault(const struct crash *crash, char *to, size_t room)
{
	const struct fault *fault = &crash->fault;
	const char *name = fault_name(fault->kind);

	switch (fault->kind) {
	case FAULT_SIGSEGV:
	case FAULT_SIGBUS:
	case FAULT_SIGFPE:
	case FAULT_SIGILL:
	case FAULT_STACK_OVERFLOW:
		snprintf(to, room, "%s at address 0x%" PRIxPTR, name, fault->address);
		break;
	case FAULT_EXIT:
		snprintf(to, room, "%s with status %" PRIuPTR, name, fault->address);
		break;
	default:
		snprintf(to, room, "%s",
			 crash->stall
				 ? "computes or blocks for long, and goes on on a thread of its own"
				 : name);
	}
}

/* The line's fields. Those that `message` says are hidden from people. */
static size_t list_fields(const struct crash *c, const char *pid, const char *address,
			  const struct piece *more, const struct piece *frames,
			  struct log_field fields[static FIELDS_MAX])
{
	struct joist_bytes plugin = atom_name(c->plugin), export = atom_name(c->export_name);
	struct joist_bytes name = c->name.word ? atom_name(c->name) : (struct joist_bytes){ 0 };
	const char *signal = signal_name(c->fault.signal);
	bool is_fault = c->fault.kind != FAULT_NONE || c->stall;
	size_t n = 0;

	fields[n++] = LOG_FIELD_TEXT("pid", pid);
	if (name.size)
		fields[n++] = LOG_FIELD_BYTES("name", name.data, name.size);
	fields[n++] = LOG_FIELD_BYTES("plugin", plugin.data, plugin.size);
	fields[n++] = LOG_FIELD_TEXT("version", c->version);
	fields[n++] = LOG_FIELD_BYTES("export", export.data, export.size);
	fields[n++] = LOG_FIELD_INT("generation", c->generation);
	if (!c->stall)
		fields[n++] = LOG_FIELD_BYTES("reason", c->reason ? c->reason : "", c->reason_size);
	for (size_t i = 0; i < n; i++)
		fields[i].kind |= is_fault && strcmp(fields[i].key, "name") &&
						  strcmp(fields[i].key, "generation")
					  ? LOG_HIDDEN
					  : 0;
	if (is_fault) {
		if (signal)
			fields[n++] = LOG_FIELD_TEXT("signal", signal);
		if (!c->stall)
			fields[n++] = LOG_FIELD_TEXT("address", address);
		fields[n++] = LOG_FIELD_JSON("frames", frames->bytes, frames->size);
		for (size_t i = n - 1 - (signal != NULL) - !c->stall; i < n; i++)
			fields[i].kind |= LOG_HIDDEN;
		fields[n++] = LOG_FIELD_MORE(more->bytes);
	}
	fields[n++] = LOG_FIELD_INT("message_queue_len", c->messages);
	fields[n++] = LOG_FIELD_INT("links", c->links);
	if (c->skipped)
		fields[n++] = LOG_FIELD_INT("skipped", c->skipped);
	if (c->is_last)
		fields[n++] = LOG_FIELD_TEXT("next", "counted");
	if (c->restart[0])
		fields[n++] = LOG_FIELD_TEXT("restart", c->restart);
	return n;
}

void crash_write(const struct crash *crash, const struct crash_frame *frames)
{
	struct piece text = { .size = 0 }, json = { .size = 0 };
	struct log_field fields[FIELDS_MAX];
	char pid[32], address[32], fault[80], message[256] = "an actor ended in error";
	struct joist_bytes plugin = atom_name(crash->plugin);
	struct joist_bytes export = atom_name(crash->export_name);
	struct log_event event = { LOG_LEVEL_ERROR, "crash", message, fields, 0 };

	snprintf(pid, sizeof(pid), "<0.%u.%u>", pid_slot(crash->pid), pid_serial(crash->pid));
	snprintf(address, sizeof(address), "0x%" PRIxPTR, crash->fault.address);
	if (crash->stall) {
		event.level = LOG_LEVEL_NOTICE;
		event.event = "stall";
	}
	if (crash->fault.kind != FAULT_NONE || crash->stall) {
		list_frames(crash, frames, &text, &json);
		describe_fault(crash, fault, sizeof(fault));
		snprintf(message, sizeof(message), "%s %.*s:%.*s %s %s", pid, (int)plugin.size,
			 (const char *)plugin.data, (int)export.size, (const char *)export.data,
			 crash->version, fault);
	}
	event.count = list_fields(crash, pid, address, &text, &json, fields);
	log_write_at(crash->system_ns, &event);
}

struct crash *crash_copy(const struct crash *crash)
{
	size_t bytes = sizeof(*crash) + crash->reason_size;
	struct crash *copy = heap_take(bytes);

	if (!copy)
		return NULL;
	*copy = *crash;
	copy->bytes = bytes;
	if (crash->reason_size)
		copy->reason = memcpy(copy + 1, crash->reason, crash->reason_size);
	return copy;
}

void crash_free(struct crash *crash)
{
	if (crash)
		heap_give(crash, crash->bytes);
}
