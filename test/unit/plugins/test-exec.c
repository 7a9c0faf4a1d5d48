/* exec: programs run, say what they say, and leave nothing behind. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "test/unit/stdlib/yard.h"

/* Starts a program whose owner it is, and ends when it is told to. */
static void owner(struct joist_actor *self, joist_term args)
{
	struct joist_bytes said;
	joist_pid pid, program;
	joist_term reason;

	pid = joist_start(self, "exec:program", args, NULL, JOIST_INFINITY, &reason);
	joist_test_expect(self, JOIST_INFINITY, "{exec, Program, {stdout, Said}}", &program, &said);
	joist_send_to(self, "watcher", joist_make(self, "{pid, Pid, Said}", pid, said));
	joist_receive(self);
}

const struct joist_export yard_exports[] = { JOIST_ACTOR(owner), { 0 } };

static joist_pid start(struct joist_actor *self, const char *args)
{
	joist_trap_exit(self, true);
	return yard_start(self, "exec:program", args);
}

static void ends(struct joist_actor *self, joist_pid pid, const char *reason)
{
	joist_term why;

	joist_test_expect(self, JOIST_INFINITY, "{'EXIT', ^Pid, Why}", &pid, &why);
	CHECK_STR(joist_format(self, why), reason);
	/* There is no child of this process that has not been reaped. */
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

YARD_TEST_OUTSIDE(output_then_exit)
{
	joist_pid pid = start(self, "#{command => [<<\"echo\">>, <<\"hi\">>, <<\"there\">>]}");

	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {stdout, <<\"hi there\\n\">>}}",
			  &pid);
	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {exit, 0}}", &pid);
	ends(self, pid, "normal");
}

YARD_TEST_OUTSIDE(input_until_it_is_closed)
{
	joist_pid pid = start(self, "#{command => [<<\"sort\">>]}");

	joist_send(self, pid, joist_make(self, "{input, <<\"b\\na\\n\">>}"));
	joist_send(self, pid, joist_make(self, "close_input"));
	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {stdout, <<\"a\\nb\\n\">>}}", &pid);
	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {exit, 0}}", &pid);
	ends(self, pid, "normal");
}

YARD_TEST_OUTSIDE(exit_codes_and_signals)
{
	joist_pid pid = start(self, "#{command => [<<\"sh\">>, <<\"-c\">>, <<\"exit 3\">>]}");

	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {exit, 3}}", &pid);
	ends(self, pid, "{exit,3}");
	pid = start(self, "#{command => [<<\"sh\">>, <<\"-c\">>, "
			  "<<\"echo on; exec tail -f /dev/null\">>]}");
	/* From then on: a program that an emulator has not come to yet gets no signal. */
	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {stdout, <<\"on\\n\">>}}", &pid);
	joist_send(self, pid, joist_make(self, "{signal, 10}"));
	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {signal, 10}}", &pid);
	ends(self, pid, "{signal,10}");
}

YARD_TEST_OUTSIDE(environment_folder_and_errors)
{
	joist_pid pid = start(self, "#{command => [<<\"sh\">>, <<\"-c\">>, "
				    "<<\"echo $WORD; pwd >&2\">>], cd => <<\"/\">>,"
				    "env => [{<<\"WORD\">>, <<\"hello\">>}]}");

	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {stdout, <<\"hello\\n\">>}}", &pid);
	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {stderr, <<\"/\\n\">>}}", &pid);
	ends(self, pid, "normal");
	pid = start(self, "#{command => [<<\"sh\">>, <<\"-c\">>, <<\"echo a >&2\">>],"
			  "stderr => stdout}");
	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {stdout, <<\"a\\n\">>}}", &pid);
	ends(self, pid, "normal");
}

