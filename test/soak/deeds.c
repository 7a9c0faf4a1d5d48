/* What rogues do. Each deed is drawn by the rogue's own dice, and with it whom it is done to. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <joist/supervisor.h>

#include "test/soak/rogue.h"

static uint64_t roll(struct rogue *r, uint64_t sides)
{
	return dice_roll(&r->dice, sides);
}

static joist_pid victim(struct rogue *r)
{
	joist_pid pid = victims_any(&r->dice);

	return joist_pid_is_none(pid) ? joist_self(r->self) : pid;
}

static joist_term any_reason(struct rogue *r)
{
	switch (roll(r, 4)) {
	case 0:
		return joist_make(r->self, "kill");
	case 1:
		return joist_make(r->self, "{boom, [1, 2]}");
	case 2:
		return joist_make(r->self, "shutdown");
	default:
		return joist_make(r->self, "normal");
	}
}

static void watch(struct rogue *r, joist_ref ref)
{
	r->watches[r->watch_count++] = ref;
}

/* ---- to itself ---- */

static void deed_toil(struct rogue *r)
{
	if (r->toils)
		toil(&r->dice);
}

static void deed_harm(struct rogue *r)
{
	const struct wrong *wrong = harm_any(&r->dice);

	switch (roll(r, 4)) {
	case 0:
		harm_defer(r->self, wrong);
		break;
	case 1:
		joist_yield(r->self);
		harm_do(wrong);
		break;
	case 2:
		deed_toil(r);
		harm_do(wrong);
		break;
	default:
		harm_do(wrong);
	}
}

/* Up to its limit. */
static void deed_leak(struct rogue *r)
{
	for (uint64_t i = roll(r, 40); i > 0; i--)
		memset(joist_alloc(r->self, 10000), 1, 10000);
}

static void deed_keep(struct rogue *r)
{
	char bytes[400];
	size_t size = roll(r, sizeof(bytes));

	memset(bytes, 'x', size);
	joist_term kept =
		joist_keep(r->self, joist_binary(r->self, (struct joist_bytes){ bytes, size }));
	if (roll(r, 4))
		joist_drop(r->self, kept);
}

static void deed_exit(struct rogue *r)
{
	joist_exit(r->self, any_reason(r));
}

static void deed_end_server(struct rogue *r)
{
	if (!r->loops)
		joist_stop(any_reason(r));
}

static void deed_trap(struct rogue *r)
{
	joist_trap_exit(r->self, roll(r, 2));
}

/* A few leave descriptors open, which are closed when they end. */
static bool may_leave_open(const struct rogue *r)
{
	return r->slot % 16 == 0 && r->opened_count < OPENED_MAX;
}

static void deed_open(struct rogue *r)
{
	int fd = joist_open(r->self, "/dev/null", O_WRONLY, 0);

	if (fd < 0)
		return;
	joist_write(r->self, fd, "x", 1, 100);
	if (!may_leave_open(r) || roll(r, 2))
		joist_close(r->self, fd);
	else
		r->opened_count++;
}

static void deed_own(struct rogue *r)
{
	int fd = may_leave_open(r) ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	joist_own(r->self, fd);
	r->opened_count++;
}

static void deed_yield(struct rogue *r)
{
	switch (roll(r, 3)) {
	case 0:
		joist_yield(r->self);
		break;
	case 1:
		joist_bump(r->self, (uint32_t)roll(r, 9000));
		break;
	default:
		joist_sleep(r->self, (int64_t)roll(r, 30));
	}
}

static void deed_priority(struct rogue *r)
{
	joist_priority(r->self, roll(r, 2) ? JOIST_PRIORITY_NORMAL : JOIST_PRIORITY_LOW);
}

static void deed_become(struct rogue *r)
{
	if (!r->loops)
		return;
	deeds_unwatch(r);
	joist_cancel(r->self, r->timer);
	joist_become(r->self, roll(r, 2) ? "soak:rogue_loop" : "soak:brute_loop",
		     joist_make(r->self, "{Slot, Deeds, Depth}", r->slot, r->deeds_left, r->depth));
}

/* ---- to others ---- */

static void deed_send(struct rogue *r)
{
	joist_pid pid = victim(r);

	for (uint64_t i = roll(r, 30); i > 0; i--)
		joist_send(r->self, pid,
			   joist_make(r->self, "{news, I, Self}", i, joist_self(r->self)));
}

static void deed_send_large(struct rogue *r)
{
	static char bytes[100000];
	struct joist_bytes part = { bytes, roll(r, sizeof(bytes)) };
	joist_pid to = victim(r);

	if (roll(r, 2)) {
		joist_send(r->self, to, joist_make(r->self, "{large, Bytes}", part));
		return;
	}
	joist_parcel(r->self);
	joist_move(r->self, to, joist_make(r->self, "{parcel, Bytes, [1, 2, 3]}", part));
}

static void deed_flood(struct rogue *r)
{
	static const char *const sponges[] = { "sponge0", "sponge1", "sponge2", "sponge3" };
	joist_pid pid = joist_whereis(r->self, sponges[roll(r, 4)]);
	bool tries = roll(r, 2);

	if (joist_pid_is_none(pid))
		return;
	for (uint64_t i = roll(r, 300); i > 0; i--) {
		if (tries)
			joist_try_send(r->self, pid, joist_make(r->self, "{drop, I}", i));
		else
			joist_send(r->self, pid, joist_make(r->self, "{drop, I}", i));
	}
}

