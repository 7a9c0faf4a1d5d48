/* The table of pids, and inboxes. */
#include "vm/actor/table.h"

#include <pthread.h>

#include "test/harness.h"
#include "vm/base/heap.h"

static struct table table;

static struct joist_actor *actor(uintptr_t number)
{
	return (struct joist_actor *)(number * 16);
}

static struct signal *message(joist_pid to, int64_t value)
{
	struct signal *s = signal_make_copy(SIGNAL_MESSAGE, to, term_small(value));

	CHECK(s);
	return s;
}

TEST_LEAK_FREE(slots_are_used_again_under_other_pids)
{
	joist_pid first, second, again;
	uint32_t name;

	CHECK_INT(table_init(&table), 0);
	struct entry *one = table_take(&table, NULL, actor(1), &first);
	struct entry *two = table_take(&table, NULL, actor(2), &second);
	CHECK(one && two && one != two);
	CHECK(one == table_entry(&table, pid_slot(first)) && one->actor == actor(1));
	CHECK(entry_is(one, first) && entry_is(two, second));
	CHECK_INT(table_live(&table), 2);
	CHECK(!table_close(one, &name));
	CHECK_INT(name, 0);
	CHECK(!entry_is(one, first));
	table_give(&table, NULL, one, first);
	CHECK(table_take(&table, NULL, actor(3), &again) == one);
	CHECK_INT(pid_slot(again), pid_slot(first));
	CHECK_INT(pid_serial(again), pid_serial(first) + 1);
	CHECK(entry_is(one, again) && !entry_is(one, first));
	CHECK_INT(table_slots(&table), 2);
	table_finish(&table);
}

/* No pid is nobody's, however often its slot was used. */
TEST_LEAK_FREE(serials_go_round)
{
	joist_pid pid;
	uint32_t name;

	table_init(&table);
	struct entry *entry = table_take(&table, NULL, actor(1), &pid);
	CHECK_INT(pid_slot(pid), 0);
	atomic_store(&entry->identity, (uint64_t)UINT32_MAX << 32);
	pid = pid_local(0, UINT32_MAX);
	CHECK(entry_is(entry, pid));
	table_close(entry, &name);
	table_give(&table, NULL, entry, pid);
	CHECK(table_take(&table, NULL, actor(1), &pid) == entry);
	CHECK(!joist_pid_is_none(pid));
	CHECK(entry_is(entry, pid));
	table_finish(&table);
}

TEST_LEAK_FREE(lists_who_lives)
{
	joist_pid pids[3], pid;
	uint32_t name;

	table_init(&table);
	CHECK_INT(table_slots(&table), 0);
	CHECK(!table_pid(&table, 0, &pid));
	for (uintptr_t i = 0; i < 3; i++)
		table_take(&table, NULL, actor(i), &pids[i]);
	table_close(table_entry(&table, pid_slot(pids[1])), &name);
	for (uint32_t slot = 0; slot < 3; slot++) {
		CHECK(table_pid(&table, slot, &pid) == (slot != 1));
		CHECK(slot == 1 || joist_pid_equal(pid, pids[slot]));
	}
	CHECK(!table_pid(&table, 3, &pid));
	CHECK(!table_pid(&table, TABLE_CHUNK * 9, &pid));
	table_finish(&table);
}

TEST_LEAK_FREE(grows)
{
	enum { MANY = 3 * TABLE_CHUNK };
	joist_pid pid;
	uint32_t name;

	table_init(&table);
	for (uintptr_t i = 0; i < MANY; i++) {
		struct entry *entry = table_take(&table, NULL, actor(i), &pid);
		CHECK(entry);
		CHECK_INT(pid_slot(pid), i);
	}
	for (uint32_t slot = 0; slot < MANY; slot++) {
		struct entry *entry = table_entry(&table, slot);
		CHECK(entry->actor == actor(slot) && table_pid(&table, slot, &pid));
		table_close(entry, &name);
		table_give(&table, NULL, entry, pid);
	}
	CHECK_INT(table_live(&table), 0);
	for (uintptr_t i = 0; i < MANY; i++)
		CHECK(table_take(&table, NULL, actor(i), &pid) && pid_slot(pid) < MANY);
	table_finish(&table);
}

TEST_LEAK_FREE(a_shelf_has_slots_of_its_own)
{
	enum { MANY = 3 * TABLE_SHELF_MAX };
	static struct table_shelf one, other;
	struct entry *entries[MANY];
	joist_pid pids[MANY], pid;
	uint32_t name;

	table_init(&table);
	table_add_shelf(&table, &one);
	table_add_shelf(&table, &other);
	for (uintptr_t i = 0; i < MANY; i++) {
		entries[i] = table_take(&table, &one, actor(i), &pids[i]);
		CHECK(entries[i]);
		CHECK_INT(pid_slot(pids[i]), i);
	}
	CHECK_INT(table_live(&table), MANY);
	CHECK(table_take(&table, NULL, actor(0), &pid));
	CHECK_INT(pid_slot(pid), MANY);
	for (unsigned i = 0; i < MANY; i++) {
		table_close(entries[i], &name);
		table_give(&table, &other, entries[i], pids[i]);
	}
	CHECK(table.spare_count > 0 && other.count > 0);
	CHECK_INT(table_live(&table), 1);
	table_remove_shelf(&table, &one);
	table_remove_shelf(&table, &other);
	CHECK_INT(table.spare_count, table_slots(&table) - 1);
	CHECK_INT(table_live(&table), 1);
	table_finish(&table);
}

