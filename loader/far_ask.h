/* Asking another node: a hidden node of this program's own, for as long as one question takes. */
#ifndef JOIST_LOADER_FAR_ASK_H
#define JOIST_LOADER_FAR_ASK_H

#include <joist/joist.h>

#include "loader/network.h"
#include "loader/options.h"
#include "loader/verb.h"
#include "vm/base/text.h"

/* What all such verbs take; the last of a verb's options. */
struct far_given {
	struct network_given network;
	const char *name;
	int64_t timeout_ms;
	bool json;
};
extern struct far_given far_given;

/* It does not know what a table in a macro is: */
/* clang-format off */
#define FAR_OPTIONS                                                                                \
	{ "--cookie", OPTION_TEXT, &far_given.network.cookie, "COOKIE",                            \
	  "the secret of the cluster", 0, 0 },                                                     \
	{ "--cookie-file", OPTION_TEXT, &far_given.network.cookie_file, "FILE",                    \
	  "a file with that", 0, 0 },                                                              \
	{ "--epmd-port", OPTION_NUMBER, &far_given.network.epmd_port, "PORT",                      \
	  "Erlang's port mapper", 1, 65535 },                                                      \
	{ "--name", OPTION_TEXT, &far_given.name, "SELF", "the name to go by", 0, 0 },             \
	{ "--timeout", OPTION_NUMBER, &far_given.timeout_ms, "MS",                                 \
	  "how long to wait (5000)", 1, 86400000 },                                                \
	{ "--json", OPTION_FLAG, &far_given.json, NULL, "print the answer as JSON", 0, 0 },        \
	{ 0 }
/* clang-format on */

/* Starts the loop `body` of a node that may connect to `node`, with {Node, Timeout, Request},
 * where Request is the term of the text `request`. Whether it has called far_done. */
enum verb_result far_ask(const char *node, const char *request,
			 void (*body)(struct joist_actor *self, joist_term args));

/* Adds the whole path of a file as a term, for a request; false when memory is short. */
bool far_path(struct text *text, const char *file);

/* The lines of {error, Lines} on standard error, as the node's own log would have them. */
void far_tell(joist_term lines);

/* What the loop is told. */
struct far_question {
	joist_atom node;
	int64_t timeout_ms;
	joist_term request;
};
struct far_question far_question_of(joist_term args);

/* A call of a server there; none, with a line of why, if there is no answer. */
joist_term far_call(struct joist_actor *self, const struct far_question *question, joist_term name,
		    joist_term request);

/* The same of the function {Module, Function, Args}; none also if that fails. */
joist_term far_apply(struct joist_actor *self, const struct far_question *question, joist_term mfa);

/* Prints the answer, as Erlang text or as JSON; the verb has done what it should. By the loop. */
void far_done(struct joist_actor *self, joist_term answer);

/* It has, and the loop itself has printed the answer. */
void far_printed(void);

/* A pid as its own node writes it: there the first number is 0. The text lives until the turn ends. */
const char *far_pid_text(struct joist_actor *self, joist_term pid);

/* Says on standard error why it could not. */
void far_failed(struct joist_actor *self, const char *node, joist_term why);

#endif
