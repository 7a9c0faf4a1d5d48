/* A plugin: a shared object with one exported symbol, `joist_plugin`, and an ELF note that the node
 * reads before it runs any of its code.
 *
 *   JOIST_PLUGIN("counter", "1.0", JOIST_ACTOR(counter), JOIST_FUN(add, 2));
 *
 * An export is named "counter:add". docs/abi.md has the layout of both and how they may grow. */
#ifndef JOIST_PLUGIN_H
#define JOIST_PLUGIN_H

#include <joist/term.h>

JOIST_BEGIN

/* What an actor was, for the version of its plugin that it is to go on with. */
struct joist_change {
	uint32_t size; /* of this struct, as the node knows it */
	uint32_t version, old_version; /* of the state */
	const void *old_data; /* of the export that it was */
	const void *old_state;
	size_t old_size; /* as the old export's state_size said */
	bool carried; /* what both versions name in JOIST_STATE stands in the new state already */
};

/* The primitive under every shape but the loop: a function that the node calls once per message, on a
 * stack that it lends. `data` is the export's. */
struct joist_handler {
	uint32_t size; /* of this struct, as the plugin knows it */
	uint32_t reserved;
	size_t (*state_size)(const void *data); /* zeroed memory for each actor */
	void (*start)(struct joist_actor *self, void *state, joist_term args); /* the first turn */
	void (*message)(struct joist_actor *self, void *state, joist_term message);
	void (*stop)(struct joist_actor *self, void *state, joist_term reason); /* the last turn;
		 only when the actor ends itself by joist_exit or by an error exit of an SDK call,
		 not by a signal that it did not trap, nor by a fault. May be NULL. */
	bool (*change)(struct joist_actor *self, const struct joist_change *change, void *state); /*
		 makes `state`, which is zeroed or carried, of that of another version; false
		 refuses. May be NULL: then a state goes over if it is carried, as it is. */
	bool (*changes)(
		const void *data); /* whether `change` can do so also if it is not carried */
};

enum joist_export_kind {
	JOIST_EXPORT_LOOP = 1, /* `code` is void (*)(struct joist_actor *, joist_term args) */
	JOIST_EXPORT_HANDLER = 2, /* `handler` */
	JOIST_EXPORT_FUN = 3, /* `code` is joist_term (*)(struct joist_actor *, joist_term...) */
	JOIST_EXPORT_TYPED =
		4, /* `code` is of any type, that of `data`: a struct joist_signature */
	JOIST_EXPORT_STATE = 5, /* `data` is a struct joist_state, of the handler before it */
};

/* The largest arity of an exported function. */
#define JOIST_ARITY_MAX 8

struct joist_export {
	const char *name;
	uint32_t kind;
	uint32_t arity; /* of a function: how many terms it takes */
	void (*code)(void);
	const struct joist_handler *handler;
	const void *data;
	size_t stack_bytes; /* of a loop; 0: 64 KiB */
	const void *reserved[2];
};

enum joist_state_kind {
	JOIST_STATE_BYTES, /* copied as they are; more room behind them is zero */
	JOIST_STATE_INT,
	JOIST_STATE_UINT,
	JOIST_STATE_FLOAT,
};

/* A member of a state, by which an upgrade finds it in another version. */
struct joist_state_field {
	const char *name;
	const char *was; /* names that it had before, with spaces between; NULL: none */
	uint32_t offset, size;
	uint32_t kind; /* enum joist_state_kind */
	uint32_t reserved;
};

/* What a state is made of, in one version. */
struct joist_state {
	uint32_t version;
	uint32_t field_size; /* of struct joist_state_field, as the plugin knows it */
	const struct joist_state_field *fields;
	size_t count;
};

struct joist_plugin {
	uint32_t size; /* of this struct, as the plugin knows it */
	uint32_t export_size; /* of struct joist_export, likewise */
	const char *name;
	const char *version;
	const struct joist_export *exports;
	size_t export_count;
	const void *reserved[4];
};

/* The payload of the note, owner "Joist", type 1. Numbers are little-endian. */
struct joist_note {
	uint32_t owner_size, payload_size, type;
	char owner[8];
	uint32_t abi;
	uint32_t sdk;
	uint32_t reserved; /* 0 */
	uint64_t needs; /* of the node, a bit each: JOIST_NEED_... */
	uint32_t state_version;
	uint32_t flags; /* JOIST_NOTE_... */
	char name[64];
	char version[32];
};

#define JOIST_NOTE_TYPE 1
#define JOIST_NOTE_COUNTED 1u /* built with counted reductions */

/* What a plugin may ask of a node, so that one that lacks it refuses it by name: nothing yet. */
#ifndef JOIST_NEEDS
#define JOIST_NEEDS 0
#endif
#ifndef JOIST_STATE_VERSION
#define JOIST_STATE_VERSION 0
#endif
#ifdef JOIST_COUNTED
#define JOIST_NOTE_FLAGS JOIST_NOTE_COUNTED
#else
#define JOIST_NOTE_FLAGS 0
#endif

JOIST_END

/* It takes these macros apart. */
/* clang-format off */

/* A loop: `void function(struct joist_actor *self, joist_term args)`, started as "plugin:function". */
#define JOIST_ACTOR(function) JOIST_ACTOR_STACK(function, 0)
#define JOIST_ACTOR_STACK(function, stack_bytes)                                                   \
	{ #function, JOIST_EXPORT_LOOP, 0, JOIST_CODE(void, function, (struct joist_actor *,       \
	  joist_term)), NULL, NULL, (stack_bytes), { NULL, NULL } }

