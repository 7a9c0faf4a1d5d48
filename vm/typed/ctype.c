/* The types of C that are the same for everyone. */
#include <joist/typed.h>

#define PLAIN(name_, kind_)                                                                        \
	const struct joist_ctype joist_ctype_##name_ = { .name = #name_, .kind = kind_ }

PLAIN(void, JOIST_C_VOID);
PLAIN(bool, JOIST_C_BOOL);
PLAIN(int8, JOIST_C_INT8);
PLAIN(int16, JOIST_C_INT16);
PLAIN(int32, JOIST_C_INT32);
PLAIN(int64, JOIST_C_INT64);
PLAIN(uint8, JOIST_C_UINT8);
PLAIN(uint16, JOIST_C_UINT16);
PLAIN(uint32, JOIST_C_UINT32);
PLAIN(uint64, JOIST_C_UINT64);
PLAIN(float, JOIST_C_FLOAT);
PLAIN(double, JOIST_C_DOUBLE);
PLAIN(string, JOIST_C_STRING);
PLAIN(bytes, JOIST_C_BYTES);
PLAIN(term, JOIST_C_TERM);
PLAIN(actor, JOIST_C_ACTOR);
PLAIN(null, JOIST_C_POINTER);
PLAIN(state, JOIST_C_STATE);
