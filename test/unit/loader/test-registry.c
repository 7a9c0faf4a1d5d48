/* Generations of plugins, and how they are found. */
#include "loader/registry.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "test/harness.h"
#include "vm/base/bug.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"

static void loop(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
}

static joist_term fun(struct joist_actor *self, joist_term a)
{
	(void)self;
	return a;
}

static size_t state_size(const void *data)
{
	return *(const size_t *)data;
}

static void take(struct joist_actor *self, void *state, joist_term term)
{
	(void)self, (void)state, (void)term;
}

static const struct joist_handler handler = {
	.size = sizeof(handler),
	.state_size = state_size,
	.start = take,
	.message = take,
};
static const size_t state_bytes = 24;

static const struct joist_export exports[] = {
	JOIST_ACTOR_STACK(loop, 128 << 10),
	{ "loop", JOIST_EXPORT_FUN, 1, (void (*)(void))fun, NULL, NULL, 0, { NULL, NULL } },
	{ "loop", JOIST_EXPORT_FUN, 0, (void (*)(void))fun, NULL, NULL, 0, { NULL, NULL } },
	{ "handler", JOIST_EXPORT_HANDLER, 0, NULL, &handler, &state_bytes, 0, { NULL, NULL } },
	JOIST_FUN(fun, 1),
};

static struct joist_plugin plugin_of(const char *name, const struct joist_export *list,
				     size_t count)
{
	return (struct joist_plugin){ .size = sizeof(struct joist_plugin),
				      .export_size = sizeof(struct joist_export),
				      .name = name,
				      .version = "1.2",
				      .exports = list,
				      .export_count = count };
}

static const struct generation_origin origin = { .file = "f" };

static struct code *add(struct registry *registry, const struct joist_plugin *plugin)
{
	struct report report = { 0 };
	struct code *code = registry_add(registry, plugin, &origin, &report);

	CHECK_INT(code == NULL, report.errors);
	report_finish(&report);
	return code;
}

static struct joist_bytes text(const char *name)
{
	return (struct joist_bytes){ name, strlen(name) };
}

static struct export *find(struct registry *registry, const char *plugin, const char *name,
			   int arity)
{
	return registry_find(registry, text(plugin), text(name), arity);
}

/* Whether the plugin is refused with that sentence. */
static bool is_refused(const struct joist_plugin *plugin, const char *sentence)
{
	struct registry *registry = registry_create();
	struct report report = { 0 };
	char said[512];

	CHECK(!registry_add(registry, plugin, &origin, &report));
	CHECK_INT(report.count, 1);
	report_line_text(&report.lines[0], said, sizeof(said));
	report_finish(&report);
	registry_destroy(registry);
	return strstr(said, sentence);
}

TEST(finds_by_name_kind_and_arity)
{
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	struct code *code = add(registry, &plugin);
	struct export *export;

	CHECK_INT(code->generation, 1);
	CHECK_STR(code->version, "1.2");
	CHECK_STR(atom_name(code->plugin).data, "demo");
	export = find(registry, "demo", "loop", -1);
	CHECK(export && export->kind == JOIST_EXPORT_LOOP && export->body == (void (*)(void))loop);
	CHECK_INT(export->stack_bytes, 128 << 10);
	CHECK(export->code == code);
	CHECK_INT(find(registry, "demo", "loop", 1)->arity, 1);
	CHECK_INT(find(registry, "demo", "loop", 0)->arity, 0);
	CHECK(!find(registry, "demo", "loop", 2));
	export = find(registry, "demo", "handler", -1);
	CHECK(export && export->handler.message == take);
	CHECK_INT(export->state_bytes, 24);
	CHECK(!find(registry, "demo", "fun", -1));
	CHECK(!find(registry, "demo", "hand", -1));
	CHECK(!find(registry, "dem", "loop", -1));
	CHECK(!find(registry, "", "", -1));
	registry_destroy(registry);
}

TEST(finds_the_code_at_an_address)
{
	static const char bytes[30];
	const struct generation_origin at_bytes = { .file = "f",
						    .start = (uintptr_t)bytes,
						    .end = (uintptr_t)bytes + 20 };
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	struct registry *registry = registry_create();
	struct report report = { 0 };
	struct code *code = registry_add(registry, &plugin, &at_bytes, &report);

	CHECK(code);
	add(registry, &plugin);
	CHECK(registry_code_at(registry, bytes) == code);
	CHECK(registry_code_at(registry, bytes + 19) == code);
	CHECK(!registry_code_at(registry, bytes + 20));
	registry_destroy(registry);
}

