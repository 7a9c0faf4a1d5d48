/* exec: programs of the operating system as actors. An actor runs one program; it ends with it, and the
 * program, with all that it started in its process group, ends with the actor, however that ends. No
 * zombie is left.
 *
 *   pid = joist_spawn_link(self, "exec:program", joist_make(self,
 *                          "#{command => [<<\"grep\">>, <<\"a\">>], owner => Self}", joist_self(self)));
 *   joist_send(self, pid, joist_make(self, "{input, <<\"abc\\n\">>}"));
 *
 * Options: command, a list of binaries, the first one looked up in PATH; owner, who gets the messages,
 * else the starter; cd, a folder; env, a list of {Name, Value} added to the node's environment;
 * stderr, `separate` (the default), `stdout` or `inherit`; grace_ms (1000), the time between SIGTERM and
 * SIGKILL when the actor is asked to end.
 *
 * The owner gets {exec, Pid, What}, in order:
 *
 *   {stdout, Data}  {stderr, Data}
 *   {exit, Code} or {signal, Number}     the last one; the actor then ends, with reason normal if the
 *                                        code is 0, else with {exit, Code} or {signal, Number}
 *
 * It takes {input, Data}, close_input and {signal, Number}. When the owner ends, so does the actor.
 *
 * If the node itself is killed, nobody can end its programs: they find their input closed. */
#include <joist/option.h>
#include <joist/server.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_BYTES 65536

/* What must be undone when the actor ends, known before the program runs. */
struct child {
	pid_t pid; /* 0: does not run, or is reaped */
};

struct program {
	struct child child;
	joist_pid owner;
	joist_pid writer;
	joist_ref owner_monitor;
	int readers; /* of its output that have not come to the end */
	bool exited;
	int status;
	int64_t grace_ms;
};

/* ---- ending ---- */

/* Kills what is left of the program's group and reaps it. Also runs after a fault. */
static void child_end(void *argument)
{
	struct child *child = argument;
	siginfo_t info;

	if (!child->pid)
		return;
	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL);
	while (waitid(P_PID, (id_t)child->pid, &info, WEXITED) && errno == EINTR)
		;
	child->pid = 0;
}

/* Whether the program has ended; its status, as of wait(2). */
static bool child_reap(struct child *child, int *ret_status)
{
	int status;

	if (!child->pid || waitpid(child->pid, &status, WNOHANG) != child->pid)
		return false;
	kill(-child->pid, SIGKILL);
	child->pid = 0;
	*ret_status = status;
	return true;
}

/* ---- the loops beside it ---- */

/* Reads one end of a pipe and passes on what comes. */
static void reader(struct joist_actor *self, joist_term args)
{
	joist_pid program;
	joist_atom tag;
	char *buffer;
	int fd;

	if (!joist_match(args, "{Program, Tag, Fd}", &program, &tag, &fd))
		joist_exit(self, joist_make(self, "badarg"));
	joist_own(self, fd);
	buffer = joist_alloc(self, READ_BYTES);
	for (;;) {
		int64_t got = joist_read(self, fd, buffer, READ_BYTES, JOIST_INFINITY);
		struct joist_bytes data = { buffer, got > 0 ? (size_t)got : 0 };

		if (got <= 0)
			break;
		joist_send(self, program, joist_make(self, "{'$exec', {Tag, Data}}", tag, data));
		joist_receive_timeout(self, 0); /* ends the turn, and with it the data */
	}
	joist_send(self, program, joist_make(self, "'$exec_end'"));
}

/* Writes what it is sent to a pipe; its end closes that. */
static void writer(struct joist_actor *self, joist_term args)
{
	int fd;

	if (!joist_match(args, "{input, Fd}", &fd))
		joist_exit(self, joist_make(self, "badarg"));
	joist_own(self, fd);
	for (;;) {
		joist_term message = joist_receive(self);
		struct joist_bytes data;

		if (joist_is_atom(message, "close_input"))
			return;
		if (joist_get_bytes(message, &data) &&
		    joist_write(self, fd, data.data, data.size, JOIST_INFINITY) < 0)
			return;
	}
}

/* Waits for the end of a process, which is left to be reaped: by a descriptor of it where there are such,
 * else with a thread. */
