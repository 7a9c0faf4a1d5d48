/* Upgrades, as actors ask for them. Written on the SDK, but for what renewal.h does to the node. */
#include "loader/code_upgrade.h"

#include <string.h>

#include "loader/renewal.h"

/* How often the watch looks, and how long going back may take. */
#define LOOK_MS 100
#define BACK_MS 60000

static void run(void *renewal)
{
	renewal_run(renewal);
}

static void free_said(void *renewal)
{
	struct renewal *r = renewal;

	text_finish(&r->said);
}

/* {ok, Text} or {error, Text} */
static joist_term carry_out(struct joist_actor *self, struct renewal *r)
{
	joist_defer(self, free_said, r);
	joist_blocking(self, run, r);
	joist_term said = joist_binary(self, (struct joist_bytes){ r->said.data, r->said.size });
	joist_undefer(self, free_said, r);
	free_said(r);
	return r->done ? joist_make(self, "{ok, Said}", said)
		       : joist_make(self, "{error, Said}", said);
}

static enum renewal_mode mode_of(joist_term mode)
{
	if (joist_is_atom(mode, "plan"))
		return RENEWAL_PLAN;
	return joist_is_atom(mode, "dry") ? RENEWAL_DRY : RENEWAL_COMMIT;
}

joist_term code_upgrade(struct joist_actor *self, struct live *live, joist_term file,
			joist_term config, joist_term options)
{
	struct renewal r = { .vm = joist_vm_of(self), .live = live, .config = config };
	uint32_t percent, crashes;
	struct joist_bytes path;
	int64_t watch_ms;
	joist_term mode;

	if (!joist_get_bytes(file, &path) || memchr(path.data, 0, path.size) ||
	    !joist_match(options, "{Mode, Deadline, Few, Percent, Watch, Crashes}", &mode,
			 &r.deadline_ms, &r.few, &percent, &watch_ms, &crashes))
		return joist_make(self, "{error, badarg}");
	char *text = joist_alloc(self, path.size + 1);
	memcpy(text, path.data, path.size);
	r.file = text;
	r.mode = mode_of(mode);
	r.percent = percent;
	joist_term answer = carry_out(self, &r);
	joist_free(self, text);
	if (r.generation && watch_ms > 0)
		joist_spawn(self, "code:watch",
			    joist_make(self, "{Plugin, Generation, Watch, Crashes}",
				       joist_atom_new(r.name), r.generation, watch_ms, crashes));
	return answer;
}

joist_term code_rollback(struct joist_actor *self, struct live *live, joist_atom plugin,
			 int64_t deadline_ms)
{
	struct renewal r = { .vm = joist_vm_of(self),
			     .live = live,
			     .plugin = joist_atom_name(plugin).data,
			     .percent = 100,
			     .deadline_ms = deadline_ms };

	return carry_out(self, &r);
}

/* ---- the watch ---- */

static joist_term ask(struct joist_actor *self, joist_term request)
{
	joist_term reply;

	if (joist_call(self, joist_make(self, "code_server"), request, JOIST_INFINITY, &reply) !=
	    JOIST_OK)
		joist_exit(self, joist_make(self, "normal"));
	return reply;
}

static void take_back(struct joist_actor *self, joist_atom plugin)
{
	joist_term answer = ask(self, joist_make(self, "{rollback, Plugin, Deadline}", plugin,
						 (int64_t)BACK_MS));
	bool done = joist_is_atom(joist_element(answer, 0), "ok");
	struct joist_bytes said = { "", 0 };

	joist_get_bytes(joist_element(answer, 1), &said);
	joist_log(self, done ? JOIST_NOTICE : JOIST_ERROR, "%.*s", (int)said.size,
		  (const char *)said.data);
}

void code_watch(struct joist_actor *self, joist_term args)
{
	int64_t watch_ms, most, crashes = 0, generation;
	joist_atom plugin;

	if (!joist_match(args, "{Plugin, Generation, Watch, Crashes}", &plugin, &generation,
			 &watch_ms, &most))
		return;
	int64_t until = joist_now_ns(self) + watch_ms * 1000000;
	while (crashes >= 0 && crashes <= most) {
		if (joist_now_ns(self) >= until)
			return;
		joist_sleep(self, LOOK_MS);
		joist_get_int(ask(self, joist_make(self, "{crashes, Plugin, Generation}", plugin,
						   generation)),
			      &crashes);
	}
	if (crashes < 0)
		return; /* it has been replaced */
	joist_log(self, JOIST_ERROR,
		  "%lld actors of %s's generation %lld have crashed within %lld ms of the upgrade: "
		  "it "
		  "is taken back",
		  (long long)crashes, (const char *)joist_atom_name(plugin).data,
		  (long long)generation, (long long)watch_ms);
	take_back(self, plugin);
}
