/* A thousand actors with a Lua each (lua.c). A tenth of them never end what they are told, and a tenth are
 * told what fails, in Lua or beneath it; the others answer as before. */
#include <joist/server.h>

#include <stdio.h>
#include <string.h>

#define ACTORS 1000
#define TENTH (ACTORS / 10)
#define ANSWER_MS_MAX 30000 /* as nothing is to depend on how fast it is */

static const char *const failures[] = {
	/* Lua finds these itself; the second and third would overflow the stack of C. */
	"error('enough')",
	"local function f(s) return (s:gsub('.', f)) end return f('x')",
	"return (('x'):rep(300)):find(('x?'):rep(300))",
	/* These end the actor. */
	"local t = {} t[1] = t return depth(t)",
	"os.exit(3)",
};
#define FAILURES ((int)(sizeof(failures) / sizeof(*failures)))

/* What came of the failures. */
struct ends {
	int errors, overflows, exits;
};

static joist_term text(struct joist_actor *self, const char *lua)
{
	return joist_binary(self, joist_text(lua));
}

static void start(struct joist_actor *self, joist_pid *crowd)
{
	for (int i = 0; i < ACTORS; i++)
		crowd[i] = joist_spawn(self, "lua:state", joist_int(self, i));
}

/* Has those from `from` to `to` add their number to their total; how many have now added it `times`. */
static int add(struct joist_actor *self, const joist_pid *crowd, int from, int to, int times)
{
	joist_term lua = text(self, "total = (total or 0) + number; return total");
	int right = 0;

	for (int i = from; i < to; i++) {
		struct joist_bytes answer = { NULL, 0 };
		joist_term reply = joist_nil();
		char expected[16];

		joist_call(self, crowd[i], lua, ANSWER_MS_MAX, &reply);
		snprintf(expected, sizeof(expected), "%d", i * times);
		right += joist_match(reply, "{ok, Answer}", &answer) &&
			 answer.size == strlen(expected) &&
			 !memcmp(answer.data, expected, answer.size);
	}
	return right;
}

static void spin(struct joist_actor *self, const joist_pid *crowd)
{
	for (int i = 0; i < TENTH; i++)
		joist_cast(self, crowd[i], text(self, "while true do end"));
}

static struct ends fail(struct joist_actor *self, const joist_pid *crowd)
{
	struct ends ends = { 0 };

	for (int i = TENTH; i < 2 * TENTH; i++) {
		joist_term lua = text(self, failures[i % FAILURES]), reply = joist_nil();

		joist_call(self, crowd[i], lua, ANSWER_MS_MAX, &reply);
		ends.errors += joist_match(reply, "{error, _}");
		ends.overflows += joist_match(reply, "{fault, stack_overflow, _}");
		ends.exits += joist_match(reply, "{fault, exit, _}");
	}
	return ends;
}

/* Kills the first tenth, which spin; how many ended by it. */
static int stop(struct joist_actor *self, const joist_pid *crowd)
{
	int killed = 0;

	for (int i = 0; i < TENTH; i++) {
		joist_monitor(self, crowd[i]);
		joist_exit_to(self, crowd[i], joist_make(self, "kill"));
	}
	while (killed < TENTH &&
	       joist_receive_match(self, ANSWER_MS_MAX, "{'DOWN', _, process, _, killed}"))
		killed++;
	return killed;
}

static void demo(struct joist_actor *self, joist_term args)
{
	joist_pid *crowd = joist_alloc(self, ACTORS * sizeof(*crowd));
	int right, killed;
	struct ends ends;

	(void)args;
	start(self, crowd);
	right = add(self, crowd, 0, ACTORS, 1);
	joist_print(self, "%d actors have a Lua each: %d right answers", ACTORS, right);
	ends = fail(self, crowd);
	joist_print(self,
		    "%d are told what fails: %d answer an error, %d overflow the stack of C, %d "
		    "call exit",
		    TENTH, ends.errors, ends.overflows, ends.exits);
	spin(self, crowd);
	joist_print(self, "%d are told: while true do end", TENTH);
	right = add(self, crowd, 2 * TENTH, ACTORS, 2);
	killed = stop(self, crowd);
	joist_print(self, "they do not end, but can be killed: %d killed", killed);
	joist_print(self, "%d of %d others answered as before", right, ACTORS - 2 * TENTH);
}

JOIST_PLUGIN("crowd", "1.0", JOIST_ACTOR(demo));
