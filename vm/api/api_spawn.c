/* Starting actors, as the SDK has it. */
#include <string.h>

#include "vm/api/enter.h"
#include "vm/api/far.h"
#include "vm/api/self.h"
#include "vm/sched/deadline.h"
#include "vm/sched/mailbox.h"
#include "vm/sched/park.h"
#include "vm/sched/send.h"
#include "vm/sched/spawn.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"

static const struct joist_spawn_options no_options;

static void check(struct joist_actor *self, const char *name, joist_term args, const char *function)
{
	if (!name || !strchr(name, ':') || joist_is_none(args))
		self_badarg(self, function);
}

static void check_options(struct joist_actor *self, const struct joist_spawn_options *options,
			  const char *function)
{
	if (!spawn_options_fit(options))
		self_badarg(self, function);
}

static joist_pid start_far(struct joist_actor *self, const char *name, joist_term args,
			   const struct joist_spawn_options *options, joist_ref *ret_ref)
{
	uint64_t number = worker_number(self->worker);

	mailbox_mark(self, number);
	if (ret_ref)
		*ret_ref = ref_local(number, actor_pid(self));
	return far_spawn(self, far_node(options->node), name, args, options, number);
}

static bool is_far(const struct joist_actor *self, const struct joist_spawn_options *options)
{
	return options->node.word && !atom_equal(options->node, self->worker->vm->name);
}

static joist_pid start(struct joist_actor *self, const char *name, joist_term args,
		       const struct joist_spawn_options *options, joist_ref *ret_ref)
{
	struct worker *w = self->worker;
	struct spawn_parent parent = { .actor = self };

	if (is_far(self, options))
		return start_far(self, name, args, options, ret_ref);
	if (options->monitor)
		parent.monitor = worker_number(w);
	joist_pid pid = spawn(w->vm, w, name, args, options, &parent);
	if (options->monitor)
		mailbox_mark(self, parent.monitor);
	if (ret_ref)
		*ret_ref = ref_local(parent.monitor, actor_pid(self));
	return pid;
}

joist_pid joist_spawn(struct joist_actor *self, const char *name, joist_term args)
{
	enter(self, 10);
	check(self, name, args, "joist_spawn");
	return start(self, name, args, &no_options, NULL);
}

joist_pid joist_spawn_link(struct joist_actor *self, const char *name, joist_term args)
{
	static const struct joist_spawn_options linked = { .link = true };

	enter(self, 10);
	check(self, name, args, "joist_spawn_link");
	return start(self, name, args, &linked, NULL);
}

joist_pid joist_spawn_monitor_ref(struct joist_actor *self, const char *name, joist_term args,
				  joist_ref *ret_ref)
{
	static const struct joist_spawn_options monitored = { .monitor = true };

	enter(self, 10);
	check(self, name, args, "joist_spawn_monitor");
	return start(self, name, args, &monitored, ret_ref);
}

joist_pid joist_spawn_with(struct joist_actor *self, const char *name, joist_term args,
			   const struct joist_spawn_options *options, joist_ref *ret_ref)
{
	enter(self, 10);
	check(self, name, args, "joist_spawn_with");
	check_options(self, options, "joist_spawn_with");
	return start(self, name, args, options, ret_ref);
}

static joist_pid not_started(joist_term reason, joist_term *ret_reason)
{
	if (ret_reason)
		*ret_reason = reason;
	return (joist_pid){ 0 };
}

static joist_pid start_elsewhere(struct joist_actor *self, const char *name, joist_term args,
				 const struct joist_spawn_options *options, int64_t timeout_ms,
				 joist_term *ret_reason)
{
	joist_term reason;
	joist_pid pid = far_start(self, far_node(options->node), name, args, options,
				  deadline_after(timeout_ms), &reason);

	return joist_pid_is_none(pid) ? not_started(reason, ret_reason) : pid;
}

joist_pid joist_start(struct joist_actor *self, const char *name, joist_term args,
		      const struct joist_spawn_options *options, int64_t timeout_ms,
		      joist_term *ret_reason)
{
	struct spawn_parent parent = { .actor = self };

	enter(self, 10);
	options = options ? options : &no_options;
	check(self, name, args, "joist_start");
	check_options(self, options, "joist_start");
	if (is_far(self, options))
		return start_elsewhere(self, name, args, options, timeout_ms, ret_reason);
	struct worker *w = self->worker;
	parent.starter = worker_number(w);
	joist_pid pid = spawn(w->vm, w, name, args, options, &parent);
	struct signal *answer = park_for_answer(self, parent.starter, deadline_after(timeout_ms));
	if (answer && answer->kind != SIGNAL_DOWN)
		return pid;
	if (options->link && !joist_pid_is_none(pid))
		joist_unlink(self, pid);
	if (answer)
		return not_started(answer->term, ret_reason);
	send_exit(w->vm, self->worker, pid, actor_pid(self), ATOM(kill));
	return not_started(ATOM(timeout), ret_reason);
}
