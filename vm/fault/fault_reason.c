/* Makes {fault, Kind, #{address, plugin, version, export, generation, frames}}. Runs after the fault, on
 * the actor's stack. When memory is short the reason is one of those made beforehand. */
#include "vm/fault/fault_reason.h"

#include <string.h>

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

/* {Plugin, Generation, Offset, Symbol}. */
static joist_term frame_term(struct arena *arena, const struct code *code, uintptr_t pc)
{
	if (!code_holds(code, (void *)pc))
		return term_tuple_of(arena, ATOM(undefined), ATOM(undefined), term_uint(arena, pc),
				     ATOM(undefined));
	return term_tuple_of(arena, atom_term(code->plugin), term_small(code->generation),
			     term_uint(arena, pc - code->start), ATOM(undefined));
}

static joist_term frames_term(struct arena *arena, const struct code *code, const struct fault *f)
{
	joist_term list = TERM_NIL;

	for (uint32_t i = f->count; i-- > 0;)
		list = term_cons(arena, frame_term(arena, code, f->frames[i]), list);
	return list;
}

static joist_term build(struct arena *arena, const struct export *export, const struct fault *f)
{
	const struct code *code = export->code;
	const joist_term pairs[] = {
		ATOM(address),	  f->address ? term_uint(arena, f->address) : term_small(0),
		ATOM(plugin),	  atom_term(code->plugin),
		ATOM(version),	  term_binary(arena, code->version, strlen(code->version)),
		ATOM(export),	  atom_term(export->name),
		ATOM(generation), term_small(code->generation),
		ATOM(frames),	  frames_term(arena, code, f),
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
	joist_term reason = build(&arena, a->export, f);
	struct signal *s = joist_is_none(reason)
				   ? NULL
				   : signal_make_copy(SIGNAL_MESSAGE, actor_pid(a), reason);

	arena_empty(&arena);
	return s ? s : &short_of[f->kind].signal;
}