TEST(finds_the_newest_generation)
{
	struct registry *registry = registry_create();
	const struct joist_plugin first = plugin_of("demo", exports, 5);
	const struct joist_plugin second = plugin_of("demo", exports, 1);
	struct export *old;

	add(registry, &first);
	old = find(registry, "demo", "loop", -1);
	CHECK_INT(add(registry, &second)->generation, 2);
	CHECK_INT(find(registry, "demo", "loop", -1)->code->generation, 2);
	CHECK(!find(registry, "demo", "handler", -1));
	CHECK_INT(old->code->generation, 1);
	registry_destroy(registry);
}

TEST(finds_what_is_committed)
{
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	struct report report = { 0 };
	struct code *first = registry_add_candidate(registry, &plugin, &origin, &report), *second;

	CHECK(first && first->generation == 1);
	CHECK(!registry_plugin(registry, text("demo")));
	CHECK(!find(registry, "demo", "loop", -1));
	CHECK(!registry_commit(registry, first));
	CHECK(find(registry, "demo", "loop", -1)->code == first);
	second = registry_add_candidate(registry, &plugin, &origin, &report);
	CHECK(second && second->generation == 2);
	CHECK(registry_plugin(registry, text("demo")) == first);
	CHECK(registry_commit(registry, second) == first);
	CHECK(registry_plugin(registry, text("demo")) == second);
	CHECK(registry_commit(registry, first) == second);
	CHECK(find(registry, "demo", "loop", -1)->code == first);
	registry_destroy(registry);
}

TEST(tells_when_it_finds_otherwise)
{
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	const atomic_uint_least64_t *version = registry_port(registry).version;
	struct report report = { 0 };
	struct code *code = registry_add_candidate(registry, &plugin, &origin, &report);

	CHECK_INT(*version, 0);
	registry_commit(registry, code);
	CHECK_INT(*version, 1);
	registry_commit(registry, code);
	CHECK_INT(*version, 1);
	registry_destroy(registry);
}

static void release(struct export *export)
{
	code_unpin(export->code);
}

TEST(takes_out_what_nothing_pins)
{
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	struct code *first = add(registry, &plugin), *second = add(registry, &plugin);
	struct export *export = find(registry, "demo", "loop", -1);

	CHECK(export->code == second);
	CHECK(!registry_withdraw(registry, second));
	CHECK(registry_plugin(registry, text("demo")) == second);
	release(export);
	CHECK(registry_withdraw(registry, first));
	CHECK(registry_withdraw(registry, second));
	CHECK(!registry_plugin(registry, text("demo")));
	CHECK(!find(registry, "demo", "loop", -1));
	CHECK(!registry_next(registry, text("demo"), NULL, NULL));
	CHECK_INT(add(registry, &plugin)->generation, 3);
	registry_destroy(registry);
}

TEST(uses_memory_again)
{
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	struct code *code = add(registry, &plugin);
	int64_t before;

	registry_withdraw(registry, code);
	before = heap_in_use();
	for (int i = 0; i < 100; i++) {
		CHECK(add(registry, &plugin) == code);
		CHECK(registry_withdraw(registry, code));
	}
	CHECK_INT(heap_in_use(), before);
	registry_destroy(registry);
}

TEST(tells_what_each_generation_is)
{
	static const enum generation_state states[] = { GENERATION_CANDIDATE, GENERATION_PREVIOUS,
							GENERATION_COMMITTED, GENERATION_OLD };
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	struct generation *generation = NULL;
	struct report report = { 0 };
	struct code *second;
	enum generation_state state;

	add(registry, &plugin);
	second = add(registry, &plugin);
	add(registry, &plugin);
	CHECK(registry_add_candidate(registry, &plugin, &origin, &report));
	registry_commit(registry, second); /* back */
	for (uint32_t i = 0; i < 4; i++) {
		generation = registry_next(registry, text("demo"), generation, &state);
		CHECK(generation && generation->code.generation == 4 - i);
		CHECK_INT(state, states[i]);
	}
	CHECK(!registry_next(registry, text("demo"), generation, &state));
	CHECK_STR(atom_name(registry_name(registry, 0)).data, "demo");
	CHECK(!registry_name(registry, 1).word);
	registry_destroy(registry);
}

static struct export *find_file(struct registry *registry, const struct digest *hash)
{
	struct code_port port = registry_port(registry);

	return port.find_file(port.owner, text("demo"), text("loop"), hash->bytes);
}

