/* Compiles only if the public structs, constants and hole numbers still are those of ABI 1. What may grow
 * is compared up to where it ended then. */
#include <joist/ctype.h>
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

/* A plugin has arrays of these, or points to them: they may not grow, but for the signature, which says how
 * large it is. */
SAME_SIZE(struct joist_ctype, abi1_ctype);
SAME_PLACE(struct joist_ctype, abi1_ctype, name);
SAME_PLACE(struct joist_ctype, abi1_ctype, kind);
SAME_PLACE(struct joist_ctype, abi1_ctype, reserved);
SAME_PLACE(struct joist_ctype, abi1_ctype, bytes);
SAME_PLACE(struct joist_ctype, abi1_ctype, of);
SAME_PLACE(struct joist_ctype, abi1_ctype, count);
SAME_PLACE(struct joist_ctype, abi1_ctype, fields);
SAME_PLACE(struct joist_ctype, abi1_ctype, names);
SAME_PLACE(struct joist_ctype, abi1_ctype, destroy);
SAME_PLACE(struct joist_ctype, abi1_ctype, calls);
SAME_PLACE(struct joist_ctype, abi1_ctype, more);

SAME_SIZE(struct joist_field, abi1_field);
SAME_PLACE(struct joist_field, abi1_field, name);
SAME_PLACE(struct joist_field, abi1_field, type);
SAME_PLACE(struct joist_field, abi1_field, offset);

SAME_SIZE(struct joist_enumerator, abi1_enumerator);
SAME_PLACE(struct joist_enumerator, abi1_enumerator, name);
SAME_PLACE(struct joist_enumerator, abi1_enumerator, value);

SAME_SIZE(struct joist_parameter, abi1_parameter);
SAME_PLACE(struct joist_parameter, abi1_parameter, type);
SAME_PLACE(struct joist_parameter, abi1_parameter, name);
SAME_PLACE(struct joist_parameter, abi1_parameter, flags);
SAME_PLACE(struct joist_parameter, abi1_parameter, length);
SAME_PLACE(struct joist_parameter, abi1_parameter, scope);
SAME_PLACE(struct joist_parameter, abi1_parameter, room);
SAME_PLACE(struct joist_parameter, abi1_parameter, free_it);

AT_LEAST(struct joist_signature, abi1_signature);
SAME_PLACE(struct joist_signature, abi1_signature, size);
SAME_PLACE(struct joist_signature, abi1_signature, flags);
SAME_PLACE(struct joist_signature, abi1_signature, name);
SAME_PLACE(struct joist_signature, abi1_signature, result);
SAME_PLACE(struct joist_signature, abi1_signature, parameters);
SAME_PLACE(struct joist_signature, abi1_signature, count);
SAME_PLACE(struct joist_signature, abi1_signature, fixed);
SAME_PLACE(struct joist_signature, abi1_signature, reserved);
SAME_PLACE(struct joist_signature, abi1_signature, failure);

SAME_SIZE(struct joist_method, abi1_method);
SAME_PLACE(struct joist_method, abi1_method, name);
SAME_PLACE(struct joist_method, abi1_method, code);
SAME_PLACE(struct joist_method, abi1_method, signature);
SAME_PLACE(struct joist_method, abi1_method, state_size);

SAME_SIZE(struct joist_methods, abi1_methods);
SAME_PLACE(struct joist_methods, abi1_methods, list);
SAME_PLACE(struct joist_methods, abi1_methods, state_size);
SAME_PLACE(struct joist_methods, abi1_methods, prepared);

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
SAME_NUMBER(JOIST_C_VOID, 1);
SAME_NUMBER(JOIST_C_BOOL, 2);
SAME_NUMBER(JOIST_C_INT8, 3);
SAME_NUMBER(JOIST_C_INT16, 4);
SAME_NUMBER(JOIST_C_INT32, 5);
SAME_NUMBER(JOIST_C_INT64, 6);
SAME_NUMBER(JOIST_C_UINT8, 7);
SAME_NUMBER(JOIST_C_UINT16, 8);
SAME_NUMBER(JOIST_C_UINT32, 9);
SAME_NUMBER(JOIST_C_UINT64, 10);
SAME_NUMBER(JOIST_C_FLOAT, 11);
SAME_NUMBER(JOIST_C_DOUBLE, 12);
SAME_NUMBER(JOIST_C_ENUM, 13);
SAME_NUMBER(JOIST_C_STRING, 14);
SAME_NUMBER(JOIST_C_BYTES, 15);
SAME_NUMBER(JOIST_C_CHARS, 16);
SAME_NUMBER(JOIST_C_STRUCT, 17);
SAME_NUMBER(JOIST_C_ARRAY, 18);
SAME_NUMBER(JOIST_C_POINTER, 19);
SAME_NUMBER(JOIST_C_HANDLE, 20);
SAME_NUMBER(JOIST_C_CALLBACK, 21);
SAME_NUMBER(JOIST_C_TERM, 22);
SAME_NUMBER(JOIST_C_ACTOR, 23);
SAME_NUMBER(JOIST_C_STATE, 24);
SAME_NUMBER(JOIST_P_OUT, 1);
SAME_NUMBER(JOIST_P_INOUT, 2);
SAME_NUMBER(JOIST_P_LENGTH, 4);
SAME_NUMBER(JOIST_P_ROOM, 8);
SAME_NUMBER(JOIST_P_USED, 16);
SAME_NUMBER(JOIST_P_NULLABLE, 32);
SAME_NUMBER(JOIST_P_CLOSES, 64);
SAME_NUMBER(JOIST_F_ERRNO, 1);
SAME_NUMBER(JOIST_F_STATUS, 2);
SAME_NUMBER(JOIST_F_BLOCKING, 4);
SAME_NUMBER(JOIST_F_THREADSAFE, 8);
SAME_NUMBER(JOIST_PARAMETERS_MAX, 16);
SAME_NUMBER(JOIST_EXPORT_TYPED, 4);
