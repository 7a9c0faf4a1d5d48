/* The workload big_message: a large payload there, its sum back.
 *
 * bin_1MiB: one binary, which all share        bin_1MiB_fresh: a new one each time
 * list_10k: one list, copied each time         list_10k_moved: one list, handed there and back uncopied */
#include "workload.h"

#include <string.h>

#define SIZE (1 << 20)
#define BLOCK 4096 /* is written at once */
#define PAIRS 10000
#define BINARY_SUM (SIZE + '!')
#define LIST_SUM 100010000
#define TRIPS 100 /* of one list that is moved */

static int64_t sum_of(joist_term payload)
{
	struct joist_bytes bytes;
	joist_term item;
	int64_t value, sum = 0;

	if (joist_get_bytes(payload, &bytes))
		return (int64_t)bytes.size + ((const unsigned char *)bytes.data)[bytes.size - 1];
	while (joist_list_next(&payload, &item))
		sum += joist_get_int(joist_element(item, 1), &value) ? value : 0;
	return sum;
}

static void reader(struct joist_actor *self, joist_term args)
{
	joist_pid from;
	joist_term payload;
	int64_t i;

	(void)args;
	for (;;) {
		joist_term message = joist_receive(self);

		if (joist_match(message, "{data, P, I, Payload}", &from, &i, &payload)) {
			joist_send(self, from,
				   joist_make(self, "{ack, I, Sum}", i, sum_of(payload)));
		} else if (joist_match(message, "{lend, P, I, Payload}", &from, &i, &payload)) {
			joist_parcel(self);
			joist_adopt(self, message);
			joist_move(self, from,
				   joist_make(self, "{back, I, Sum, Payload}", i, sum_of(payload),
					      payload));
		}
	}
}

static joist_term make_binary(struct joist_actor *self)
{
	char block[BLOCK];
	void *data;
	joist_term binary = joist_binary_new(self, SIZE, &data);

	for (size_t at = 0; at < BLOCK; at += 8)
		memcpy(block + at, "joist!!!", 8);
	for (size_t at = 0; at < SIZE; at += BLOCK)
		memcpy((char *)data + at, block, BLOCK);
	return binary;
}

static joist_term make_list(struct joist_actor *self)
{
	joist_term list = joist_nil();

	for (int64_t j = PAIRS; j > 0; j--)
		list = joist_cons(self, joist_make(self, "{J, K}", j, 2 * j), list);
	return list;
}

/* Round trips with the payload `kept`, or a new binary each time. */
static void send_often(struct joist_actor *self, joist_pid other, joist_term kept, int64_t n)
{
	for (int64_t i = 1; i <= n; i++) {
		joist_term payload = joist_is_none(kept) ? make_binary(self) : kept;
		int64_t sum = 0;

		joist_send(self, other,
			   joist_make(self, "{data, P, I, Payload}", joist_self(self), i, payload));
		joist_match(joist_receive(self), "{ack, ^I, Sum}", &i, &sum);
		if (sum != BINARY_SUM)
			workload_check(self, "sum", sum, LIST_SUM);
	}
}

static int64_t time_sending(struct joist_actor *self, const struct workload *workload,
			    joist_pid other, int64_t n)
{
	joist_term kept = { 0 };

	if (workload_is(workload, "bin_1MiB"))
		kept = joist_keep(self, make_binary(self));
	else if (workload_is(workload, "list_10k"))
		kept = joist_keep(self, make_list(self));
	send_often(self, other, kept, n / 10);
	int64_t from = clock_ns();
	send_often(self, other, kept, n);
	return clock_ns() - from;
}

/* Takes the list back with each answer, and moves it on with the next message. The memory of each
 * message stays with it, so now and then there is a new list. */
static void lend_often(struct joist_actor *self, joist_pid other, int64_t n)
{
	joist_term list = { 0 }, message = { 0 };

	for (int64_t i = 0; i < n; i++) {
		int64_t sum = 0;

		joist_parcel(self);
		if (i % TRIPS == 0)
			list = make_list(self);
		else
			joist_adopt(self, message);
		joist_move(self, other,
			   joist_make(self, "{lend, P, I, List}", joist_self(self), i, list));
		message = joist_receive(self);
		joist_match(message, "{back, ^I, Sum, List}", &i, &sum, &list);
		workload_check(self, "sum", sum, LIST_SUM);
	}
}

static int64_t time_lending(struct joist_actor *self, joist_pid other, int64_t n)
{
	lend_often(self, other, n / 10);
	int64_t from = clock_ns();
	lend_often(self, other, n);
	return clock_ns() - from;
}

static void big_message(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "big_message");
	int64_t n = workload_scaled(workload_is(&workload, "bin_1MiB") ? 1000000 : 5000);
	joist_pid other = joist_spawn_link(self, "payloads:reader", joist_nil());
	int64_t took = workload_is(&workload, "list_10k_moved")
			       ? time_lending(self, other, n)
			       : time_sending(self, &workload, other, n);

	workload_tell(self, &workload, "ns_per_op", (double)took / (double)n, n);
}

JOIST_PLUGIN("payloads", "1.0", JOIST_ACTOR(big_message), JOIST_ACTOR(reader));