static void await_end(struct joist_actor *self, pid_t process)
{
	int pidfd = (int)syscall(SYS_pidfd_open, process, 0);
	siginfo_t info;

	if (pidfd >= 0) {
		joist_own(self, pidfd);
		joist_wait_fd(self, pidfd, false, JOIST_INFINITY);
		return;
	}
	while (waitid(P_PID, (id_t)process, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
}

/* Says when the program has ended. */
static void waiter(struct joist_actor *self, joist_term args)
{
	joist_pid program;
	int32_t process;

	if (!joist_match(args, "{Program, Process}", &program, &process))
		joist_exit(self, joist_make(self, "badarg"));
	await_end(self, process);
	joist_send(self, program, joist_make(self, "'$exec_exit'"));
}

/* ---- starting ---- */

struct launch {
	struct joist_actor *self;
	char **command, **environment;
	const char *folder;
	joist_atom stderr_to;
	int in[2], out[2], err[2]; /* pipes: where to read, where to write */
	struct child *child;
	int error;
};

static JOIST_NORETURN void launch_refuse(struct joist_actor *self, const char *what, int error)
{
	joist_exit(self, joist_make(self, "{exec, What, Error}", joist_atom_new(what),
				    joist_text(strerror(error))));
}

static void launch_pipe(struct launch *launch, int *pipe)
{
	if (pipe2(pipe, O_CLOEXEC))
		launch_refuse(launch->self, "pipe", errno);
	joist_own(launch->self, pipe[0]);
	joist_own(launch->self, pipe[1]);
}

/* The strings of a list of binaries, after `before`, ended by NULL. */
static char **launch_strings(struct launch *launch, joist_term list, char **before)
{
	size_t count = 0, room = (size_t)joist_list_size(list) + 1;
	joist_term item;
	char **strings;

	while (before && before[count])
		count++;
	strings = joist_alloc(launch->self, (count + room) * sizeof(*strings));
	if (count)
		memcpy(strings, before, count * sizeof(*strings));
	while (joist_list_next(&list, &item)) {
		strings[count] = (char *)joist_c_string(launch->self, item);
		if (!strings[count++])
			launch_refuse(launch->self, "command", EINVAL);
	}
	return strings;
}

/* NAME=value for each {Name, Value}. */
static joist_term launch_settings(struct joist_actor *self, joist_term list)
{
	struct joist_bytes name, value;
	joist_term item, settings = joist_nil();

	while (joist_list_next(&list, &item)) {
		char *bytes;
		joist_term setting;

		if (!joist_match(item, "{Name, Value}", &name, &value))
			launch_refuse(self, "env", EINVAL);
		setting = joist_binary_new(self, name.size + value.size + 1, (void **)&bytes);
		memcpy(bytes, name.data, name.size);
		bytes[name.size] = '=';
		memcpy(bytes + name.size + 1, value.data, value.size);
		settings = joist_cons(self, setting, settings);
	}
	return settings;
}

static void launch_files(const struct launch *launch, posix_spawn_file_actions_t *actions)
{
	posix_spawn_file_actions_adddup2(actions, launch->in[0], 0);
	posix_spawn_file_actions_adddup2(actions, launch->out[1], 1);
	if (launch->err[1])
		posix_spawn_file_actions_adddup2(actions, launch->err[1], 2);
	if (launch->folder)
		posix_spawn_file_actions_addchdir_np(actions, launch->folder);
	posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

/* On a thread that may block. The program gets no signal setting of the node's. */
static void launch_run(void *argument)
{
	struct launch *launch = argument;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	launch_files(launch, &actions);
	launch->error = posix_spawnp(&launch->child->pid, launch->command[0], &actions, &attributes,
				     launch->command, launch->environment);
	if (launch->error)
		launch->child->pid = 0;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
}

static void launch_options(struct launch *launch, joist_term args)
{
	struct joist_actor *self = launch->self;
	joist_term command = joist_option(self, args, "command");
	joist_term env = joist_option(self, args, "env");

	if (joist_list_size(command) < 1)
		launch_refuse(self, "command", EINVAL);
	launch->command = launch_strings(launch, command, NULL);
	env = launch_settings(self, joist_is_none(env) ? joist_nil() : env);
	launch->environment = launch_strings(launch, env, environ);
	launch->folder = joist_option_text(self, args, "cd", NULL);
	launch->stderr_to = joist_atom_new(joist_option_text(self, args, "stderr", "separate"));
}

static void launch_pipes(struct launch *launch)
{
	launch_pipe(launch, launch->in);
	launch_pipe(launch, launch->out);
	if (joist_is_atom(joist_atom_term(launch->stderr_to), "separate"))
		launch_pipe(launch, launch->err);
	else if (joist_is_atom(joist_atom_term(launch->stderr_to), "stdout"))
		launch->err[1] = launch->out[1];
}

/* Starts a loop that owns `fd` from now on. */
static joist_pid launch_loop(struct joist_actor *self, const char *loop, joist_term args, int fd)
{
	joist_pid pid = joist_spawn_link(self, loop, args);

	joist_give(self, fd);
	return pid;
}

static void launch_loops(struct launch *launch, struct program *program)
{
	struct joist_actor *self = launch->self;
	joist_pid me = joist_self(self);

	program->writer = launch_loop(
		self, "exec:writer", joist_make(self, "{input, Fd}", launch->in[1]), launch->in[1]);
	launch_loop(self, "exec:reader", joist_make(self, "{Me, stdout, Fd}", me, launch->out[0]),
		    launch->out[0]);
	program->readers = 1;
	if (launch->err[0]) {
		launch_loop(self, "exec:reader",
			    joist_make(self, "{Me, stderr, Fd}", me, launch->err[0]),
			    launch->err[0]);
		program->readers = 2;
	}
	joist_spawn_link(self, "exec:waiter",
			 joist_make(self, "{Me, Process}", me, (int32_t)program->child.pid));
}

static void program_init(struct joist_actor *self, void *state, joist_term args)
{
	struct program *program = state;
	struct launch launch = { .self = self, .child = &program->child };
	joist_term owner = joist_option(self, args, "owner");

	program->owner = joist_parent(self);
	if (!joist_is_none(owner) && !joist_get_pid(owner, &program->owner))
		launch_refuse(self, "owner", EINVAL);
	program->grace_ms = joist_option_int(self, args, "grace_ms", 1000);
	launch_options(&launch, args);
	launch_pipes(&launch);
	joist_trap_exit(self, true);
	joist_defer(self, child_end, &program->child);
	joist_blocking(self, launch_run, &launch);
	if (launch.error)
		launch_refuse(self, "spawn", launch.error);
	joist_close(self, launch.in[0]);
	joist_close(self, launch.out[1]);
	if (launch.err[0])
		joist_close(self, launch.err[1]);
	if (!joist_pid_is_none(program->owner))
		program->owner_monitor = joist_monitor(self, program->owner);
	launch_loops(&launch, program);
}

/* ---- running ---- */

static void program_tell(struct joist_actor *self, struct program *program, joist_term what)
{
	if (!joist_pid_is_none(program->owner))
		joist_send(self, program->owner,
			   joist_make(self, "{exec, Self, What}", joist_self(self), what));
}

/* When the program has ended and all that it wrote has been read. */
static void program_finish(struct joist_actor *self, struct program *program)
{
	int status = program->status;
	joist_term what;

	if (!program->exited || program->readers > 0)
		return;
	if (WIFSIGNALED(status))
		what = joist_make(self, "{signal, Number}", WTERMSIG(status));
	else
		what = joist_make(self, "{exit, Code}", WEXITSTATUS(status));
	program_tell(self, program, what);
	joist_stop(status ? what : joist_make(self, "normal"));
}

static void program_info(struct joist_actor *self, void *state, joist_term message)
{
	struct program *program = state;
	joist_term what;
	joist_ref ref;
	int number;

	if (joist_match(message, "{'$exec', What}", &what)) {
		program_tell(self, program, what);
	} else if (joist_is_atom(message, "$exec_end")) {
		program->readers--;
		program_finish(self, program);
	} else if (joist_is_atom(message, "$exec_exit")) {
		program->exited = child_reap(&program->child, &program->status);
		program_finish(self, program);
	} else if (joist_match(message, "{input, Data}", &what)) {
		joist_send(self, program->writer, what);
	} else if (joist_is_atom(message, "close_input")) {
		joist_send(self, program->writer, message);
	} else if (joist_match(message, "{signal, Number}", &number)) {
		if (program->child.pid)
			kill(-program->child.pid, number);
	} else if (joist_match(message, "{'DOWN', Ref, _, _, _}", &ref) &&
		   joist_ref_equal(ref, program->owner_monitor)) {
		joist_stop(joist_make(self, "normal"));
	}
}

/* Asks the program to end, and waits a little; child_end does the rest. */
static void program_terminate(struct joist_actor *self, void *state, joist_term reason)
{
	struct program *program = state;

	(void)reason;
	if (!joist_pid_is_none(program->writer))
		joist_send(self, program->writer, joist_make(self, "close_input"));
	if (!program->child.pid)
		return;
	kill(-program->child.pid, SIGTERM);
	joist_receive_match(self, program->grace_ms, "'$exec_exit'");
}

static const struct joist_server program = {
	.state_size = sizeof(struct program),
	.init = program_init,
	.info = program_info,
	.terminate = program_terminate,
};

JOIST_PLUGIN("exec", "1.0", JOIST_SERVER(program), JOIST_ACTOR(reader), JOIST_ACTOR(writer),
	     JOIST_ACTOR(waiter));
