/* Each call of the SDK that takes a pid, a name or a node, against a node that has the actors of
 * samples/otp, or an Erlang node that plays them. The loop `calls` is started with the node's name, and
 * prints TAP. */
#include <stdio.h>
#include <string.h>

#include <joist/node.h>
#include <joist/server.h>
#include <joist/timer.h>

/* Where things happen, and how many cases there were. */
struct far {
	struct joist_actor *self;
	joist_atom node;
	joist_pid me, worker; /* `worker`: of the node, for one case */
	int cases;
};

static void expect(struct far *far, const char *name, bool fine)
{
	joist_print(far->self, "%sok %d - %s", fine ? "" : "not ", ++far->cases, name);
}

static joist_term there(struct far *far, const char *name)
{
	return joist_make(far->self, "{Name, Node}", joist_atom_new(name), far->node);
}

/* Whether the next message is `text`. */
static bool comes(struct far *far, const char *text)
{
	joist_term message = joist_receive_timeout(far->self, 10000);
	const char *got = joist_is_none(message) ? "nothing" : joist_format(far->self, message);

	if (strcmp(got, text) == 0)
		return true;
	joist_print(far->self, "# %s, not %s", got, text);
	return false;
}

/* ---- starting there ---- */

/* An actor of calc there that has said that it is ready; linked and monitored if asked. */
static joist_ref start(struct far *far, bool link, bool monitor)
{
	const struct joist_spawn_options options = { .node = far->node,
						     .link = link,
						     .monitor = monitor };
	struct joist_actor *self = far->self;
	joist_ref ref = { 0 };

	far->worker = joist_spawn_with(self, "calc:worker", joist_pid_term(self, far->me), &options,
				       &ref);
	joist_receive_match(self, 10000, "{worker, ^Pid, ready}", &far->worker);
	return ref;
}

static void tell_worker(struct far *far, joist_term message)
{
	joist_send(far->self, far->worker, message);
}

static bool is_down(struct far *far, joist_ref ref, const char *reason)
{
	joist_term why;

	return joist_receive_match(far->self, 10000, "{'DOWN', ^Ref, process, _, Why}", &ref,
				   &why) &&
	       strcmp(joist_format(far->self, why), reason) == 0;
}

static bool has_exited(struct far *far, joist_pid pid, const char *reason)
{
	joist_term why;

	return joist_receive_match(far->self, 10000, "{'EXIT', ^Pid, Why}", &pid, &why) &&
	       strcmp(joist_format(far->self, why), reason) == 0;
}

/* All that was sent to the worker before has come there, and what it sends comes here. */
static bool answers(struct far *far)
{
	struct joist_actor *self = far->self;

	joist_send(self, far->worker, joist_make(self, "{Self, ping, 7}", far->me));
	return joist_receive_match(self, 10000, "{pong, ^Pid, 7}", &far->worker);
}

static void spawning(struct far *far)
{
	struct joist_actor *self = far->self;
	const struct joist_spawn_options nowhere = { .node = joist_atom_new("nobody@127.0.0.1"),
						     .monitor = true };
	joist_ref ref;

	start(far, false, false);
	expect(far, "spawn", answers(far));
	expect(far, "its node", joist_node_of(self, far->worker).word == far->node.word);
	expect(far, "the own node", joist_node_of(self, far->me).word == joist_node(self).word);
	tell_worker(far, joist_make(self, "stop"));
	ref = start(far, true, true);
	tell_worker(far, joist_make(self, "{exit, bye}"));
	expect(far, "spawn with a link", has_exited(far, far->worker, "bye"));
	expect(far, "spawn with a monitor", is_down(far, ref, "bye"));
	joist_spawn_with(self, "calc:worker", joist_nil(), &nowhere, &ref);
	expect(far, "spawn where nobody is", is_down(far, ref, "noconnection"));
	joist_spawn_with(self, "calc:nothing", joist_nil(),
			 &(const struct joist_spawn_options){ .node = far->node, .monitor = true },
			 &ref);
	joist_term why;
	expect(far, "spawn of what is not there",
	       joist_receive_match(self, 10000, "{'DOWN', ^Ref, process, _, {undef, Why}}", &ref,
				   &why));
}

/* ---- messages and calls ---- */