/* A `const struct joist_handler`. */
#define JOIST_HANDLER(table)                                                                       \
	{ #table, JOIST_EXPORT_HANDLER, 0, NULL, &table, NULL, 0, { NULL, NULL } }

/* A function of `arity` terms: `joist_term function(struct joist_actor *self, joist_term, ...)`. Of another
 * name than it has in C, "div" say: JOIST_FUN_AS("div", divide, 2). */
#define JOIST_FUN(function, arity) JOIST_FUN_AS(#function, function, arity)
#define JOIST_FUN_AS(name, function, arity)                                                        \
	{ name, JOIST_EXPORT_FUN, (arity), JOIST_CODE(joist_term, function,                        \
	  (struct joist_actor * JOIST_TERMS_##arity)), NULL, NULL, 0, { NULL, NULL } }
#define JOIST_TERMS_0
#define JOIST_TERMS_1 , joist_term
#define JOIST_TERMS_2 JOIST_TERMS_1, joist_term
#define JOIST_TERMS_3 JOIST_TERMS_2, joist_term
#define JOIST_TERMS_4 JOIST_TERMS_3, joist_term
#define JOIST_TERMS_5 JOIST_TERMS_4, joist_term
#define JOIST_TERMS_6 JOIST_TERMS_5, joist_term
#define JOIST_TERMS_7 JOIST_TERMS_6, joist_term
#define JOIST_TERMS_8 JOIST_TERMS_7, joist_term

/* What the state of the server before it in the list is made of, in that version: its members that an
 * upgrade takes over, by their names, also if they have got wider or have moved. The highest version is
 * that of the state; others say what older ones were. In C only.
 *
 *   JOIST_SERVER(counter), JOIST_STATE(2, JOIST_STATE_FIELD(struct count, n),
 *                                      JOIST_STATE_FIELD_WAS(struct count, changes, "calls")) */
#define JOIST_STATE(version, ...)                                                                  \
	{ "state", JOIST_EXPORT_STATE, 0, NULL, NULL, &(const struct joist_state){ (version),      \
	  sizeof(struct joist_state_field),                                                        \
	  (const struct joist_state_field[]){ __VA_ARGS__ },                                       \
	  sizeof((const struct joist_state_field[]){ __VA_ARGS__ }) /                              \
	  sizeof(struct joist_state_field) }, 0, { NULL, NULL } }
#define JOIST_STATE_FIELD(type, member) JOIST_STATE_FIELD_WAS(type, member, NULL)
#define JOIST_STATE_FIELD_WAS(type, member, names)                                                 \
	{ #member, (names), offsetof(type, member), sizeof(((type *)0)->member),                   \
	  JOIST_STATE_KIND(((type *)0)->member), 0 }
#define JOIST_STATE_KIND(member)                                                                   \
	_Generic((member), signed char: JOIST_STATE_INT, short: JOIST_STATE_INT,                   \
		 int: JOIST_STATE_INT, long: JOIST_STATE_INT, long long: JOIST_STATE_INT,          \
		 bool: JOIST_STATE_UINT, unsigned char: JOIST_STATE_UINT,                          \
		 unsigned short: JOIST_STATE_UINT, unsigned: JOIST_STATE_UINT,                     \
		 unsigned long: JOIST_STATE_UINT, unsigned long long: JOIST_STATE_UINT,            \
		 float: JOIST_STATE_FLOAT, double: JOIST_STATE_FLOAT,                              \
		 default: JOIST_STATE_BYTES)

#ifndef __cplusplus
/* A function of another type is a compile error. */
#define JOIST_CODE(result, function, parameters)                                                   \
	_Generic(&function, result(*) parameters: (void (*)(void))function)
#define JOIST_EXTERN_CONST extern const
#else
#define JOIST_CODE(result, function, parameters)                                                   \
	(reinterpret_cast<void (*)(void)>(static_cast<result(*) parameters>(&function)))
#define JOIST_EXTERN_CONST extern "C" const
#endif

/* The plugin of that name and version, and its exports: JOIST_ACTOR and its kin. Once in
 * each shared object, at the end of a source file. */
#define JOIST_PLUGIN(name_, version_, ...)                                                         \
	static const struct joist_export joist_exports_[] = { __VA_ARGS__ };                       \
	__attribute__((used, section(".note.joist"), aligned(4)))                                  \
	static const struct joist_note joist_note_ = {                                             \
		6, sizeof(struct joist_note) - 20, JOIST_NOTE_TYPE, "Joist",                       \
		JOIST_ABI, JOIST_SDK_VERSION, 0, JOIST_NEEDS, JOIST_STATE_VERSION,                 \
		JOIST_NOTE_FLAGS, name_, version_                                                  \
	};                                                                                         \
	JOIST_EXTERN_CONST JOIST_PUBLIC struct joist_plugin joist_plugin;                          \
	const struct joist_plugin joist_plugin = {                                                 \
		sizeof(struct joist_plugin), sizeof(struct joist_export), name_, version_,         \
		joist_exports_, sizeof(joist_exports_) / sizeof(joist_exports_[0]),                \
		{ NULL, NULL, NULL, NULL }                                                         \
	}

/* clang-format on */

#endif