TEST(finds_by_the_file)
{
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	const struct digest one = { { 1 } }, two = { { 2 } }, none = { { 0 } };
	struct code *first = add(registry, &plugin), *second = add(registry, &plugin);
	struct export *export;

	CHECK(!find_file(registry, &one));
	CHECK(!find_file(registry, &none));
	registry_set_hash(registry, container_of(first, struct generation, code), &one);
	registry_set_hash(registry, container_of(second, struct generation, code), &two);
	export = find_file(registry, &one);
	CHECK(export && export->code == first);
	CHECK(!registry_withdraw(registry, first));
	release(export);
	export = find_file(registry, &two);
	CHECK(export && export->code == second);
	release(export);
	CHECK(registry_withdraw(registry, first));
	CHECK(!find_file(registry, &one));
	registry_destroy(registry);
}

TEST(tells_what_may_travel)
{
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	const struct digest hash = { { 7 } };
	const struct generation_origin from_store = { .file = "demo.so",
						      .hash = &hash,
						      .travels = true };
	struct report report = { 0 };
	struct digest found;
	struct code *code;

	CHECK(!registry_travels(registry, text("demo"), &found));
	add(registry, &plugin);
	CHECK(!registry_travels(registry, text("demo"), &found));
	code = registry_add_candidate(registry, &plugin, &from_store, &report);
	CHECK(code && !registry_travels(registry, text("demo"), &found));
	registry_commit(registry, code);
	CHECK(registry_travels(registry, text("demo"), &found) && digest_equal(&found, &hash));
	registry_destroy(registry);
}

TEST(admits_guests)
{
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	struct report report = { 0 };
	struct code *own = add(registry, &plugin);
	struct code *guest = registry_add_candidate(registry, &plugin, &origin, &report);
	enum generation_state state;

	registry_admit(registry, guest);
	CHECK(registry_next(registry, text("demo"), NULL, &state));
	CHECK_INT(state, GENERATION_GUEST);
	CHECK(registry_plugin(registry, text("demo")) == own);
	CHECK(registry_commit(registry, guest) == own);
	CHECK(registry_next(registry, text("demo"), NULL, &state));
	CHECK_INT(state, GENERATION_COMMITTED);
	registry_destroy(registry);
}

static atomic_bool ends;

/* What it finds is there as long as it is pinned: its name can be read. */
static void *find_and_look(void *registry)
{
	size_t found = 0;

	/* relaxed: it only ends the loop */
	while (!atomic_load_explicit(&ends, memory_order_relaxed)) {
		struct export *export = find(registry, "demo", "loop", -1);
		if (!export)
			continue;
		found += export->body == (void (*)(void))loop && export->code->exports != NULL;
		release(export);
	}
	return (void *)found;
}

TEST(is_read_while_generations_go)
{
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	struct code *old = add(registry, &plugin);
	pthread_t readers[2];

	for (int i = 0; i < 2; i++)
		CHECK(!pthread_create(&readers[i], NULL, find_and_look, registry));
	for (int i = 0; i < 2000; i++) {
		struct code *new = add(registry, &plugin);
		while (!registry_withdraw(registry, old))
			sched_yield();
		old = new;
	}
	/* relaxed: as above */
	atomic_store_explicit(&ends, true, memory_order_relaxed);
	for (int i = 0; i < 2; i++)
		CHECK(!pthread_join(readers[i], NULL));
	registry_destroy(registry);
}

/* A plugin of an older SDK: its structs end earlier, and its exports are closer together. */
TEST(takes_shorter_structs)
{
	struct short_export {
		const char *name;
		uint32_t kind, arity;
		void (*code)(void);
		const struct joist_handler *handler;
		const void *data;
		size_t stack_bytes;
	};
	struct short_handler {
		uint32_t size, reserved;
		size_t (*state_size)(const void *data);
		void (*start)(struct joist_actor *self, void *state, joist_term args);
		void (*message)(struct joist_actor *self, void *state, joist_term message);
	};
	static const struct short_handler old_handler = { sizeof(old_handler), 0, NULL, take,
							  take };
	static const struct short_export old[] = {
		{ "a", JOIST_EXPORT_LOOP, 0, (void (*)(void))loop, NULL, NULL, 1 << 20 },
		{ "b", JOIST_EXPORT_HANDLER, 0, NULL, (const void *)&old_handler, NULL, 0 },
	};
	struct joist_plugin plugin = plugin_of("old", (const void *)old, 2);
	struct registry *registry = registry_create();

	plugin.size = offsetof(struct joist_plugin, reserved);
	plugin.export_size = sizeof(old[0]);
	add(registry, &plugin);
	CHECK_INT(find(registry, "old", "a", -1)->stack_bytes, 1 << 20);
	CHECK(find(registry, "old", "b", -1)->handler.message == take);
	CHECK(!find(registry, "old", "b", -1)->handler.stop);
	registry_destroy(registry);
}

