/* Has ledgers, senders that keep them busy, and others that tick beside them; and asks them all.
 *
 *   start {Crowd, Rate}   so many ledgers, to which each sender sends so many messages in a millisecond
 *   {arm, Deed, Last}     tells all ledgers
 *   audit                 {Versions, Handled, Wrong, Gone, WaitedNs}: those of the ledgers in all, how many
 *                         of them have ended, and the longest wait of any message since the last time
 *   ticks                 {Ticks, LateNs} since the last time: at most so late
 *   finish                Sent: ends the senders */
#include <joist/server.h>
#include <joist/timer.h>

enum { SENDERS = 8, TICKERS = 4, TICK_MS = 1 };

struct clerk {
	int32_t crowd;
	joist_pid *ledgers, senders[SENDERS], tickers[TICKERS];
};

/* Sends numbers that go up by one to each of the ledgers in turn, whose pids are a binary's bytes. */
static void sender(struct joist_actor *self, joist_term args)
{
	int64_t index, rate, sent = 0;
	struct joist_bytes bytes;
	joist_term binary;
	joist_pid clerk;

	if (!joist_match(args, "{Index, Rate, Ledgers}", &index, &rate, &binary) ||
	    !joist_get_bytes(binary, &bytes))
		joist_exit(self, args);
	const joist_pid *ledgers = (const joist_pid *)bytes.data;
	int64_t count = (int64_t)(bytes.size / sizeof(*ledgers));
	while (!joist_receive_match(self, sent % rate ? 0 : 1, "{stop, Clerk}", &clerk))
		for (int64_t end = sent + rate; sent < end; sent++)
			joist_cast(self, ledgers[(sent + index * count / SENDERS) % count],
				   joist_make(self, "{add, Index, Number, Now}", index,
					      sent / count + 1, joist_now_ns(self)));
	joist_send(self, clerk, joist_make(self, "{sent, Sent}", sent));
}

static void ticker(struct joist_actor *self, joist_term args)
{
	int64_t ticks = 0, late_ns = 0;
	joist_pid clerk;

	(void)args;
	for (;;) {
		int64_t since_ns = joist_now_ns(self);

		if (joist_receive_match(self, TICK_MS, "{tell, Clerk}", &clerk)) {
			joist_send(self, clerk,
				   joist_make(self, "{ticks, Ticks, Late}", ticks, late_ns));
			ticks = late_ns = 0;
			continue;
		}
		int64_t now_late_ns = joist_now_ns(self) - since_ns - TICK_MS * INT64_C(1000000);
		late_ns = now_late_ns > late_ns ? now_late_ns : late_ns;
		ticks++;
	}
}

static void init(struct joist_actor *self, void *state, joist_term args)
{
	struct clerk *clerk = state;
	int64_t rate;

	if (!joist_match(args, "{Crowd, Rate}", &clerk->crowd, &rate))
		joist_exit(self, args);
	size_t bytes = (size_t)clerk->crowd * sizeof(*clerk->ledgers);
	clerk->ledgers = joist_alloc(self, bytes);
	for (int32_t i = 0; i < clerk->crowd; i++)
		clerk->ledgers[i] = joist_spawn(self, "ledger:ledger",
						joist_make(self, "{I, Crowd}", i, clerk->crowd));
	joist_term ledgers = joist_binary(self, (struct joist_bytes){ clerk->ledgers, bytes });
	for (int64_t i = 0; i < SENDERS; i++)
		clerk->senders[i] =
			joist_spawn_link(self, "clerk:sender",
					 joist_make(self, "{I, Rate, Ledgers}", i, rate, ledgers));
	for (int i = 0; i < TICKERS; i++)
		clerk->tickers[i] = joist_spawn_link(self, "clerk:ticker", joist_nil());
}

static joist_term audit(struct joist_actor *self, const struct clerk *clerk)
{
	int64_t handled = 0, wrong = 0, gone = 0, waited = 0, counts[10] = { 0 };
	joist_term versions = joist_map(self, NULL, 0), reply;

	for (int32_t i = 0; i < clerk->crowd; i++) {
		int64_t version, n, w, ns;

		if (joist_call(self, clerk->ledgers[i], joist_make(self, "tell"), JOIST_INFINITY,
			       &reply) != JOIST_OK) {
			gone++;
			continue;
		}
		joist_match(reply, "{Version, N, W, Ns}", &version, &n, &w, &ns);
		counts[version]++;
		handled += n;
		wrong += w;
		waited = ns > waited ? ns : waited;
	}
	for (int64_t i = 0; i < 10; i++)
		if (counts[i])
			versions = joist_map_put(self, versions, joist_int(self, i),
						 joist_int(self, counts[i]));
	return joist_make(self, "{Versions, Handled, Wrong, Gone, Waited}", versions, handled,
			  wrong, gone, waited);
}

static joist_term ticks(struct joist_actor *self, const struct clerk *clerk)
{
	int64_t all = 0, latest_ns = 0, count, late_ns;

	for (int i = 0; i < TICKERS; i++) {
		joist_send(self, clerk->tickers[i],
			   joist_make(self, "{tell, Self}", joist_self(self)));
		joist_receive_match(self, JOIST_INFINITY, "{ticks, Count, Late}", &count, &late_ns);
		all += count;
		latest_ns = late_ns > latest_ns ? late_ns : latest_ns;
	}
	return joist_make(self, "{All, Latest}", all, latest_ns);
}

static joist_term finish(struct joist_actor *self, const struct clerk *clerk)
{
	int64_t all = 0, sent;

	for (int i = 0; i < SENDERS; i++) {
		joist_send(self, clerk->senders[i],
			   joist_make(self, "{stop, Self}", joist_self(self)));
		joist_receive_match(self, JOIST_INFINITY, "{sent, Sent}", &sent);
		all += sent;
	}
	return joist_int(self, all);
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	const struct clerk *clerk = state;

	if (joist_is_atom(request, "audit"))
		return audit(self, clerk);
	if (joist_is_atom(request, "ticks"))
		return ticks(self, clerk);
	if (joist_is_atom(request, "finish"))
		return finish(self, clerk);
	for (int32_t i = 0; i < clerk->crowd; i++)
		joist_cast(self, clerk->ledgers[i], request);
	return joist_make(self, "ok");
}

static const struct joist_server clerk = { .state_size = sizeof(struct clerk),
					   .init = init,
					   .call = call };

JOIST_PLUGIN("clerk", "1", JOIST_SERVER(clerk), JOIST_ACTOR(sender), JOIST_ACTOR(ticker));
