/* A peer that is connected and sends any frames: what it says of links, monitors, exits, messages and new
 * actors takes effect on a node that runs. When it is gone, it has tied nobody.
 *
 * The input: a byte for the flags of the connection, then frames, each behind two bytes of length. The
 * node is `node@host` in its life 9, where "sink" and "echo" are; the peer is `peer@host` in its life 7. */
#include "test/fuzz/fuzz.h"

#include <joist/joist.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>

#include "test/linked.h"
#include "vm/base/log.h"
#include "vm/dist/distribution.h"
#include "vm/dist/flags.h"
#include "vm/dist/framing.h"
#include "vm/dist/incoming.h"
#include "vm/dist/session.h"
#include "vm/term/atom.h"
#include "vm/term/external.h"
#include "vm/vm.h"

#define SELF_LIFE 9
#define PEER_LIFE 7

static struct joist_vm *vm;
static struct peer *peer;

/* An actor that is always there. */
struct resident {
	const char *name, *start;
	joist_pid pid;
	bool gone; /* it has said so */
	bool missed; /* and that has been heard */
	sem_t heard; /* it has begun, has taken all that was sent to it, or has ended */
};

static struct resident residents[] = { { .name = "sink", .start = "fuzz:sink" },
				       { .name = "echo", .start = "fuzz:echo" } };

static void leave(void *argument)
{
	struct resident *r = argument;

	r->gone = true;
	sem_post(&r->heard);
}

/* False if it is not the one: the peer has started another. */
static bool settle(struct joist_actor *self, struct resident *r, joist_term args)
{
	if (!joist_is_atom(args, "resident"))
		return false;
	joist_defer(self, leave, r);
	while (!joist_register(self, r->name, joist_self(self)))
		joist_yield(self); /* the one before is about to end */
	sem_post(&r->heard);
	return true;
}

/* The next message that is for the actor. */
static joist_term next(struct joist_actor *self, struct resident *r)
{
	for (;;) {
		joist_term message = joist_receive(self);
		if (!joist_is_atom(message, "sync with this run"))
			return message;
		sem_post(&r->heard);
	}
}

static void sink(struct joist_actor *self, joist_term args)
{
	joist_trap_exit(self, true);
	if (!settle(self, &residents[0], args))
		return;
	for (;;)
		next(self, &residents[0]);
}

static void echo(struct joist_actor *self, joist_term args)
{
	joist_term what;
	joist_pid to;

	if (!settle(self, &residents[1], args))
		return;
	for (;;) {
		joist_term message = next(self, &residents[1]);
		if (joist_match(message, "{To, {link}}", &to))
			joist_link(self, to);
		else if (joist_match(message, "{To, {unlink}}", &to))
			joist_unlink(self, to);
		else if (joist_match(message, "{To, {monitor}}", &to))
			joist_monitor(self, to);
		else if (joist_match(message, "{To, What}", &to, &what) && to.node)
			joist_send(self, to, what); /* not to itself: that would have no end */
	}
}

/* For the peer to start. */
static void worker(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
}

JOIST_PLUGIN("fuzz", "1.0", JOIST_ACTOR(sink), JOIST_ACTOR(echo), JOIST_ACTOR(worker));

static void wait_heard(struct resident *r)
{
	while (sem_wait(&r->heard) < 0)
		;
}

static void revive(struct resident *r)
{
	r->gone = r->missed = false;
	r->pid = vm_spawn(vm, r->start, atom_term(joist_atom_new("resident")), NULL);
	wait_heard(r);
}

/* Crashes are the fuzzer's to report, not the node's. */
static void start(struct joist_vm *node)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	struct sigaction before[sizeof(signals) / sizeof(*signals)];

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], NULL, &before[i]);
	if (vm_start(node))
		abort();
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &before[i], NULL);
}

static void begin(void)
{
	static const struct distribution_options distribution = { .name = "node@host",
								  .cookie = { "c", 1 },
								  .hidden = true };
	struct vm_options options = { .name = distribution.name,
				      .schedulers = 1,
				      .distribution = &distribution };

	log_level_set(LOG_LEVEL_ERROR);
	for (size_t i = 0; i < 2; i++) {
		sem_init(&residents[i].heard, 0, 0);
		residents[i].missed = true;
	}
	linked_port(&options.code);
	vm = vm_create(&options);
	if (!vm)
		abort();
	start(vm);
	nodes_set_self(vm->name, SELF_LIFE);
	peer = peer_named(vm->dist, joist_atom_new("peer@host"));
	if (!peer)
		abort();
}

/* All that was sent to it has been taken, or it has ended. */
static void sync_with(struct resident *r)
{
	if (r->missed)
		return;
	vm_send(vm, r->pid, atom_term(joist_atom_new("sync with this run")));
	wait_heard(r);
	r->missed = r->gone;
}

static void take_frames(const uint8_t *at, const uint8_t *end, bool headers)
{
	struct framing f = { .headers = headers };
	struct joist_bytes message;
	int result = 0;

	while (result >= 0 && end - at >= 2) {
		size_t size = external_16(at), left = (size_t)(end - at) - 2;
		at += 2;
		if (size > left)
			size = left;
		result = framing_take(&f, (struct joist_bytes){ at, size }, &message);
		if (result > 0)
			result = incoming_take(peer, message);
		at += size;
	}
	framing_finish(&f);
}

/* There is no other node: who sends to one is told so, as by the thread of the dist. */
static void refuse_others(void)
{
	for (struct peer *p; (p = peer_next_todo(vm->dist));) {
		if (p != peer && p->state == PEER_PENDING)
			session_refuse(p);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t flags = FLAGS_OWN;

	if (!vm)
		begin();
	if (!size)
		return 0;
	if (*data & 1)
		flags &= ~FLAG_FRAGMENTS;
	if (*data & 2)
		flags &= ~FLAG_EXIT_PAYLOAD;
	for (size_t i = 0; i < 2; i++) {
		if (residents[i].missed)
			revive(&residents[i]);
	}
	if (!session_begin(peer, PEER_LIFE, flags))
		abort();
	take_frames(data + 1, data + size, flags & FLAG_FRAGMENTS);
	sync_with(&residents[0]);
	sync_with(&residents[1]);
	session_end(peer);
	refuse_others();
	sync_with(&residents[0]);
	sync_with(&residents[1]);
	if (peer->bonds.count || peer->pending || peer->outbox.bytes)
		abort();
	return 0;
}
