/* What a node says of itself in the handshake. A connection has what both ends say. */
#ifndef JOIST_VM_DIST_FLAGS_H
#define JOIST_VM_DIST_FLAGS_H

#include <stdint.h>

#define FLAG_PUBLISHED UINT64_C(0x1) /* stands in other nodes' lists */
#define FLAG_EXTENDED_REFERENCES UINT64_C(0x4)
#define FLAG_DIST_MONITOR UINT64_C(0x8)
#define FLAG_FUN_TAGS UINT64_C(0x10)
#define FLAG_DIST_MONITOR_NAME UINT64_C(0x20)
#define FLAG_NEW_FUN_TAGS UINT64_C(0x80)
#define FLAG_EXTENDED_PIDS_PORTS UINT64_C(0x100)
#define FLAG_EXPORT_PTR_TAG UINT64_C(0x200)
#define FLAG_BIT_BINARIES UINT64_C(0x400)
#define FLAG_NEW_FLOATS UINT64_C(0x800)
#define FLAG_UNICODE_IO UINT64_C(0x1000)
#define FLAG_SMALL_ATOM_TAGS UINT64_C(0x4000)
#define FLAG_UTF8_ATOMS UINT64_C(0x10000)
#define FLAG_MAP_TAG UINT64_C(0x20000)
#define FLAG_BIG_CREATION UINT64_C(0x40000)
#define FLAG_SEND_SENDER UINT64_C(0x80000)
#define FLAG_BIG_SEQTRACE_LABELS UINT64_C(0x100000)
#define FLAG_EXIT_PAYLOAD UINT64_C(0x400000)
#define FLAG_FRAGMENTS UINT64_C(0x800000)
#define FLAG_HANDSHAKE_23 UINT64_C(0x1000000)
#define FLAG_UNLINK_ID UINT64_C(0x2000000)
#define FLAG_MANDATORY_25_DIGEST UINT64_C(0x4000000) /* all that OTP 25 demands */
#define FLAG_SPAWN (UINT64_C(1) << 32)
#define FLAG_NAME_ME (UINT64_C(1) << 33) /* asks for a name */
#define FLAG_V4_NC (UINT64_C(1) << 34)
#define FLAG_ALIAS (UINT64_C(1) << 35)

/* What OTP 25 demands, and what 26 to 28 do. */
#define FLAGS_MANDATORY_25                                                                         \
	(FLAG_EXTENDED_REFERENCES | FLAG_FUN_TAGS | FLAG_NEW_FUN_TAGS | FLAG_EXTENDED_PIDS_PORTS | \
	 FLAG_EXPORT_PTR_TAG | FLAG_BIT_BINARIES | FLAG_NEW_FLOATS | FLAG_UTF8_ATOMS |             \
	 FLAG_MAP_TAG | FLAG_BIG_CREATION | FLAG_HANDSHAKE_23)

/* What this node does; FLAG_PUBLISHED besides, unless it is hidden. */
#define FLAGS_OWN                                                                                  \
	(FLAGS_MANDATORY_25 | FLAG_MANDATORY_25_DIGEST | FLAG_DIST_MONITOR |                       \
	 FLAG_DIST_MONITOR_NAME | FLAG_UNICODE_IO | FLAG_SMALL_ATOM_TAGS | FLAG_SEND_SENDER |      \
	 FLAG_BIG_SEQTRACE_LABELS | FLAG_EXIT_PAYLOAD | FLAG_FRAGMENTS | FLAG_UNLINK_ID |          \
	 FLAG_SPAWN | FLAG_V4_NC | FLAG_ALIAS)

/* What this node demands: pids, references and links are as they have been since OTP 25. */
#define FLAGS_DEMANDED (FLAGS_MANDATORY_25 | FLAG_UNLINK_ID | FLAG_V4_NC)

/* The flags of a peer with what one of them stands for. */
static inline uint64_t flags_expand(uint64_t flags)
{
	return flags & FLAG_MANDATORY_25_DIGEST ? flags | FLAGS_MANDATORY_25 : flags;
}

#endif
