/* Code, as the VM sees it: exports of loaded plugins, and the port by which it asks for one by name.
 * The loader fills these; the VM knows nothing of files. */
#ifndef JOIST_VM_ACTOR_CODE_H
#define JOIST_VM_ACTOR_CODE_H

#include <stdatomic.h>
#include <stdbool.h>

#include <joist/plugin.h>

#include "vm/base/log.h"

/* The functions of a plugin's file, by their places in it. */
struct code_function {
	const char *name;
	uint32_t offset, size; /* from `start` on; size 0: not known */
};
struct code_functions {
	size_t count;
	struct code_function list[];
};

struct serial;

/* One loaded generation of a plugin. What is pinned stays; the count itself stays in memory also
 * when the rest has gone, for who pins what has just gone and finds that out (code_unpin). */
struct code {
	atomic_int_least64_t pins; /* actors that run on it, calls of its functions, look-ups */
	joist_atom plugin;
	const char *version;
	uint32_t generation; /* 1 for the first one loaded under this name */
	bool keeps_threads; /* it, or a library it needs, has thread-local storage */
	bool counted; /* built with counted reductions */
	joist_term config; /* a map that lives as long as the generation; none: #{} */
	uintptr_t start, end; /* its file in memory; 0: part of the program */
	uintptr_t text_start, text_end; /* what of that is instructions */
	const struct code_functions *functions; /* NULL: none are known */
	/* At which its C functions take turns (vm/typed/serial.h); NULL: none do. */
	struct serial *serial;
	struct code_owned *_Atomic owned; /* what was made for it and goes with it */
	atomic_int_least64_t crashes; /* of its actors, in error by their own doing */
	struct change
		*_Atomic change; /* by which its actors go over to another generation (change.h) */
	struct export *exports;
	size_t export_count;
};

/* One name in a generation that can be started or called. Lives as long as its code. */
/* clang-format off */
struct export { /* which clang-format takes for a word of C++ */
	/* clang-format on */
	struct code *code;
	joist_atom name;
	enum joist_export_kind kind;
	uint32_t arity;
	void (*body)(void); /* of a loop or a function; of a typed one, a code_typed */
	struct joist_handler handler; /* of a handler; what an older plugin does not have is NULL */
	const void *data;
	size_t state_bytes; /* of a handler */
	uint32_t state_version;
	const struct joist_state *const *states; /* what it is made of, where that is known */
	size_t state_count;
	size_t stack_bytes; /* of a loop; 0: the default */
	struct log_quota crashes; /* reports of them */
	atomic_int_least64_t actors; /* that run on it */
	_Atomic unsigned char overruns; /* of late: turns that took too long (vm/sched/detach.h) */
};

/* How a typed function is called; `data` is its export's. */
typedef joist_term (*code_typed)(struct joist_actor *self, const void *data,
				 const joist_term *arguments);

/* Whether exports of that kind are called, by arity, and not started. */
static inline bool code_is_called(uint32_t kind)
{
	return kind == JOIST_EXPORT_FUN || kind == JOIST_EXPORT_TYPED;
}

/* The port. `find` borrows its texts and returns the export of the committed generation, or NULL.
 * `arity` is -1 for what can be started, else that of a function. `at` returns the code in whose
 * file's memory the address is, or NULL; there may be no `at`. Both pin what they return, and who
 * asked unpins it. `find_file` does so with what can be started of the generation of that hash, which
 * need not be committed; there may be no `find_file`. Any thread; they take no lock for long. `version`
 * is another number when `find` answers otherwise than before; without one, answers are not kept. */
struct code_port {
	struct export *(*find)(void *owner, struct joist_bytes plugin, struct joist_bytes name,
			       int arity);
	struct export *(*find_file)(void *owner, struct joist_bytes plugin, struct joist_bytes name,
				    const unsigned char *hash);
	struct code *(*at)(void *owner, const void *address);
	void *owner;
	const atomic_uint_least64_t *version;
};

/* The hash of a plugin's file: SHA-256. */
#define CODE_HASH_BYTES 32

/* Whose actors, started on another node, are to run the very file that they would run here. `hash`
 * tells the file's hash; false: the other node starts what it has under the plugin's name. There may be
 * no `hash`. Any thread; it takes no lock for long. */
struct travel_port {
	bool (*hash)(void *owner, struct joist_bytes plugin, joist_atom node,
		     unsigned char ret_hash[static CODE_HASH_BYTES]);
	void *owner;
};

/* Who knows more of the frames of a crash than their addresses; without one (`take` NULL) that is
 * what is written. `take` owns the crash from then on and writes its report (vm/sched/crashline.h).
 * Any thread. */
struct crash;
struct crash_port {
	void (*take)(void *owner, struct crash *crash);
	void *owner;
};

/* Whether `address` is in the memory of the code's own file. */
static inline bool code_holds(const struct code *code, const void *address)
{
	return (uintptr_t)address >= code->start && (uintptr_t)address < code->end;
}

/* Keeps the code loaded. Who has found it without a pin looks after that whether it is still there. */
static inline void code_pin(struct code *code)
{
	/* seq_cst: before the look whether it is still there, and that before the count is looked at by
	   who has taken it out: pairs with the load in registry_withdraw */
	atomic_fetch_add_explicit(&code->pins, 1, memory_order_seq_cst);
}

static inline void code_unpin(struct code *code)
{
	/* release: pairs with the load in registry_withdraw */
	atomic_fetch_sub_explicit(&code->pins, 1, memory_order_release);
}

/* The name of the function that `address` is in; NULL if that is not known. */
const char *code_function_at(const struct code *code, uintptr_t address);

/* Has `free_it(what)` called by code_free_owned; false when memory is short. Any thread. */
bool code_own(struct code *code, void *what, void (*free_it)(void *what));

/* Frees all that; when nothing runs on the code any more. */
void code_free_owned(struct code *code);

/* "plugin:export" cut at its colon; false if there is none, or nothing on one side of it. */
bool code_split(const char *name, struct joist_bytes *ret_plugin, struct joist_bytes *ret_export);

#endif