TEST(refuses_wrong_descriptors)
{
	static const struct joist_handler silent = { .size = sizeof(silent) },
					  small = { .size = 4 };
	const struct joist_export bad[] = {
		{ "silent", JOIST_EXPORT_HANDLER, 0, NULL, &silent, NULL, 0, { NULL, NULL } },
		{ "small", JOIST_EXPORT_HANDLER, 0, NULL, &small, NULL, 0, { NULL, NULL } },
		{ "odd", 7, 0, NULL, NULL, NULL, 0, { NULL, NULL } },
	};
	struct joist_plugin plugin = plugin_of("demo", &bad[0], 1);

	CHECK(is_refused(&plugin, "without a message function"));
	plugin.exports = &bad[1];
	CHECK(is_refused(&plugin, "has a handler small of 4 bytes"));
	plugin.exports = &bad[2];
	CHECK(is_refused(&plugin, "of the unknown kind 7"));
	plugin.size = 8;
	CHECK(is_refused(&plugin, "impossible sizes"));
	plugin = plugin_of("demo", exports, 0);
	CHECK(is_refused(&plugin, "has 0 exports"));
}

static joist_term make_config(const void *from, struct arena *arena)
{
	return term_int(arena, *(const int64_t *)from);
}

TEST(keeps_config_and_data)
{
	static const int64_t number = 4711;
	const struct generation_origin with = { .file = "f",
						.counted = true,
						.data = &number,
						.config = make_config,
						.config_from = &number };
	struct registry *registry = registry_create();
	const struct joist_plugin plugin = plugin_of("demo", exports, 1);
	struct report report = { 0 };
	struct code *code = registry_add(registry, &plugin, &with, &report);
	CHECK(code && code->counted && !code->keeps_threads);
	CHECK(term_is_int(code->config) && int_value(code->config) == number);
	CHECK(find(registry, "demo", "loop", -1)->data == &number);
	registry_destroy(registry);
}

static void count_one(void *with, const struct code *code)
{
	CHECK_INT(code->generation, 1);
	++*(size_t *)with;
}

TEST(grows_to_many_plugins)
{
	enum { MANY = 500 };
	struct registry *registry = registry_create();
	size_t count = 0;

	for (int i = 0; i < MANY; i++) {
		char name[32];
		struct joist_plugin plugin = plugin_of(name, exports, 1);

		snprintf(name, sizeof(name), "plugin_%d", i);
		add(registry, &plugin);
	}
	for (int i = 0; i < MANY; i++) {
		char name[32];

		snprintf(name, sizeof(name), "plugin_%d", i);
		CHECK(find(registry, name, "loop", -1));
	}
	registry_walk(registry, count_one, &count);
	CHECK_INT(count, MANY);
	registry_destroy(registry);
}

static void *find_often(void *registry)
{
	size_t found = 0;

	while (!find(registry, "plugin_199", "loop", -1))
		found += find(registry, "plugin_0", "loop", -1) != NULL;
	return (void *)found;
}

TEST(is_read_while_it_grows)
{
	struct registry *registry = registry_create();
	pthread_t readers[2];

	for (int i = 0; i < 2; i++)
		CHECK(!pthread_create(&readers[i], NULL, find_often, registry));
	for (int i = 0; i < 200; i++) {
		char name[32];
		struct joist_plugin plugin = plugin_of(name, exports, 1);

		snprintf(name, sizeof(name), "plugin_%d", i);
		add(registry, &plugin);
	}
	for (int i = 0; i < 2; i++)
		CHECK(!pthread_join(readers[i], NULL));
	registry_destroy(registry);
}

/* Atoms stay; all else is given back, however far it came. */
TEST(gives_back_what_it_could_not_use)
{
	const struct joist_plugin plugin = plugin_of("demo", exports, 5);
	struct registry *registry = registry_create();
	int64_t before;

	registry_destroy(registry);
	registry = registry_create();
	add(registry, &plugin);
	registry_destroy(registry);
	before = heap_in_use();
	for (int nth = 1; nth < 12; nth++) {
		struct report report = { 0 };
		struct code *code = NULL;

		heap_fail(nth, true);
		registry = registry_create();
		if (registry)
			code = registry_add(registry, &plugin, &origin, &report);
		heap_fail(0, false);
		registry_destroy(registry);
		report_finish(&report);
		CHECK_INT(heap_in_use(), before);
		if (code)
			return;
	}
	CHECK(!"it must work in the end");
}
