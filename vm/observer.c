/* Threads outside that want to know what goes on inside: each has an actor asked by the ordinary ways, a
 * monitor or questions, and waits for what it tells. */
#include <errno.h>
#include <pthread.h>

#include "vm/api/self.h"
#include "vm/base/log.h"
#include "vm/base/text.h"
#include "vm/sched/death.h"
#include "vm/sched/deadline.h"
#include "vm/sched/spawn.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/copy.h"
#include "vm/term/map.h"
#include "vm/term/print.h"
#include "vm/vm.h"

/* In the frame of the thread that waits. */
struct question {
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t answered;
	bool done;
	joist_pid about;
	struct arena *arena;
	joist_term answer; /* in `arena` */
};

/* Actors beyond this many are counted, not listed. */
#define LISTED_MAX 10000

/* How long one may take to tell of itself. */
#define ANSWER_MS 500

static void answer(struct question *q, joist_term term)
{
	pthread_mutex_lock(&q->lock);
	if (q->arena)
		q->answer = copy_outside(q->arena, term);
	q->done = true;
	pthread_cond_signal(&q->answered);
	pthread_mutex_unlock(&q->lock);
}

/* The answer of an actor that is ended before it knows. */
static void give_up(void *question)
{
	answer(question, ATOM(noproc));
}

static struct question *question_of(joist_term args)
{
	return (struct question *)(uintptr_t)(int_value(args) * 16);
}

static void wait_body(struct joist_actor *self, joist_term args)
{
	struct question *q = question_of(args);
	joist_term reason = ATOM(noproc);

	joist_defer(self, give_up, q);
	joist_monitor(self, q->about);
	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', _, process, _, Reason}", &reason);
	joist_undefer(self, give_up, q);
	answer(q, reason);
}

static void list_one(struct joist_actor *self, joist_term pid)
{
	static const char *const keys[] = { "status",	  "current_function", "message_queue_len",
					    "reductions", "memory",	      "registered_name" };
	struct log_field fields[7] = { LOG_FIELD_TEXT("pid", joist_format(self, pid)) };
	joist_pid about;

	if (!joist_get_pid(pid, &about) || joist_pid_equal(about, joist_self(self)))
		return;
	joist_term info = self_info(self, about, deadline_after(ANSWER_MS));
	if (joist_is_none(info))
		return; /* it has ended, or is busy, as its scheduler's line says */
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		joist_term key = joist_atom_term(joist_atom_new(keys[i]));
		fields[i + 1] =
			LOG_FIELD_TEXT(keys[i], joist_format(self, joist_map_get(info, key)));
	}
	log_write(&(struct log_event){ LOG_LEVEL_NOTICE, "actor_list", "an actor of this node",
				       fields, sizeof(fields) / sizeof(*fields) });
}

static void list_body(struct joist_actor *self, joist_term args)
{
	joist_term list = joist_actors(self), pid;
	int64_t count = joist_list_size(list);

	(void)args;
	for (int n = 0; n < LISTED_MAX && joist_list_next(&list, &pid); n++)
		list_one(self, pid);
	log_say(LOG_LEVEL_NOTICE, "actor_list", "%lld actors live", (long long)count - 1);
}

static struct code observer_code = { .plugin = { ATOM_WORD(joist) }, .version = "" };
static struct export wait_export = { .code = &observer_code,
				     .name = { ATOM_WORD(monitor) },
				     .kind = JOIST_EXPORT_LOOP,
				     .body = (void (*)(void))wait_body };
static struct export list_export = { .code = &observer_code,
				     .name = { ATOM_WORD(running) },
				     .kind = JOIST_EXPORT_LOOP,
				     .body = (void (*)(void))list_body };

static const struct joist_spawn_options urgent = { .priority = JOIST_PRIORITY_HIGH };

/* Starts the actor that will answer, and waits for it. */
static void ask(struct joist_vm *vm, struct export *export, struct question *q)
{
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->answered, NULL);
	code_pin(export->code);
	joist_pid pid = spawn_export(vm, NULL, export, term_small((int64_t)((uintptr_t)q / 16)),
				     &urgent, &(struct spawn_parent){ 0 });
	pthread_mutex_lock(&q->lock);
	while (!joist_pid_is_none(pid) && !q->done)
		pthread_cond_wait(&q->answered, &q->lock);
	pthread_mutex_unlock(&q->lock);
	pthread_mutex_destroy(&q->lock);
	pthread_cond_destroy(&q->answered);
}

joist_term vm_wait(struct joist_vm *vm, joist_pid pid, struct arena *arena)
{
	struct question q __attribute__((
		aligned(16))) = { .about = pid, .arena = arena, .answer = ATOM(noproc) };

	ask(vm, &wait_export, &q);
	return q.answer;
}

/* What the schedulers do needs no actor to tell, and can be told even if all are busy. */
static void log_running(struct joist_vm *vm)
{
	for (uint32_t i = 0; i < vm->worker_count; i++) {
		/* relaxed: for people */
		joist_pid pid = { .id = atomic_load_explicit(&vm->workers[i].running,
							     memory_order_relaxed) };
		if (pid.id)
			log_say(LOG_LEVEL_NOTICE, "actor_list", "scheduler %u runs <0.%u.%u>", i,
				pid_slot(pid), pid_serial(pid));
	}
}

void vm_log_actors(struct joist_vm *vm)
{
	log_running(vm);
	code_pin(list_export.code);
	spawn_export(vm, NULL, &list_export, ATOM(ok), &urgent, &(struct spawn_parent){ 0 });
}