static void sending(struct far *far)
{
	struct joist_actor *self = far->self;
	joist_ref alias = joist_alias(self);

	joist_send_to(self, there(far, "echo"), joist_make(self, "{Self, hello}", far->me));
	expect(far, "send to a name there", comes(far, "{echo,hello}"));
	start(far, false, false);
	expect(far, "send to a pid", answers(far));
	expect(far, "try_send",
	       joist_try_send(self, far->worker, joist_make(self, "{Self, ping, 8}", far->me)) &&
		       joist_receive_match(self, 10000, "{pong, _, 8}"));
	joist_parcel(self);
	joist_move(self, far->worker, joist_make(self, "{Self, ping, 9}", far->me));
	expect(far, "move", joist_receive_match(self, 10000, "{pong, _, 9}"));
	joist_send_to(self, there(far, "watcher"),
		      joist_make(self, "{Self, {send, Alias, by_alias}}", far->me, alias));
	expect(far, "an alias of ours is sent to",
	       joist_receive_match(self, 10000, "by_alias") &&
		       joist_receive_match(self, 10000, "{watcher, ok}"));
	joist_unalias(self, alias);
	joist_send_to(self, there(far, "watcher"),
		      joist_make(self, "{Self, {send, Alias, too_late}}", far->me, alias));
	expect(far, "and not when it is none", comes(far, "{watcher,ok}"));
	joist_post(joist_vm_of(self), far->worker, "{Self, ping, 10}", far->me);
	expect(far, "post", joist_receive_match(self, 10000, "{pong, _, 10}"));
	joist_send_to(self, there(far, "nobody"), joist_make(self, "lost"));
	expect(far, "send to nobody there", answers(far));
	tell_worker(far, joist_make(self, "stop"));
}

static void calling(struct far *far)
{
	struct joist_actor *self = far->self;
	joist_term reply;
	int64_t n;

	expect(far, "call",
	       joist_call(self, there(far, "counter"), joist_make(self, "get"), 10000, &reply) ==
			       JOIST_OK &&
		       joist_get_int(reply, &n));
	joist_cast(self, there(far, "counter"), joist_make(self, "{add, 3}"));
	expect(far, "cast",
	       joist_call(self, there(far, "counter"), joist_make(self, "{add, -3}"), 10000,
			  &reply) == JOIST_OK &&
		       joist_match(reply, "^N", &n));
	expect(far, "call of nobody",
	       joist_call(self, there(far, "nobody"), joist_make(self, "get"), 10000, &reply) ==
			       JOIST_DOWN &&
		       joist_is_atom(reply, "noproc"));
	expect(far, "call of one that does not answer",
	       joist_call(self, there(far, "echo"), joist_make(self, "get"), 10, &reply) ==
		       JOIST_TIMEOUT);
	expect(far, "call where nobody is",
	       joist_call(self, joist_make(self, "{counter, 'nobody@127.0.0.1'}"),
			  joist_make(self, "get"), 10000, &reply) == JOIST_DOWN &&
		       joist_is_atom(reply, "noconnection"));
}

/* ---- ties ---- */

static void tying(struct far *far)
{
	struct joist_actor *self = far->self;
	joist_ref ref, other;

	start(far, false, false);
	joist_link(self, far->worker);
	joist_exit_to(self, far->worker, joist_make(self, "away"));
	expect(far, "link, and exit_to", has_exited(far, far->worker, "away"));
	joist_link(self, far->worker);
	expect(far, "link with the dead", has_exited(far, far->worker, "noproc"));
	start(far, true, false);
	joist_unlink(self, far->worker);
	ref = joist_monitor(self, far->worker);
	joist_exit_to(self, far->worker, joist_make(self, "kill"));
	expect(far, "unlink, and a monitor", is_down(far, ref, "killed"));
	expect(far, "no exit came", joist_is_none(joist_receive_timeout(self, 0)));
	expect(far, "a monitor of the dead",
	       is_down(far, joist_monitor(self, far->worker), "noproc"));
	expect(far, "of a name that nobody has",
	       is_down(far, joist_monitor(self, there(far, "nobody")), "noproc"));
	start(far, false, false);
	ref = joist_monitor(self, far->worker);
	other = joist_monitor(self, far->worker);
	expect(far, "demonitor", joist_demonitor(self, ref));
	tell_worker(far, joist_make(self, "stop"));
	expect(far, "a monitor sees a good end", is_down(far, other, "normal"));
	expect(far, "and the other nothing", joist_is_none(joist_receive_timeout(self, 0)));
}

/* ---- what is only of the own node, as in Erlang ---- */

static void ask_alive(struct joist_actor *self, joist_term pid)
{
	joist_pid of;

	joist_get_pid(pid, &of);
	joist_is_alive(self, of);
}

static void ask_info(struct joist_actor *self, joist_term pid)
{
	joist_pid of;

	joist_get_pid(pid, &of);
	joist_info(self, of);
}

static void name_it(struct joist_actor *self, joist_term pid)
{
	joist_pid of;

	joist_get_pid(pid, &of);
	joist_register(self, "it", of);
}

static void time_it(struct joist_actor *self, joist_term pid)
{
	joist_send_after(self, 1, pid, joist_make(self, "late"));
}

