/* A node, from outside: made, run, asked, stopped. */
#include "vm/vm.h"

#include <joist/timer.h>

#include <errno.h>
#include <pthread.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/term/atom.h"

static void wait_for_good(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_receive_match(self, JOIST_INFINITY, "never");
}

static void start_more(struct joist_actor *self, joist_term args)
{
	for (;;) {
		joist_spawn(self, "test:start_more", args);
		joist_sleep(self, 1);
	}
}

static void end_with_word(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_exit(self, joist_receive(self));
}

static void take_numbers(struct joist_actor *self, joist_term args)
{
	int64_t number, sum = 0;

	(void)args;
	while (joist_match(joist_receive(self), "{number, N}", &number) && number)
		sum += number;
	CHECK_INT(sum, 3 * 1000);
}

static const struct stage_export exports[] = { STAGE_LOOP(wait_for_good),
					       STAGE_LOOP(start_more),
					       STAGE_LOOP(end_with_word),
					       STAGE_LOOP(take_numbers),
					       { 0 } };

TEST(a_wrong_name_makes_no_node)
{
	static const struct vm_options options = { .name = "\xff" };

	CHECK(!vm_create(&options));
	CHECK_INT(errno, EINVAL);
}

TEST(one_that_never_started_is_freed)
{
	static const struct vm_options options = { .schedulers = 2 };

	vm_destroy(vm_create(&options));
	vm_destroy(NULL);
}

TEST(it_stops_with_actors_that_wait_and_that_start_others)
{
	struct joist_vm *vm = stage_start(exports, 2);

	for (int i = 0; i < 100; i++)
		vm_spawn(vm, "test:wait_for_good", TERM_NIL, NULL);
	vm_spawn(vm, "test:start_more", TERM_NIL, NULL);
	CHECK(vm_actor_count(vm) > 0);
	vm_stop(vm);
	CHECK_INT(vm_actor_count(vm), 0);
	stage_stop(vm);
}

TEST(an_end_is_waited_for)
{
	struct joist_vm *vm = stage_start(exports, 1);
	joist_pid pid = vm_spawn(vm, "test:wait_for_good", TERM_NIL, NULL);
	struct arena arena = { 0 };

	vm_exit_to(vm, pid, ATOM(kill));
	joist_term reason = vm_wait(vm, pid, &arena);
	/* It may have ended before the question came. */
	CHECK(reason.word == ATOM(killed).word || reason.word == ATOM(noproc).word);
	CHECK(vm_wait(vm, pid, &arena).word == ATOM(noproc).word);
	arena_empty(&arena);
	stage_stop(vm);
}

TEST(listing_actors_waits_for_nobody)
{
	struct joist_vm *vm = stage_start(exports, 1);

	vm_spawn(vm, "test:wait_for_good", TERM_NIL, NULL);
	vm_log_actors(vm);
	vm_log_actors(vm);
	stage_stop(vm);
}

static struct joist_vm *posted_to;
static joist_pid taker;

static void *post(void *unused)
{
	for (int i = 0; i < 1000; i++)
		CHECK(joist_post(posted_to, taker, "{number, N}", 1));
	return unused;
}

TEST(threads_post)
{
	pthread_t threads[3];

	posted_to = stage_start(exports, 2);
	taker = vm_spawn(posted_to, "test:take_numbers", TERM_NIL, NULL);
	for (int i = 0; i < 3; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, post, NULL), 0);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	joist_post(posted_to, taker, "{number, N}", 0);
	struct arena arena = { 0 };
	vm_wait(posted_to, taker, &arena);
	arena_empty(&arena);
	stage_stop(posted_to);
}
