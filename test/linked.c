/* A code port over the one plugin that is linked into the program, and runs of it: for tests of the VM
 * that need actors but no loader. Find is entered by any thread, and changes nothing.
 *
 * A run is judged by an actor of this file, which starts the other one, so that no end comes too early to
 * be told of. */
#include "test/linked.h"

#include <semaphore.h>
#include <string.h>

#include "vm/base/text.h"
#include "vm/sched/sched.h"
#include "vm/sched/upgrade.h"
#include "vm/term/print.h"

/* More than the plugin of any test has. */
#define EXPORTS_MAX 32

extern const struct joist_plugin joist_plugin;

static struct export exports[2][EXPORTS_MAX];
static struct code codes[2] = {
	{ .version = "1.0", .generation = 1, .exports = exports[0] },
	{ .version = "2.0", .generation = 2, .exports = exports[1] },
};
static struct code *_Atomic found = &codes[0];

static const char *judged; /* the name of what runs */
static struct text verdict; /* the reason that it ended with */
static sem_t judgement; /* posted when `verdict` has been written */

static void judge(struct joist_actor *self, joist_term args)
{
	joist_term reason;

	joist_spawn_monitor(self, judged, args);
	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', _, process, _, Reason}", &reason);
	text_finish(&verdict);
	print_term(&verdict, reason);
	sem_post(&judgement);
}

static struct code judge_code = { .version = "1.0", .generation = 1 };
static struct export judge_export = {
	.code = &judge_code,
	.kind = JOIST_EXPORT_LOOP,
	.body = (void (*)(void))judge,
};

static bool is_named(joist_atom name, struct joist_bytes text)
{
	struct joist_bytes own = joist_atom_name(name);

	return own.size == text.size && memcmp(own.data, text.data, own.size) == 0;
}

static struct export *find(void *owner, struct joist_bytes plugin, struct joist_bytes name,
			   int arity)
{
	(void)owner;
	if (is_named(judge_code.plugin, plugin))
		return &judge_export;
	struct code *code = atomic_load(&found);
	if (!is_named(code->plugin, plugin))
		return NULL;
	for (size_t i = 0; i < code->export_count; i++) {
		struct export *export = &code->exports[i];
		bool fun = code_is_called(export->kind);

		if (is_named(export->name, name) && (fun ? (int)export->arity : -1) == arity)
			return export;
	}
	return NULL;
}

static struct export export_of(struct code *code, const struct joist_export *from)
{
	struct export to = {
		.code = code,
		.name = joist_atom_new(from->name),
		.kind = (enum joist_export_kind)from->kind,
		.arity = from->arity,
		.body = from->code,
		.data = from->data,
		.stack_bytes = from->stack_bytes,
	};

	if (from->handler) {
		to.handler = *from->handler;
		if (to.handler.state_size)
			to.state_bytes = to.handler.state_size(from->data);
	}
	return to;
}

static void fill(struct code *code)
{
	code->plugin = joist_atom_new(joist_plugin.name);
	code->export_count = joist_plugin.export_count;
	for (size_t i = 0; i < code->export_count; i++)
		code->exports[i] = export_of(code, &joist_plugin.exports[i]);
}

void linked_port(struct code_port *port)
{
	fill(&codes[0]);
	fill(&codes[1]);
	judge_code.plugin = joist_atom_new("test");
	judge_export.name = joist_atom_new("judge");
	*port = (struct code_port){ .find = find };
}

/* Their ways lead over what a node has. */
static void forget_changes(void)
{
	for (size_t i = 0; i < 2; i++) {
		code_free_owned(&codes[i]);
		atomic_store(&codes[i].change, NULL);
	}
}

static bool commit(void *owner, struct code *to)
{
	(void)owner;
	atomic_store(&found, to);
	return true;
}

bool linked_upgrade(struct joist_vm *vm, void (*wait)(void *waiter), void *waiter)
{
	struct code *from = atomic_load(&found), *to = &codes[from == &codes[0]];
	const struct upgrade_order order = { .from = { from },
					     .from_count = 1,
					     .to = to,
					     .deadline_ms = INT64_C(1) << 40,
					     .commit = commit,
					     .wait = wait,
					     .waiter = waiter };
	struct upgrade_report report;

	for (size_t i = 0; i < to->export_count; i++)
		to->exports[i].state_version = from->exports[i].state_version + 1;
	return upgrade_run(vm, &order, &report) == 0 && report.done;
}

const char *linked_run(const struct vm_options *options, const char *name, joist_term args)
{
	struct vm_options with_port = *options;
	struct joist_vm *vm;

	linked_port(&with_port.code);
	judged = name;
	vm = vm_create(&with_port);
	if (!vm || sem_init(&judgement, 0, 0) != 0)
		return NULL;
	/* Before the node runs, and with no word from outside while it does: it may be one with a seed. */
	vm_spawn(vm, "test:judge", args, NULL);
	if (vm_start(vm) != 0)
		return NULL;
	while (sem_wait(&judgement) != 0)
		;
	vm_stop(vm);
	vm_destroy(vm);
	forget_changes();
	return text_end(&verdict);
}
