/* Compiles only if the public structs, constants and hole numbers still are those of ABI 1. What may grow
 * is compared up to where it ended then. */
#include <joist/joist.h>

#include "test/abi/abi1.h"

#define SAME_SIZE(type, old) _Static_assert(sizeof(type) == sizeof(struct old), #type)
#define AT_LEAST(type, old) _Static_assert(sizeof(type) >= sizeof(struct old), #type)
#define SAME_PLACE(type, old, field)                                                               \
	_Static_assert(offsetof(type, field) == offsetof(struct old, field) &&                     \
			       sizeof(((type *)0)->field) == sizeof(((struct old *)0)->field),     \
		       #type "." #field)

SAME_SIZE(joist_term, abi1_term);
SAME_SIZE(joist_atom, abi1_atom);

SAME_SIZE(joist_pid, abi1_pid);
SAME_PLACE(joist_pid, abi1_pid, id);
SAME_PLACE(joist_pid, abi1_pid, node);

SAME_SIZE(joist_ref, abi1_ref);
SAME_PLACE(joist_ref, abi1_ref, node);
SAME_PLACE(joist_ref, abi1_ref, count);
SAME_PLACE(joist_ref, abi1_ref, id);

SAME_SIZE(struct joist_bytes, abi1_bytes);
SAME_PLACE(struct joist_bytes, abi1_bytes, data);
SAME_PLACE(struct joist_bytes, abi1_bytes, size);

/* Made by the plugin, one for each pattern: it may not grow. */
SAME_SIZE(struct joist_site, abi1_site);
SAME_PLACE(struct joist_site, abi1_site, pattern);
SAME_PLACE(struct joist_site, abi1_site, program);

/* Has no size in it: it may not grow. */
SAME_SIZE(struct joist_spawn_options, abi1_spawn_options);
SAME_PLACE(struct joist_spawn_options, abi1_spawn_options, link);
SAME_PLACE(struct joist_spawn_options, abi1_spawn_options, monitor);
/* Of its 64 bits the upper half had to be zero, or the spawn was refused: it is descriptors_max now. */
_Static_assert(offsetof(struct joist_spawn_options, stack_bytes) ==
		       offsetof(struct abi1_spawn_options, stack_bytes),
	       "stack_bytes");
_Static_assert(offsetof(struct joist_spawn_options, descriptors_max) ==
		       offsetof(struct joist_spawn_options, stack_bytes) + 4,
	       "descriptors_max");
/* Likewise of its 32 bits, and that is scheduler. */
_Static_assert(offsetof(struct joist_spawn_options, priority) ==
		       offsetof(struct abi1_spawn_options, priority),
	       "priority");
_Static_assert(offsetof(struct joist_spawn_options, scheduler) ==
		       offsetof(struct joist_spawn_options, priority) + 2,
	       "scheduler");
SAME_PLACE(struct joist_spawn_options, abi1_spawn_options, memory_bytes_max);
SAME_PLACE(struct joist_spawn_options, abi1_spawn_options, mailbox_messages_max);
SAME_PLACE(struct joist_spawn_options, abi1_spawn_options, mailbox_bytes_max);
SAME_PLACE(struct joist_spawn_options, abi1_spawn_options, mailbox_policy);
SAME_PLACE(struct joist_spawn_options, abi1_spawn_options, name);
SAME_PLACE(struct joist_spawn_options, abi1_spawn_options, node);
SAME_PLACE(struct joist_spawn_options, abi1_spawn_options, label);

AT_LEAST(struct joist_handler, abi1_handler);
SAME_PLACE(struct joist_handler, abi1_handler, size);
SAME_PLACE(struct joist_handler, abi1_handler, state_size);
SAME_PLACE(struct joist_handler, abi1_handler, start);
SAME_PLACE(struct joist_handler, abi1_handler, message);
SAME_PLACE(struct joist_handler, abi1_handler, stop);

AT_LEAST(struct joist_export, abi1_export);
SAME_PLACE(struct joist_export, abi1_export, name);
SAME_PLACE(struct joist_export, abi1_export, kind);
SAME_PLACE(struct joist_export, abi1_export, arity);
SAME_PLACE(struct joist_export, abi1_export, code);
SAME_PLACE(struct joist_export, abi1_export, handler);
SAME_PLACE(struct joist_export, abi1_export, data);
SAME_PLACE(struct joist_export, abi1_export, stack_bytes);

AT_LEAST(struct joist_plugin, abi1_plugin);
SAME_PLACE(struct joist_plugin, abi1_plugin, size);
SAME_PLACE(struct joist_plugin, abi1_plugin, export_size);
SAME_PLACE(struct joist_plugin, abi1_plugin, name);
SAME_PLACE(struct joist_plugin, abi1_plugin, version);
SAME_PLACE(struct joist_plugin, abi1_plugin, exports);
SAME_PLACE(struct joist_plugin, abi1_plugin, export_count);

AT_LEAST(struct joist_note, abi1_note);
SAME_PLACE(struct joist_note, abi1_note, owner_size);
SAME_PLACE(struct joist_note, abi1_note, payload_size);
SAME_PLACE(struct joist_note, abi1_note, type);
SAME_PLACE(struct joist_note, abi1_note, owner);
SAME_PLACE(struct joist_note, abi1_note, abi);
SAME_PLACE(struct joist_note, abi1_note, sdk);
SAME_PLACE(struct joist_note, abi1_note, needs);
SAME_PLACE(struct joist_note, abi1_note, state_version);
SAME_PLACE(struct joist_note, abi1_note, flags);
SAME_PLACE(struct joist_note, abi1_note, name);
SAME_PLACE(struct joist_note, abi1_note, version);

#define SAME_NUMBER(name, number) _Static_assert(name == (number), #name)

SAME_NUMBER(JOIST_ABI, 1);
SAME_NUMBER(JOIST_INFINITY, -1);
SAME_NUMBER(JOIST_ARITY_MAX, 8);
SAME_NUMBER(JOIST_HOLES_MAX, 16);
SAME_NUMBER(JOIST_NOTE_TYPE, 1);
SAME_NUMBER(JOIST_NOTE_COUNTED, 1u);
SAME_NUMBER(JOIST_EXPORT_LOOP, 1);
SAME_NUMBER(JOIST_EXPORT_HANDLER, 2);
SAME_NUMBER(JOIST_EXPORT_FUN, 3);
SAME_NUMBER(JOIST_HOLE_END, 0);
SAME_NUMBER(JOIST_HOLE_INT32, 1);
SAME_NUMBER(JOIST_HOLE_INT64, 2);
SAME_NUMBER(JOIST_HOLE_UINT32, 3);
SAME_NUMBER(JOIST_HOLE_UINT64, 4);
SAME_NUMBER(JOIST_HOLE_DOUBLE, 5);
SAME_NUMBER(JOIST_HOLE_BOOL, 6);
SAME_NUMBER(JOIST_HOLE_PID, 7);
SAME_NUMBER(JOIST_HOLE_REF, 8);
SAME_NUMBER(JOIST_HOLE_ATOM, 9);
SAME_NUMBER(JOIST_HOLE_BYTES, 10);
SAME_NUMBER(JOIST_HOLE_TERM, 11);
SAME_NUMBER(JOIST_NONE, 0);
SAME_NUMBER(JOIST_INTEGER, 1);
SAME_NUMBER(JOIST_FLOAT, 2);
SAME_NUMBER(JOIST_ATOM, 3);
SAME_NUMBER(JOIST_TUPLE, 4);
SAME_NUMBER(JOIST_NIL, 5);
SAME_NUMBER(JOIST_CONS, 6);
SAME_NUMBER(JOIST_MAP, 7);
SAME_NUMBER(JOIST_BITSTRING, 8);
SAME_NUMBER(JOIST_PID, 9);
SAME_NUMBER(JOIST_REFERENCE, 10);
SAME_NUMBER(JOIST_PORT, 11);
SAME_NUMBER(JOIST_FUN, 12);
SAME_NUMBER(JOIST_OK, 0);
SAME_NUMBER(JOIST_TIMEOUT, 1);
SAME_NUMBER(JOIST_DOWN, 2);
SAME_NUMBER(JOIST_PRIORITY_NORMAL, 0);
SAME_NUMBER(JOIST_PRIORITY_LOW, 1);
SAME_NUMBER(JOIST_PRIORITY_HIGH, 2);
SAME_NUMBER(JOIST_PRIORITY_MAX, 3);
SAME_NUMBER(JOIST_DEBUG, 0);
SAME_NUMBER(JOIST_INFO, 1);
SAME_NUMBER(JOIST_NOTICE, 2);
SAME_NUMBER(JOIST_WARNING, 3);
SAME_NUMBER(JOIST_ERROR, 4);
