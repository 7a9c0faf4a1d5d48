/* What Erlang's etop asks of a node, and of observer what is the same: lists of actors. */
#include "otp.h"

/* As many are told at once. */
#define BATCH 10000

static int64_t number_of(joist_term info, const char *key)
{
	int64_t number = 0;

	joist_get_int(joist_map_get(info, joist_atom_term(joist_atom_new(key))), &number);
	return number;
}

/* {etop_proc_info, Pid, Memory, Reductions, Name, 0, Function, QueueLength}; none if it has ended. */
static joist_term process_of(struct joist_actor *self, joist_pid pid)
{
	joist_term info = joist_info(self, pid), name, function;

	if (joist_is_none(info) ||
	    !joist_match(info, "#{registered_name := Name, current_function := Function}", &name,
			 &function))
		return (joist_term){ 0 };
	return joist_make(self,
			  "{etop_proc_info, Pid, Memory, Reductions, Name, 0, Function, Queue}",
			  pid, number_of(info, "memory"), number_of(info, "reductions"),
			  joist_type(name) == JOIST_ATOM ? name : function, function,
			  number_of(info, "message_queue_len"));
}

/* Of `*pids`, at most BATCH, taken off that list; the asking actor is left out. Adds up how many there are
 * and what memory they have. */
static joist_term some_processes(struct joist_actor *self, joist_term *pids, int64_t *count,
				 int64_t *bytes)
{
	joist_term list = joist_nil(), pid;
	joist_pid one;
	int64_t of_one;

	for (int i = 0; i < BATCH && joist_list_next(pids, &pid); i++) {
		joist_get_pid(pid, &one);
		joist_term process = joist_pid_equal(one, joist_self(self)) ? (joist_term){ 0 }
									    : process_of(self, one);
		if (joist_is_none(process))
			continue;
		joist_match(process, "{_, _, Memory, _, _, _, _, _}", &of_one);
		*bytes += of_one;
		++*count;
		list = joist_cons(self, process, list);
	}
	return list;
}

/* {Megaseconds, Seconds, Microseconds} */
static joist_term now(struct joist_actor *self)
{
	int64_t us = joist_system_time(self) / 1000;

	return joist_make(self, "{M, S, U}", us / 1000000000000, us / 1000000 % 1000000,
			  us % 1000000);
}

joist_term otp_etop_collect(struct joist_actor *self, joist_term collector)
{
	const struct otp_figures figures = otp_figures();
	joist_term pids = joist_actors(self), list = joist_nil(), process;
	int64_t count = 0, bytes = 0;
	joist_pid to;

	if (!joist_get_pid(collector, &to))
		joist_exit(self, joist_make(self, "badarg"));
	/* Where figures are equal, etop shows the end of the list first: so the newest actors, which are
	 * more likely to be asked for than a node's own, stand there. */
	while (joist_list_size(pids) > 0) {
		joist_term batch = some_processes(self, &pids, &count, &bytes);
		while (joist_list_next(&batch, &process))
			list = joist_cons(self, process, list);
	}
	joist_term memory = otp_memory(self, &figures, bytes);
	joist_send(
		self, to,
		joist_make(self,
			   "{Self, {etop_info, Now, Count, undefined, Load, 0, [], Memory, List}}",
			   joist_self(self), now(self), count, otp_load(self, &figures), memory,
			   list));
	return joist_make(self, "ok");
}

joist_term otp_procs_info(struct joist_actor *self, joist_term collector)
{
	joist_term pids = joist_actors(self);
	int64_t count = 0, bytes = 0;
	joist_pid to;

	if (!joist_get_pid(collector, &to))
		joist_exit(self, joist_make(self, "badarg"));
	do {
		joist_term batch = some_processes(self, &pids, &count, &bytes);
		joist_send(self, to,
			   joist_make(self, "{procs_info, Self, Batch}", joist_self(self), batch));
	} while (joist_list_size(pids) > 0);
	return joist_make(self, "ok");
}

int64_t otp_actor_bytes(struct joist_actor *self, int64_t *ret_count)
{
	joist_term pids = joist_actors(self);
	int64_t bytes = 0;

	*ret_count = 0;
	while (joist_list_size(pids) > 0)
		some_processes(self, &pids, ret_count, &bytes);
	return bytes;
}
