/* Module observer_backend, as far as Erlang's etop asks it of a node. */
#include "../builtin.h"
#include "otp.h"

static joist_term vsn(struct joist_actor *self)
{
	return joist_make(self, "{ok, \"joist\"}");
}

static int64_t number_of(joist_term info, struct joist_actor *self, const char *key)
{
	int64_t number = 0;

	joist_get_int(joist_map_get(info, joist_atom_term(joist_atom_new(key))), &number);
	(void)self;
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
			  pid, number_of(info, self, "memory"), number_of(info, self, "reductions"),
			  joist_type(name) == JOIST_ATOM ? name : function, function,
			  number_of(info, self, "message_queue_len"));
}

static joist_term processes_of(struct joist_actor *self, int64_t *ret_count, int64_t *ret_bytes)
{
	joist_term pids = joist_actors(self), list = joist_nil(), pid;
	joist_pid one;
	int64_t bytes;

	*ret_count = *ret_bytes = 0;
	while (joist_list_next(&pids, &pid)) {
		joist_get_pid(pid, &one);
		joist_term process = joist_pid_equal(one, joist_self(self)) ? (joist_term){ 0 }
									    : process_of(self, one);
		if (joist_is_none(process))
			continue;
		joist_match(process, "{_, _, Memory, _, _, _, _, _}", &bytes);
		*ret_bytes += bytes;
		++*ret_count;
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

static joist_term etop_collect(struct joist_actor *self, joist_term collector)
{
	int64_t count, bytes;
	joist_pid to;

	if (!joist_get_pid(collector, &to))
		joist_exit(self, joist_make(self, "badarg"));
	joist_term list = processes_of(self, &count, &bytes);
	joist_term memory =
		joist_make(self,
			   "[{total, T}, {processes, P}, {ets, 0}, {atom, 0}, {code, 0}, "
			   "{binary, 0}]",
			   bytes, bytes);
	joist_send(self, to,
		   joist_make(self,
			      "{Self, {etop_info, Now, Count, undefined, undefined, 0, [], Memory, "
			      "List}}",
			      joist_self(self), now(self), count, memory, list));
	return joist_make(self, "ok");
}

static const struct joist_export exports[] = { JOIST_FUN(vsn, 0), JOIST_FUN(etop_collect, 1) };

const struct joist_plugin observer_plugin = JOIST_BUILTIN("observer_backend", exports);
