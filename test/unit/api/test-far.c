/* Starting actors on another node, which here is a function that answers at once. */
#include "vm/api/far.h"

#include <string.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/sched/send.h"
#include "vm/term/atom.h"
#include "vm/vm.h"

static joist_atom elsewhere(void)
{
	return joist_atom_new("elsewhere@test");
}

/* The node: answers a request, and has the actor end before its starter can have heard of either. */
static void answer(struct joist_vm *vm, struct worker *w, joist_pid to, struct signal *s)
{
	const struct signal_from *request = signal_from_of(s);
	const joist_pid started = { .id = 7, .node = to.node };

	if (s->kind == SIGNAL_SPAWN) {
		struct signal_from *spawned = signal_make_from(
			SIGNAL_SPAWNED, request->from, started, request->number, term_small(3));
		CHECK(spawned);
		send_signal(vm, w, request->from, &spawned->signal);
		send_down(vm, w, request->from, started, request->number, ATOM(normal));
		send_exit_link(vm, w, request->from, started, 0, ATOM(normal));
	}
	signal_free(s);
}

static void start(struct joist_actor *self, joist_term args)
{
	const struct joist_spawn_options options = { .node = elsewhere(),
						     .link = true,
						     .monitor = true };
	joist_ref ref;

	joist_trap_exit(self, true);
	joist_pid pid = joist_spawn_with(self, "any:thing", args, &options, &ref);
	CHECK_INT(pid.id, 7);
	CHECK(joist_receive_match(self, 0, "{'DOWN', ^Ref, process, ^Pid, normal}", &ref, &pid));
	CHECK(joist_receive_match(self, 0, "{'EXIT', ^Pid, normal}", &pid));
}

/* A node that says that it has fetched the file, and wants it again. */
static int fetches;

static void want_file(struct joist_vm *vm, struct worker *w, joist_pid to, struct signal *s)
{
	const struct signal_from *request = signal_from_of(s);
	const joist_pid nobody = { .node = to.node };
	enum signal_kind kind = s->kind == SIGNAL_SPAWN ? SIGNAL_SPAWNED : SIGNAL_ALIAS;

	if (s->kind == SIGNAL_SPAWN || s->kind == SIGNAL_CALL) {
		joist_term what = kind == SIGNAL_SPAWNED ? ATOM(fetch) : ATOM(ok);
		struct signal_from *told =
			signal_make_from(kind, request->from, nobody, request->number, what);
		CHECK(told);
		fetches += s->kind == SIGNAL_CALL;
		send_signal(vm, w, request->from, &told->signal);
	}
	signal_free(s);
}

static bool any_hash(void *owner, struct joist_bytes plugin, joist_atom node,
		     unsigned char ret_hash[static CODE_HASH_BYTES])
{
	(void)owner, (void)plugin, (void)node;
	memset(ret_hash, 1, CODE_HASH_BYTES);
	return true;
}

static void start_of_file(struct joist_actor *self, joist_term args)
{
	const struct joist_spawn_options options = { .node = elsewhere(), .monitor = true };
	joist_ref ref;
	joist_pid pid = joist_spawn_with(self, "any:thing", args, &options, &ref);

	CHECK(joist_receive_match(self, 0, "{'DOWN', ^Ref, process, ^Pid, {refused, _}}", &ref,
				  &pid));
	CHECK_INT(fetches, 3);
}

static const struct stage_export exports[] = { STAGE_LOOP(start),
					       STAGE_LOOP(start_of_file),
					       { 0 } };

TEST_LEAK_FREE(a_file_that_is_never_kept_is_not_fetched_for_ever)
{
	struct joist_vm *vm = stage_start(exports, 1);

	vm->send_far = want_file;
	vm->travel.hash = any_hash;
	stage_call(vm, "start_of_file");
	stage_stop(vm);
}

TEST_LEAK_FREE(an_end_right_behind_the_answer_is_heard)
{
	struct joist_vm *vm = stage_start(exports, 1);

	vm->send_far = answer;
	stage_call(vm, "start");
	stage_stop(vm);
}
