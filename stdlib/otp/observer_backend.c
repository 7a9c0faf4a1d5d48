/* Module observer_backend: what Erlang's observer and etop ask of a node. Where a node of Joist has nothing
 * of a kind, such as ports, the list is empty; where nobody counts, the number is 0. */
#include <stdio.h>
#include <sys/utsname.h>

#include <joist/timer.h>

#include "../builtin.h"
#include "otp.h"

static joist_term vsn(struct joist_actor *self)
{
	return joist_make(self, "{ok, \"joist\"}");
}

/* ---- the system page ---- */

static joist_term append(struct joist_actor *self, joist_term list, joist_term rest)
{
	joist_term item;

	if (!joist_list_next(&list, &item))
		return rest;
	return joist_cons(self, item, append(self, list, rest));
}

static joist_term architecture(struct joist_actor *self)
{
	struct utsname name;
	char text[sizeof(name.machine) + sizeof(name.sysname) + 2];

	if (uname(&name) < 0)
		return joist_string(self, "unknown");
	snprintf(text, sizeof(text), "%s-%s", name.machine, name.sysname);
	return joist_string(self, text);
}

static joist_term machine_info(struct joist_actor *self, const struct otp_figures *f)
{
	return joist_make(self,
			  "[{uptime, Up}, {run_queue, 0}, {io_input, 0}, {io_output, 0}, "
			  "{logical_processors, N1}, {logical_processors_online, N2}, "
			  "{logical_processors_available, N3}, {schedulers, N4}, "
			  "{schedulers_online, N5}, {schedulers_available, N6}, "
			  "{otp_release, \"25\"}, {version, \"Joist\"}, "
			  "{system_architecture, Architecture}, {kernel_poll, true}, "
			  "{smp_support, true}, {threads, true}, {thread_pool_size, 0}, "
			  "{wordsize_internal, 8}, {wordsize_external, 8}, {alloc_info, []}]",
			  f->uptime_ms, f->processors, f->processors, f->processors, f->processors,
			  f->processors, f->processors, architecture(self));
}

static joist_term counts_info(struct joist_actor *self, int64_t actors)
{
	return joist_make(self,
			  "[{process_count, Count}, {atom_limit, 1048576}, {atom_count, 0}, "
			  "{process_limit, 134217727}, {port_limit, 0}, {port_count, 0}, "
			  "{ets_limit, 0}, {ets_count, 0}, {dist_buf_busy_limit, 1048576}]",
			  actors);
}

static joist_term sys_info(struct joist_actor *self)
{
	const struct otp_figures figures = otp_figures();
	int64_t count;
	joist_term memory = otp_memory(self, &figures, otp_actor_bytes(self, &count));

	return append(self, machine_info(self, &figures),
		      append(self, counts_info(self, count), memory));
}

static joist_term socket_info(struct joist_actor *self)
{
	return joist_make(self, "[{iov_max, 1024}, {num_monitors, 0}, {num_cnt_bits, 64}, "
				"{num_dinet, 0}, {num_dinet6, 0}, {num_dlocal, 0}, {num_pip, 0}, "
				"{num_psctp, 0}, {num_ptcp, 0}, {num_pudp, 0}, {num_sockets, 0}, "
				"{num_tdgrams, 0}, {num_tseqpkgs, 0}, {num_tstreams, 0}]");
}

/* ---- the pages of lists ---- */

static joist_term get_port_list(struct joist_actor *self)
{
	(void)self;
	return joist_nil();
}

static joist_term get_socket_list(struct joist_actor *self)
{
	(void)self;
	return joist_nil();
}

static joist_term get_table_list(struct joist_actor *self, joist_term kind, joist_term options)
{
	(void)self, (void)kind, (void)options;
	return joist_nil();
}

/* ---- the page of charts ---- */

/* Tells every so many milliseconds, until something is said to it, or who asked ends. */
static joist_term fetch_stats(struct joist_actor *self, joist_term parent, joist_term time)
{
	int64_t ms, count;
	joist_pid to;

	if (!joist_get_pid(parent, &to) || !joist_get_int(time, &ms) || ms < 1)
		joist_exit(self, joist_make(self, "badarg"));
	do {
		const struct otp_figures figures = otp_figures();
		joist_term memory = otp_memory(self, &figures, otp_actor_bytes(self, &count));
		joist_send(self, to,
			   joist_make(self, "{stats, 1, Load, {{input, 0}, {output, 0}}, Memory}",
				      otp_load(self, &figures), memory));
	} while (joist_is_none(joist_receive_timeout(self, ms)));
	return joist_make(self, "ok");
}

static const struct joist_export exports[] = {
	JOIST_FUN(vsn, 0),
	JOIST_FUN_AS("etop_collect", otp_etop_collect, 1),
	JOIST_FUN_AS("procs_info", otp_procs_info, 1),
	JOIST_FUN(fetch_stats, 2),
	JOIST_FUN(sys_info, 0),
	JOIST_FUN(socket_info, 0),
	JOIST_FUN(get_port_list, 0),
	JOIST_FUN(get_socket_list, 0),
	JOIST_FUN(get_table_list, 2),
};

const struct joist_plugin observer_plugin = JOIST_BUILTIN("observer_backend", exports);
