/* Atoms: names interned for the life of the process, one table for all nodes in it.
 *
 * A joist_atom has the word of the term that it is. Names that Joist itself uses have their index fixed
 * here, so that ATOM(ok) is a constant. Any thread; finding takes no lock. */
#ifndef JOIST_VM_TERM_ATOM_H
#define JOIST_VM_TERM_ATOM_H

#include "vm/term/term.h"

/* X(identifier, "name") */
#define ATOM_LIST(X)                                                                               \
	ATOM_LIST_WORDS(X)                                                                         \
	ATOM_LIST_REASONS(X)                                                                       \
	ATOM_LIST_INFO(X)                                                                          \
	ATOM_LIST_PROTOCOLS(X)

/* clang-format off */
#define ATOM_LIST_WORDS(X)                                                                         \
	X(undefined, "undefined") /* first: by its index 0 no name is meant */                     \
	X(ok, "ok") X(error, "error") X(true, "true") X(false, "false")                            \
	X(infinity, "infinity") X(reply, "reply") X(noreply, "noreply")  \
	X(started, "started") X(exit, "exit") X(down, "down") X(up, "up")                          \
	X(nonode_at_nohost, "nonode@nohost") X(node, "node") X(nodes, "nodes") X(name, "name")     \
	X(port, "port") X(pid, "pid") X(process, "process") X(link, "link")                        \
	X(monitor, "monitor") X(alias, "alias") X(init, "init") X(joist, "joist")                  \
	X(stop, "stop") X(noproc, "noproc") X(noconnection, "noconnection") X(nodeup, "nodeup")    \
	X(nodedown, "nodedown") X(empty, "") X(data, "data") X(closed, "closed") X(none, "none")   \
	X(type, "type") X(value, "value") X(yes, "yes") X(no, "no") X(user, "user")

#define ATOM_LIST_REASONS(X)                                                                       \
	X(normal, "normal") X(kill, "kill") X(killed, "killed") X(shutdown, "shutdown")            \
	X(timeout, "timeout") X(badarg, "badarg") X(badarith, "badarith") X(badmatch, "badmatch")  \
	X(undef, "undef") X(system_limit, "system_limit") X(limit, "limit") X(memory, "memory")    \
	X(mailbox, "mailbox") X(fault, "fault") X(sigsegv, "sigsegv") X(sigbus, "sigbus")          \
	X(sigfpe, "sigfpe") X(sigill, "sigill") X(sigabrt, "sigabrt")                              \
	X(stack_overflow, "stack_overflow") X(pthread_exit, "pthread_exit")                        \
	X(cxx_exception, "cxx_exception") X(address, "address") X(plugin, "plugin")                \
	X(version, "version") X(export, "export") X(generation, "generation")                      \
	X(frames, "frames") X(bad_return_value, "bad_return_value")                                \
	X(already_started, "already_started") X(function_clause, "function_clause")                \
	X(not_found, "not_found") X(badopt, "badopt")                         \
	X(notsup, "notsup") X(refused, "refused") X(not_allowed, "not_allowed")                   \
	X(wrong_size, "wrong_size") X(reason, "reason") X(calling_self, "calling_self")

#define ATOM_LIST_INFO(X)                                                                          \
	X(status, "status") X(running, "running") X(runnable, "runnable") X(waiting, "waiting")    \
	X(suspended, "suspended") X(exiting, "exiting") X(current_function, "current_function")    \
	X(initial_call, "initial_call") X(message_queue_len, "message_queue_len")                  \
	X(messages, "messages") X(reductions, "reductions") X(links, "links")                      \
	X(monitors, "monitors") X(monitored_by, "monitored_by")                                    \
	X(registered_name, "registered_name") X(trap_exit, "trap_exit") X(priority, "priority")    \
	X(label, "label") X(low, "low") X(high, "high") X(max, "max") X(bytes, "bytes")            \
	X(policy, "policy") X(error_to_sender, "error_to_sender") X(drop_new, "drop_new")          \
	X(drop_old, "drop_old") X(id, "id") X(state, "state") X(size, "size")

#define ATOM_LIST_PROTOCOLS(X)                                                                     \
	X(DOWN, "DOWN") X(EXIT, "EXIT") X(gen_call, "$gen_call") X(gen_cast, "$gen_cast")          \
	X(system, "system") X(get_state, "get_state") X(replace_state, "replace_state")            \
	X(get_status, "get_status") X(suspend, "suspend") X(resume, "resume")                      \
	X(terminate, "terminate") X(debug, "debug") X(change_code, "change_code")                  \
	X(is_auth, "is_auth") X(net_kernel, "net_kernel") X(rex, "rex") X(call, "call")            \
	X(cast, "cast") X(spawn, "spawn") X(spawn_request, "spawn_request")                        \
	X(spawn_reply, "spawn_reply") X(erpc, "erpc") X(pg, "pg") X(join, "join")                  \
	X(leave, "leave") X(sync, "sync") X(discover, "discover") X(features, "features")          \
	X(which_children, "which_children") X(count_children, "count_children")                    \
	X(supervisor, "supervisor") X(worker, "worker") X(gen_server, "gen_server")                \
	X(io_request, "io_request") X(io_reply, "io_reply") X(ping, "ping") X(pong, "pong")        \
	X(pang, "pang") X(global_name_server, "global_name_server") X(parent, "$parent")  \
	X(fetch, "fetch") X(code_server, "code_server")                                            \
	X(put_chars, "put_chars") X(unicode, "unicode") X(group_leader, "group_leader")

enum atom_index {
#define X(identifier, name) ATOM_INDEX_##identifier,
	ATOM_LIST(X)
#undef X
	ATOM_INDEX_FREE, /* the first one that is not fixed */
};
/* clang-format on */

#define ATOM_WORD(identifier) ((uint64_t)ATOM_INDEX_##identifier << 3 | TAG_ATOM)
/* Not by ATOM_WORD, in whose argument `true` would be 1. */
#define ATOM(identifier) ((joist_term){ (uint64_t)ATOM_INDEX_##identifier << 3 | TAG_ATOM })
#define ATOM_NAME(identifier) ((joist_atom){ (uint64_t)ATOM_INDEX_##identifier << 3 | TAG_ATOM })

#define ATOM_CHARS_MAX 255
#define ATOM_LIMIT_DEFAULT 1048576

static inline joist_term atom_term(joist_atom atom)
{
	return (joist_term){ atom.word };
}

/* Of a term that is an atom; unchecked. */
static inline joist_atom atom_of(joist_term term)
{
	return (joist_atom){ term.word };
}

static inline bool atom_equal(joist_atom a, joist_atom b)
{
	return a.word == b.word;
}

/* Whether it may be the name of one: UTF-8, of at most ATOM_CHARS_MAX characters. */
bool atom_is_valid(const char *utf8, size_t bytes);

/* The atom of that name, made if need be; zero if it may be no name, the table has reached its limit, or
 * memory is short. */
joist_atom atom_make(const char *utf8, size_t bytes);

/* The same if it exists, else zero. */
joist_atom atom_find(const char *utf8, size_t bytes);

/* Its name, ended by a zero; of the zero atom, nothing. */
struct joist_bytes atom_name(joist_atom atom);

size_t atom_count(void);

/* Whether the limit is reached. */
bool atom_is_full(void);

/* Bytes of the runtime's heap that the table has: they are never given back. */
int64_t atom_bytes(void);

/* Sets how many atoms there may be, and a function that is called, on the thread that made it, with the
 * atom by which nine tenths of them are reached. NULL: none. */
void atom_limit(size_t limit, void (*alarm)(size_t count, size_t limit));

#endif
