/* Actors as what they own. */
#include "vm/actor/actor.h"

#include <string.h>

#include "test/harness.h"
#include "vm/actor/reason.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"

static struct code code = { .version = "1" };
static struct export loop = { .code = &code, .kind = JOIST_EXPORT_LOOP };
static struct export handler = { .code = &code, .kind = JOIST_EXPORT_HANDLER, .state_bytes = 100 };

/* With the pin that who has found the export would have. */
static struct joist_actor *create(struct export *export)
{
	code_pin(export->code);
	return actor_create(export);
}

static struct signal *message(joist_term term)
{
	return signal_make_copy(SIGNAL_MESSAGE, (joist_pid){ .id = 1 }, term);
}

static void append(struct joist_actor *a, struct signal *s)
{
	*a->last = s;
	a->last = &s->next;
	a->message_count++;
}

TEST_LEAK_FREE(a_new_one_has_nothing_but_its_state)
{
	struct joist_actor *a = create(&loop), *b = create(&handler);

	CHECK(a && b && !actor_state(a) && actor_state(b));
	CHECK_INT((uintptr_t)actor_state(b) % 16, 0);
	for (int i = 0; i < 100; i++)
		CHECK_INT(((char *)actor_state(b))[i], 0);
	memset(actor_state(b), 1, 100);
	CHECK(a->last == &a->first && !a->first);
	CHECK_INT(atomic_load(&code.pins), 2);
	CHECK(actor_memory(b) >= actor_memory(a) + 100);
	actor_destroy(a);
	actor_destroy(b);
	actor_destroy(NULL);
	CHECK_INT(atomic_load(&code.pins), 0);
	heap_fail(1, false);
	CHECK(!create(&loop));
	CHECK_INT(atomic_load(&code.pins), 0);
}

/* What the budget of an idle actor says of it. */
TEST(is_small)
{
	CHECK(sizeof(struct joist_actor) <= 256);
}

TEST_LEAK_FREE(all_that_it_owns_goes_with_it)
{
	struct joist_actor *a = create(&handler);
	size_t empty = actor_memory(a);

	append(a, message(ATOM(ok)));
	append(a, message(ATOM(error)));
	a->start = message(ATOM(ok));
	a->start->next = message(ATOM(ok)); /* as after joist_become */
	CHECK(ties_add(&a->links, 1, 0) && ties_add(&a->monitors, 1, 0));
	CHECK(ties_add(&a->monitored_by, 1, 0));
	CHECK(actor_extra(a) && actor_extra(a) == a->extra);
	CHECK(ties_add(&a->extra->aliases, 1, 0));
	CHECK(estate_alloc(&a->estate, 1000));
	actor_end_by(a, END_EXIT, message(ATOM(error)));
	CHECK(actor_memory(a) >= empty + 1000 + 2 * sizeof(struct signal));
	actor_destroy(a);
}

TEST_LEAK_FREE(the_first_word_of_its_end_counts)
{
	struct joist_actor *a = create(&loop);

	actor_end_by(a, END_SIGNAL, message(ATOM(error)));
	actor_end_by(a, END_EXIT, message(ATOM(ok)));
	actor_end_by(a, END_RETURN, &reason_normal);
	CHECK(a->end->term.word == ATOM(error).word);
	CHECK_INT(a->end_kind, END_SIGNAL);
	actor_destroy(a);
}

TEST_LEAK_FREE(a_turn_takes_its_terms_with_it)
{
	struct joist_actor *a = create(&loop);
	struct stack stack = { .parcel_open = true };
	char bytes[1000] = { 0 };

	a->stack = &stack;
	size_t before = actor_memory(a);
	for (int i = 0; i < 100; i++) {
		term_binary(&stack.arena, bytes, sizeof(bytes));
		term_binary(&stack.parcel, bytes, sizeof(bytes));
		struct signal *s = message(ATOM(ok));
		s->next = stack.taken;
		stack.taken = s;
	}
	CHECK(actor_memory(a) > before);
	actor_end_turn(a);
	CHECK(!stack.taken && !stack.parcel_open && !stack.arena.chunks && !stack.parcel.chunks);
	CHECK_INT(actor_memory(a), before);
	actor_end_turn(a);
	actor_destroy(a);
}

TEST_LEAK_FREE(without_memory_it_has_no_extras)
{
	struct joist_actor *a = create(&loop);

	heap_fail(1, false);
	CHECK(!actor_extra(a));
	CHECK(actor_extra(a));
	actor_destroy(a);
}