static void refusing(struct far *far)
{
	static const struct {
		const char *export, *end;
	} calls[] = {
		{ "caller:ask_alive", "{badarg,<<\"joist_is_alive\">>}" },
		{ "caller:ask_info", "{badarg,<<\"joist_info\">>}" },
		{ "caller:name_it", "{badarg,<<\"joist_register\">>}" },
		{ "caller:time_it", "{badarg,<<\"joist_send_after\">>}" },
	};
	struct joist_actor *self = far->self;

	start(far, false, false);
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		joist_ref ref;
		joist_spawn_monitor(self, calls[i].export, joist_pid_term(self, far->worker), &ref);
		expect(far, calls[i].export, is_down(far, ref, calls[i].end));
	}
	tell_worker(far, joist_make(self, "stop"));
}

/* ---- group leaders ---- */

/* Two lines on the standard output of this node, which caller.py looks for: one that the worker prints, and
 * one by Erlang's I/O protocol, behind it. */
static void leading(struct far *far)
{
	struct joist_actor *self = far->self;
	joist_term request;

	start(far, false, false);
	tell_worker(far, joist_make(self, "{Self, print, led_from_here}", far->me));
	expect(far, "it prints to the node that started it", answers(far));
	joist_send_to(self, "user",
		      joist_make(self,
				 "{io_request, Self, 7, {put_chars, unicode, [\"b\", [246 | "
				 "<<\"se\">>], 10, 8364]}}",
				 far->me));
	expect(far, "so does who asks `user` to", comes(far, "{io_reply,7,ok}"));
	joist_send_to(self, "user", joist_make(self, "{io_request, Self, 8, nothing}", far->me));
	expect(far, "which can nothing else", comes(far, "{io_reply,8,{error,enotsup}}"));
	joist_set_group_leader(self, far->me, far->worker);
	tell_worker(far, joist_make(self, "{Self, print, it}", far->me));
	expect(far, "or to the group leader that it is given",
	       joist_receive_match(self, 10000, "{io_request, _, _, Request}", &request) &&
		       joist_is_atom(joist_element(request, 0), "put_chars"));
	joist_exit_to(self, far->worker, joist_make(self, "kill"));
}

/* ---- nodes ---- */

static bool is_among(struct far *far, enum joist_nodes which)
{
	joist_term list = joist_nodes(far->self, which), node;

	while (joist_list_next(&list, &node)) {
		if (node.word == joist_atom_term(far->node).word)
			return true;
	}
	return false;
}

static bool hears(struct far *far, const char *what)
{
	joist_atom kind = joist_atom_new(what);

	return joist_receive_match(far->self, 10000, "{^What, ^Node}", &kind, &far->node);
}

static void parting(struct far *far)
{
	struct joist_actor *self = far->self;
	joist_ref ref = start(far, true, true);
	joist_pid linked = far->worker;

	start(far, false, false);
	expect(far, "it is visible", is_among(far, JOIST_NODES_VISIBLE));
	expect(far, "and not hidden", !is_among(far, JOIST_NODES_HIDDEN));
	joist_nodes_monitor(self, JOIST_NODES_VISIBLE, true);
	joist_node_monitor(self, far->node, true);
	expect(far, "disconnect", joist_node_disconnect(self, far->node));
	expect(far, "nodedown, of that node", hears(far, "nodedown"));
	expect(far, "and of any", hears(far, "nodedown"));
	expect(far, "links see it", has_exited(far, linked, "noconnection"));
	expect(far, "monitors see it", is_down(far, ref, "noconnection"));
	expect(far, "it is none of the nodes any more", !is_among(far, JOIST_NODES_CONNECTED));
	expect(far, "but known", is_among(far, JOIST_NODES_KNOWN));
	expect(far, "connect", joist_node_connect(self, far->node, JOIST_INFINITY));
	expect(far, "nodeup", hears(far, "nodeup"));
	expect(far, "its worker lives on", answers(far));
	expect(far, "connect to nobody",
	       !joist_node_connect(self, joist_atom_new("nobody@127.0.0.1"), JOIST_INFINITY));
	joist_node_monitor(self, joist_atom_new("nobody@127.0.0.1"), true);
	expect(far, "a monitor of nobody",
	       joist_receive_match(self, 10000, "{nodedown, 'nobody@127.0.0.1'}"));
}

static void calls(struct joist_actor *self, joist_term args)
{
	struct far far = { .self = self, .me = joist_self(self) };

	joist_trap_exit(self, true);
	if (!joist_get_atom(args, &far.node))
		joist_exit(self, joist_make(self, "badarg"));
	spawning(&far);
	sending(&far);
	calling(&far);
	tying(&far);
	refusing(&far);
	leading(&far);
	parting(&far);
	joist_print(self, "1..%d", far.cases);
}

JOIST_PLUGIN("caller", "1.0", JOIST_ACTOR(calls), JOIST_ACTOR(ask_alive), JOIST_ACTOR(ask_info),
	     JOIST_ACTOR(name_it), JOIST_ACTOR(time_it));