static void deed_call(struct rogue *r)
{
	joist_term request = joist_make(r->self, "{echo, N}", roll(r, 1000)), reply;

	if (joist_call(r->self, victim(r), request, (int64_t)roll(r, 50), &reply) == JOIST_OK &&
	    !joist_equal(request, reply))
		soak_finding(r->self, "an answer to another question");
}

static void deed_look(struct rogue *r)
{
	if (roll(r, 2))
		joist_info(r->self, victim(r));
	else
		joist_is_alive(r->self, victim(r));
}

static void deed_link(struct rogue *r)
{
	joist_pid pid = victim(r);

	joist_link(r->self, pid);
	if (roll(r, 2))
		joist_unlink(r->self, pid);
}

static void deed_monitor(struct rogue *r)
{
	if (r->watch_count < WATCHES_MAX)
		watch(r, joist_monitor(r->self, victim(r)));
}

static void deed_demonitor(struct rogue *r)
{
	if (r->watch_count)
		joist_demonitor_flush(r->self, r->watches[--r->watch_count]);
}

static void deed_exit_to(struct rogue *r)
{
	joist_exit_to(r->self, victim(r), any_reason(r));
}

/* Rarely, its supervisor. */
static void deed_spite(struct rogue *r)
{
	if (roll(r, 20) == 0 && r->slot >= 0)
		joist_exit_to(r->self, joist_parent(r->self), joist_make(r->self, "kill"));
}

static const char *any_rogue(struct rogue *r)
{
	static const char *const names[] = { "soak:rogue", "soak:rogue_loop", "soak:brute",
					     "soak:brute_loop" };

	return names[roll(r, 4)];
}

static joist_term childs_args(struct rogue *r)
{
	return joist_make(r->self, "{-1, Deeds, Depth}", roll(r, 10), r->depth - 1);
}

static void deed_spawn(struct rogue *r)
{
	struct joist_spawn_options options = {
		.link = roll(r, 2),
		.monitor = roll(r, 2) && r->watch_count < WATCHES_MAX,
		.thread = roll(r, 8) == 0,
		.memory_bytes_max = 512 << 10,
		.mailbox_messages_max = 1000,
		.mailbox_policy = "drop_new",
	};
	joist_ref ref;

	if (r->depth == 0)
		return;
	joist_spawn_with(r->self, any_rogue(r), childs_args(r), &options, &ref);
	if (options.monitor)
		watch(r, ref);
}

static void deed_start(struct rogue *r)
{
	const struct joist_spawn_options options = { .link = true, .memory_bytes_max = 512 << 10 };

	if (r->depth > 0)
		joist_start(r->self, any_rogue(r), childs_args(r), &options, (int64_t)roll(r, 100),
			    NULL);
}

static void deed_hire(struct rogue *r)
{
	static const char *const hirers[] = { "hirer0", "hirer1" };
	const char *hirer = hirers[roll(r, 2)];

	if (r->depth > 0 && !joist_pid_is_none(joist_whereis(r->self, hirer)))
		joist_cast(r->self, "broker",
			   joist_make(r->self, "{hire, H, Args}", joist_atom_new(hirer),
				      childs_args(r)));
}

static void deed_name(struct rogue *r)
{
	static const char *const names[] = { "n0", "n1", "n2", "n3" };
	const char *name = names[roll(r, 4)];

	if (roll(r, 2))
		joist_register(r->self, name, victim(r));
	else
		joist_unregister(r->self, name);
}

static void deed_alias(struct rogue *r)
{
	joist_ref alias = joist_alias(r->self);

	joist_send_to(r->self, alias, joist_make(r->self, "early"));
	joist_unalias(r->self, alias);
	joist_send_to(r->self, alias,
		      joist_make(r->self, "{'DOWN', R, process, late, late}", alias));
}

static void deed_timer(struct rogue *r)
{
	joist_ref timer = joist_send_after(r->self, (int64_t)roll(r, 20), victim(r),
					   joist_make(r->self, "later"));

	if (roll(r, 3) == 0)
		joist_cancel(r->self, timer);
}

struct deed {
	unsigned weight;
	void (*does)(struct rogue *r);
};

static const struct deed deeds[] = {
	{ 60, deed_toil },   { 12, deed_harm },	      { 6, deed_leak },	     { 20, deed_keep },
	{ 4, deed_exit },    { 3, deed_end_server },  { 15, deed_trap },     { 10, deed_open },
	{ 5, deed_own },     { 30, deed_yield },      { 10, deed_priority }, { 4, deed_become },
	{ 60, deed_send },   { 10, deed_send_large }, { 10, deed_flood },    { 30, deed_call },
	{ 15, deed_look },   { 10, deed_link },	      { 30, deed_monitor },  { 15, deed_demonitor },
	{ 6, deed_exit_to }, { 4, deed_spite },	      { 15, deed_spawn },    { 5, deed_start },
	{ 8, deed_hire },    { 10, deed_name },	      { 10, deed_alias },    { 15, deed_timer },
};

void deeds_do(struct rogue *r)
{
	uint64_t sum = 0, at;
	const struct deed *deed = deeds;

	for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds); i++)
		sum += deeds[i].weight;
	for (at = roll(r, sum); at >= deed->weight; deed++)
		at -= deed->weight;
	deed->does(r);
}

void deeds_unwatch(struct rogue *r)
{
	while (r->watch_count)
		joist_demonitor_flush(r->self, r->watches[--r->watch_count]);
}