TEST_LEAK_FREE(without_memory_there_is_no_slot)
{
	joist_pid pid;

	table_init(&table);
	for (int64_t nth = 1; nth <= 2; nth++) {
		heap_fail(nth, false);
		CHECK(!table_take(&table, NULL, actor(1), &pid));
		CHECK_INT(table_live(&table), 0);
	}
	heap_fail(0, false);
	CHECK(table_take(&table, NULL, actor(1), &pid));
	CHECK_INT(pid_slot(pid), 0);
	table_finish(&table);
}

TEST_LEAK_FREE(an_inbox_says_what_its_actor_does)
{
	joist_pid pid;
	uint32_t name;

	table_init(&table);
	struct entry *entry = table_take(&table, NULL, actor(1), &pid);
	struct signal *a = message(pid, 1), *b = message(pid, 2), *c = message(pid, 3);
	CHECK(!inbox_has(entry));
	CHECK_INT(inbox_push(entry, a), INBOX_PUSHED); /* a new one runs anyway */
	CHECK(inbox_has(entry));
	CHECK(!inbox_rest(entry));
	CHECK(inbox_take(entry) == a && !a->next);
	CHECK(inbox_rest(entry));
	CHECK_INT(inbox_push(entry, a), INBOX_WAKE);
	CHECK_INT(inbox_push(entry, b), INBOX_PUSHED);
	CHECK(!inbox_claim(entry));
	CHECK(inbox_take(entry) == b && b->next == a && !a->next);
	CHECK(inbox_rest(entry) && inbox_claim(entry) && !inbox_claim(entry));
	CHECK_INT(inbox_push(entry, a), INBOX_PUSHED);
	CHECK(table_close(entry, &name) == a);
	CHECK_INT(inbox_push(entry, c), INBOX_DEAD);
	CHECK(!inbox_claim(entry));
	signal_free(a), signal_free(b), signal_free(c);
	table_finish(&table);
}

/* ---- many to one ---- */

enum { SENDERS = 4, EACH = 20000 };

static struct entry *entry;
static joist_pid pid;
static atomic_int wakes, dead, next_sender;

static void *push_many(void *unused)
{
	int sender = atomic_fetch_add(&next_sender, 1);

	for (int i = 0; i < EACH; i++) {
		struct signal *s = message(pid, sender * EACH + i);
		switch (inbox_push(entry, s)) {
		case INBOX_PUSHED:
			break;
		case INBOX_WAKE:
			atomic_fetch_add(&wakes, 1);
			break;
		case INBOX_DEAD:
			atomic_fetch_add(&dead, 1);
			signal_free(s);
		}
	}
	heap_flush();
	return unused;
}

static void start_senders(pthread_t *threads)
{
	table_init(&table);
	entry = table_take(&table, NULL, actor(1), &pid);
	for (int i = 0; i < SENDERS; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, push_many, NULL), 0);
}

static void join(pthread_t *threads)
{
	for (int i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
}

/* Newest first: each sender's numbers must go down, to just above the last one that came before. */
static int take_in_order(struct signal *list, int *last)
{
	int upper[SENDERS], count = 0, newest[SENDERS];

	for (int i = 0; i < SENDERS; i++)
		newest[i] = last[i], upper[i] = -1;
	for (struct signal *next; list; list = next, count++) {
		next = list->next;
		int64_t value = int_value(list->term);
		int sender = (int)(value / EACH), number = (int)(value % EACH);
		CHECK(upper[sender] < 0 || number == upper[sender] - 1);
		if (upper[sender] < 0)
			newest[sender] = number;
		upper[sender] = number;
		signal_free(list);
	}
	for (int i = 0; i < SENDERS; i++) {
		CHECK(upper[i] < 0 || upper[i] == last[i] + 1);
		last[i] = newest[i];
	}
	return count;
}

TEST_LEAK_FREE(each_senders_signals_come_in_order, .seconds_max = 60)
{
	pthread_t threads[SENDERS];
	int last[SENDERS] = { -1, -1, -1, -1 }, taken = 0, rests = 0;

	start_senders(threads);
	while (taken < SENDERS * EACH) {
		if (inbox_rest(entry)) {
			rests++;
			while (atomic_load(&wakes) < rests)
				spin_pause();
		}
		taken += take_in_order(inbox_take(entry), last);
	}
	join(threads);
	CHECK_INT(atomic_load(&wakes), rests); /* one for each rest, and no other */
	CHECK_INT(atomic_load(&dead), 0);
	table_finish(&table);
}

TEST_LEAK_FREE(each_signal_is_taken_or_refused_at_the_end, .seconds_max = 60)
{
	pthread_t threads[SENDERS];
	int last[SENDERS] = { -1, -1, -1, -1 }, taken = 0;
	struct signal late = { 0 };
	uint32_t name;

	start_senders(threads);
	while (taken < EACH)
		taken += take_in_order(inbox_take(entry), last);
	taken += take_in_order(table_close(entry, &name), last);
	join(threads);
	CHECK_INT(taken + atomic_load(&dead), SENDERS * EACH);
	CHECK(!inbox_has(entry) || inbox_push(entry, &late) == INBOX_DEAD);
	table_finish(&table);
}
