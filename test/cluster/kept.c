/* Actors to be supervised over nodes. Each writes into a file that all nodes share when it starts and when
 * it has ended, however it did, so that no one who runs is overlooked. */
#include <joist/option.h>
#include <joist/server.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct record {
	char path[256];
	char text[200];
};

static void put(const char *path, const char *what, const char *text)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	char line[256];
	int size = snprintf(line, sizeof(line), "%s %s\n", what, text);

	/* One write: lines of other nodes stay whole. */
	if (fd < 0 || write(fd, line, (size_t)size) != size)
		fprintf(stderr, "the ledger cannot be written\n");
	close(fd);
}

static void ended(void *argument)
{
	struct record *record = argument;

	put(record->path, "down", record->text);
}

/* Writes that the actor is there, and sees to it that its end is. */
static void begin(struct joist_actor *self, joist_term args)
{
	struct record *record = joist_alloc(self, sizeof(*record));

	snprintf(record->path, sizeof(record->path), "%s",
		 joist_option_text(self, args, "ledger", ""));
	snprintf(record->text, sizeof(record->text), "%s %s %d %llu",
		 joist_option_text(self, args, "name", "?"),
		 (const char *)joist_atom_name(joist_node(self)).data, (int)getpid(),
		 (unsigned long long)joist_self(self).id);
	put(record->path, "up", record->text);
	joist_defer(self, ended, record);
}

static void init(struct joist_actor *self, void *state, joist_term args)
{
	int64_t *stop_ms = state;

	joist_trap_exit(self, true);
	begin(self, args);
	*stop_ms = joist_option_int(self, args, "stop_ms", 0);
	joist_sleep(self, joist_option_int(self, args, "start_ms", 0));
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	(void)state;
	joist_exit(self, request);
}

/* Takes its time, for others to be too early. */
static void terminate(struct joist_actor *self, void *state, joist_term reason)
{
	(void)reason;
	joist_sleep(self, *(int64_t *)state);
}

static const struct joist_server kept = {
	.state_size = sizeof(int64_t), .init = init, .call = call, .terminate = terminate
};

/* Takes no notice of anything, its parent's loss among it. */
static void deaf(struct joist_actor *self, joist_term args)
{
	joist_trap_exit(self, true);
	begin(self, args);
	for (;;)
		joist_receive(self);
}

JOIST_PLUGIN("kept", "1.0", JOIST_SERVER(kept), JOIST_ACTOR(deaf));