YARD_TEST_OUTSIDE(much_output_comes_whole)
{
	joist_pid pid = start(self, "#{command => [<<\"head\">>, <<\"-c\">>, <<\"1000000\">>, "
				    "<<\"/dev/zero\">>]}");
	struct joist_bytes bytes;
	size_t size = 0;

	while (size < 1000000) {
		joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {stdout, Bytes}}", &pid,
				  &bytes);
		size += bytes.size;
	}
	CHECK_INT(size, 1000000);
	ends(self, pid, "normal");
}

YARD_TEST_OUTSIDE(a_program_that_is_not_there)
{
	char *none[] = { NULL };
	joist_term reason;
	pid_t child;

	if (posix_spawn(&child, "/no/such", NULL, NULL, none, none) == 0)
		SKIP("an emulator starts what is not there");
	CHECK(joist_pid_is_none(joist_start(self, "exec:program",
					    yard_term(self, "#{command => [<<\"/no/such\">>]}"),
					    NULL, JOIST_INFINITY, &reason)));
	joist_test_match(self, reason, "{exec, spawn, <<\"No such file or directory\">>}");
	CHECK(joist_pid_is_none(joist_start(self, "exec:program", yard_term(self, "#{}"), NULL,
					    JOIST_INFINITY, &reason)));
	joist_test_match(self, reason, "{exec, command, _}");
}

/* An owner of a shell that says its process's number and starts another process; that number. */
static pid_t shell(struct joist_actor *self, joist_pid *ret_owner, joist_pid *ret_program)
{
	struct joist_bytes said;
	char text[32] = "";

	joist_register(self, "watcher", joist_self(self));
	*ret_owner = joist_spawn(self, "t:owner",
				 yard_term(self, "#{command => [<<\"sh\">>, <<\"-c\">>,"
						 "<<\"tail -f /dev/null & echo $!; wait\">>]}"));
	joist_test_expect(self, JOIST_INFINITY, "{pid, Pid, Said}", ret_program, &said);
	memcpy(text, said.data, said.size);
	return (pid_t)atoi(text);
}

static void no_more(struct joist_actor *self, joist_pid pid, pid_t process)
{
	joist_ref ref = joist_monitor(self, pid);

	joist_test_expect(self, JOIST_INFINITY, "{'DOWN', ^Ref, process, _, _}", &ref);
	/* The shell was reaped; what it had started was killed with it. */
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	while (!kill(process, 0))
		joist_sleep(self, 1);
}

YARD_TEST_OUTSIDE(it_ends_with_its_owner)
{
	joist_pid owner_pid, program;
	pid_t process = shell(self, &owner_pid, &program);

	CHECK_INT(kill(process, 0), 0);
	joist_send(self, owner_pid, joist_make(self, "end"));
	no_more(self, program, process);
}

YARD_TEST_OUTSIDE(it_ends_when_its_actor_is_killed)
{
	joist_pid owner_pid, program;
	pid_t process = shell(self, &owner_pid, &program);

	joist_exit_to(self, program, joist_make(self, "kill"));
	no_more(self, program, process);
}

YARD_TEST_OUTSIDE(asked_to_end_it_asks_first)
{
	joist_pid pid = start(self, "#{command => [<<\"sh\">>, <<\"-c\">>, <<\"trap 'exit 0' TERM; "
				    "echo on; tail -f /dev/null & wait\">>]}");

	joist_test_expect(self, JOIST_INFINITY, "{exec, ^Pid, {stdout, <<\"on\\n\">>}}", &pid);
	joist_exit_to(self, pid, joist_make(self, "shutdown"));
	ends(self, pid, "shutdown");
}

YARD_TEST_OUTSIDE(it_waits_without_a_descriptor_of_the_process)
{
	joist_pid owner_pid, program;
	pid_t process;

	test_forbid(SYS_pidfd_open); /* as before Linux 5.3, and under Valgrind */
	ends(self, start(self, "#{command => [<<\"true\">>]}"), "normal");
	process = shell(self, &owner_pid, &program);
	joist_exit_to(self, program, joist_make(self, "kill"));
	no_more(self, program, process);
}
