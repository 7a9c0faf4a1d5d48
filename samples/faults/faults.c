/* A server that crashes in whichever way it is told, and its supervisor, which starts it again each
 * time. Who called it is told why it is gone; the counter beside it goes on. */
#include <joist/server.h>

#include <assert.h>
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* Out of the compiler's sight, or it would leave out what cannot go well. */
static int *volatile nowhere = (int *)8;
static volatile int zero;
static char letters[] = "letters";
static char *volatile inside = letters + 1;

static void read_null(void)
{
	zero = *nowhere;
}

static void write_constant(void)
{
	*(char *volatile)(uintptr_t) "constant" = 'C';
}

static void jump_wild(void)
{
	((void (*)(void))nowhere)();
}

static void divide_by_zero(void)
{
	zero = 7 / zero;
}

static void run_nonsense(void)
{
	__builtin_trap();
}

static void assert_false(void)
{
	assert(!"true");
}

static void free_twice(void)
{
	char *volatile block = malloc(24);

	free(block);
	free(block);
}

static void free_inside(void)
{
	free(inside);
}

static int recurse(volatile char *above)
{
	volatile char frame[200];

	frame[0] = above[0];
	return zero ? 0 : recurse(frame) + frame[0];
}

static void recurse_for_ever(void)
{
	volatile char first = 0;

	zero = recurse(&first);
}

static void exit_process(void)
{
	exit(3);
}

static void exit_by_err(void)
{
	errx(3, "that is all");
}

static void exit_thread(void)
{
	pthread_exit(NULL);
}

static void print_wild(void)
{
	printf("%s\n", (char *)nowhere);
}

static int compare(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b + *nowhere;
}

static void sort_wild(void)
{
	qsort(letters, sizeof(letters), 1, compare);
}

static const struct way {
	const char *name;
	void (*crash)(void);
} ways[] = {
	{ "reads from a null pointer", read_null },
	{ "writes to a constant", write_constant },
	{ "jumps to where no code is", jump_wild },
	{ "divides by zero", divide_by_zero },
	{ "runs what is no instruction", run_nonsense },
	{ "calls abort", abort },
	{ "fails an assert", assert_false },
	{ "frees a block twice", free_twice },
	{ "frees the middle of a block", free_inside },
	{ "recurses for ever", recurse_for_ever },
	{ "calls exit", exit_process },
	{ "calls errx", exit_by_err },
	{ "calls pthread_exit", exit_thread },
	{ "crashes inside printf", print_wild },
	{ "crashes inside qsort", sort_wild },
};
#define WAYS ((int)(sizeof(ways) / sizeof(*ways)))

static void clumsy_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)state, (void)args;
	joist_send_to(self, "demo", joist_make(self, "{up, Pid}", joist_self(self)));
}

static joist_term clumsy_call(struct joist_actor *self, void *state, joist_term request)
{
	int way;

	(void)state;
	if (joist_match(request, "Way", &way) && way >= 0 && way < WAYS)
		ways[way].crash();
	return joist_make(self, "nothing_happened");
}

static const struct joist_server clumsy = { 0, .init = clumsy_init, .call = clumsy_call };

struct count {
	int64_t n;
};

static joist_term counter_call(struct joist_actor *self, void *state, joist_term request)
{
	(void)request;
	return joist_int(self, ++((struct count *)state)->n);
}

static const struct joist_server counter = { sizeof(struct count), .call = counter_call };

/* Has the server crash; whether it ended with a fault, was started again, and the counter went on. */
static bool try(struct joist_actor *self, int way)
{
	joist_term reply = joist_nil(), kind = joist_nil();
	enum joist_result result = joist_call(self, "clumsy", joist_int(self, way), 5000, &reply);
	bool fault = result == JOIST_DOWN && joist_match(reply, "{fault, Kind, _}", &kind);
	bool up = joist_receive_match(self, 5000, "{up, _}");
	int64_t n = 0;

	if (joist_call(self, "counter", joist_make(self, "add"), 5000, &reply) == JOIST_OK)
		joist_match(reply, "N", &n);
	joist_print(self, "%s: %s, %s, counter %lld", ways[way].name,
		    joist_format(self, fault ? kind : reply), up ? "up again" : "gone",
		    (long long)n);
	return fault && up && n == way + 1;
}

static void demo(struct joist_actor *self, joist_term args)
{
	int survived = 0;

	(void)args;
	joist_receive_match(self, 5000, "{up, _}");
	for (int way = 0; way < WAYS; way++)
		survived += try(self, way);
	joist_print(self, "%d of %d crashes survived", survived, WAYS);
}

JOIST_PLUGIN("faults", "1.0", JOIST_SERVER(clumsy), JOIST_SERVER(counter), JOIST_ACTOR(demo));
