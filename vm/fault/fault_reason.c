/* Makes {fault, Kind, #{address, plugin, version, export, generation, frames}}. Runs after the fault, on
 * the actor's stack. When memory is short the reason is one of those made beforehand. */
#include "vm/fault/fault_reason.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "vm/sched/sched.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/map.h"

/* {fault, Kind, #{}} of each kind. Written once, then only read. */
static struct {
	struct signal signal;
	uint64_t words[8];
} short_of[FAULT_KINDS];

static joist_term kind_atom(enum fault_kind kind)
{
	static const uint64_t words[FAULT_KINDS] = {
		[FAULT_NONE] = ATOM_WORD(undefined),
		[FAULT_SIGSEGV] = ATOM_WORD(sigsegv),
		[FAULT_SIGBUS] = ATOM_WORD(sigbus),
		[FAULT_SIGFPE] = ATOM_WORD(sigfpe),
		[FAULT_SIGILL] = ATOM_WORD(sigill),
		[FAULT_SIGABRT] = ATOM_WORD(sigabrt),
		[FAULT_STACK_OVERFLOW] = ATOM_WORD(stack_overflow),
		[FAULT_EXIT] = ATOM_WORD(exit),
		[FAULT_PTHREAD_EXIT] = ATOM_WORD(pthread_exit),
		[FAULT_CXX_EXCEPTION] = ATOM_WORD(cxx_exception),
	};

	return (joist_term){ words[kind] };
}

/* The code whose file's memory the address is in, pinned; NULL: none. */
static struct code *code_at(const struct joist_actor *a, uintptr_t address)
{
	const struct code_port *port = &a->worker->vm->code;
	struct code *own = a->export->code;

	if (code_holds(own, (void *)address)) {
		code_pin(own);
		return own;
	}
	return port->at ? port->at(port->owner, (void *)address) : NULL;
}

/* A library that is no plugin, by the name of its file. */
static joist_term library_term(struct arena *arena, const struct link_map *library)
{
	const char *slash = strrchr(library->l_name, '/');
	const char *name = slash ? slash + 1 : library->l_name;

	return term_binary(arena, name, strlen(name));
}

static joist_term code_term(struct arena *arena, const struct code *code, uintptr_t pc,
			    bool is_return)
{
	const char *name = code_function_at(code, pc - is_return);

	return term_tuple_of(arena, atom_term(code->plugin), term_small(code->generation),
			     term_uint(arena, pc - code->start),
			     name ? term_binary(arena, name, strlen(name)) : ATOM(undefined));
}

/* {Plugin, Generation, Offset, Symbol}. What is called from `pc` returns there: so it is in the function
 * that has the byte before. */
static joist_term frame_term(struct arena *arena, const struct joist_actor *a, uintptr_t pc,
			     bool is_return)
{
	struct code *code = code_at(a, pc);
	struct dl_find_object object;

	if (code) {
		joist_term term = code_term(arena, code, pc, is_return);

		code_unpin(code);
		return term;
	}
	if (_dl_find_object((void *)pc, &object) == 0)
		return term_tuple_of(arena, library_term(arena, object.dlfo_link_map),
				     term_small(0),
				     term_uint(arena, pc - object.dlfo_link_map->l_addr),
				     ATOM(undefined));
	return term_tuple_of(arena, ATOM(undefined), term_small(0), term_uint(arena, pc),
			     ATOM(undefined));
}

/* How many frames are the actor's: below them are those of the runtime that called it. */
static uint32_t count_own(const struct joist_actor *a, const struct fault *f)
{
	struct dl_find_object own, object;
	uint32_t count = f->count;

	if (!a->export->code->end || _dl_find_object((void *)(uintptr_t)fault_reason, &own) != 0)
		return count;
	while (count > 1 && _dl_find_object((void *)f->frames[count - 1], &object) == 0 &&
	       object.dlfo_link_map == own.dlfo_link_map)
		count--;
	return count;
}

static joist_term frames_term(struct arena *arena, const struct joist_actor *a,
			      const struct fault *f)
{
	joist_term list = TERM_NIL;

	for (uint32_t i = count_own(a, f); i-- > 0;)
		list = term_cons(arena, frame_term(arena, a, f->frames[i], i > 0 || !f->signal),
				 list);
	return list;
}

static joist_term build(struct arena *arena, const struct joist_actor *a, const struct fault *f)
{
	const struct export *export = a->export;
	const struct code *code = export->code;
	const joist_term pairs[] = {
		ATOM(address),	  f->address ? term_uint(arena, f->address) : term_small(0),
		ATOM(plugin),	  atom_term(code->plugin),
		ATOM(version),	  term_binary(arena, code->version, strlen(code->version)),
		ATOM(export),	  atom_term(export->name),
		ATOM(generation), term_small(code->generation),
		ATOM(frames),	  frames_term(arena, a, f),
	};
	joist_term map = term_map(arena, pairs, sizeof(pairs) / sizeof(*pairs) / 2);

	return term_tuple_of(arena, ATOM(fault), kind_atom(f->kind), map);
}

void fault_reason_init(void)
{
	for (int kind = FAULT_NONE; kind < FAULT_KINDS; kind++) {
		struct arena arena = arena_over(short_of[kind].words, 8);
		joist_term map = term_map(&arena, NULL, 0);

		short_of[kind].signal.embedded = true;
		short_of[kind].signal.term =
			term_tuple_of(&arena, ATOM(fault), kind_atom((enum fault_kind)kind), map);
	}
}

struct signal *fault_reason(const struct joist_actor *a, const struct fault *f)
{
	struct arena arena = { 0 };
	joist_term reason = build(&arena, a, f);
	struct signal *s = joist_is_none(reason)
				   ? NULL
				   : signal_make_copy(SIGNAL_MESSAGE, actor_pid(a), reason);

	arena_empty(&arena);
	return s ? s : &short_of[f->kind].signal;
}
