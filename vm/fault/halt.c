/* Stops the node. Any thread, and in a handler of a signal, with any lock held: so it takes none, and
 * allocates nothing. */
#include "vm/fault/halt.h"

#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/base/log.h"

/* JSON: ["0x1", "0x2"]. */
static int print_frames(char *to, size_t room, const struct fault *f)
{
	int used = snprintf(to, room, "[");

	for (uint32_t i = 0; i < f->count; i++)
		used += snprintf(to + used, room - (size_t)used, "%s\"%#lx\"", i ? "," : "",
				 (unsigned long)f->frames[i]);
	return used + snprintf(to + used, room - (size_t)used, "]");
}

void halt(const struct fault *f, const char *why)
{
	static const struct fault nothing;
	char frames[FAULT_FRAMES_MAX * 24 + 8], address[24];

	f = f ? f : &nothing;
	int used = print_frames(frames, sizeof(frames), f);
	snprintf(address, sizeof(address), "%#lx", (unsigned long)f->address);
	struct log_field fields[] = {
		LOG_FIELD_TEXT("reason", why),
		LOG_FIELD_TEXT("fault", fault_name(f->kind)),
		LOG_FIELD_INT("signal", f->signal),
		LOG_FIELD_TEXT("address", address),
		LOG_FIELD_JSON("frames", frames, (size_t)used),
	};
	log_write(&(struct log_event){ LOG_LEVEL_ERROR, "halt", "the node stops", fields,
				       sizeof(fields) / sizeof(*fields) });
	syscall(SYS_exit_group, FAULT_EXIT_STATUS);
	__builtin_unreachable();
}
