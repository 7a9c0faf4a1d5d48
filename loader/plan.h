/* What a boot script asks of a running node: the steps that make the node what the script says. */
#ifndef JOIST_LOADER_PLAN_H
#define JOIST_LOADER_PLAN_H

#include <joist/joist.h>

#include "loader/live.h"
#include "loader/script.h"

/* In the order in which they are taken. */
enum step_kind {
	STEP_LOAD, /* a plugin that the node does not have */
	STEP_UPGRADE, /* one whose file is another */
	STEP_LIMIT, /* a limit, or the level of the log */
	STEP_STOP, /* a child that the script does not have */
	STEP_CHANGE, /* of a child or a supervisor, what needs no restart */
	STEP_RESTART, /* a child that is to run in another way */
	STEP_START, /* a child that the node does not have */
	STEP_CANNOT, /* what no running node can become */
};

struct step {
	struct step *next, *before;
	enum step_kind kind;
	const char *what; /* a plugin, a child's path, a key of the script */
	const char *about; /* the difference, for people */
	const char *more; /* lines about an upgrade; NULL: none */
	const char *file; /* of a plugin */
	joist_term config; /* for it */
	/* Of those for children; the path of its supervisor, the child (none: the supervisor itself),
	 * and the whole tree without and with the step. */
	joist_term path, id, from, to;
	bool ran; /* the child, before the step */
};

struct plan {
	/* Given. */
	struct joist_actor *self;
	const struct script *script, *old; /* asked for, in force */
	bool looks; /* into what upgrades would do, too */
	/* Made. */
	joist_pid root; /* the root supervisor */
	struct step *first, *last;
	joist_term tree; /* as it is after the last step */
	joist_term error; /* [Line]: why there is no plan; none: there is one */
};

/* Fills the plan; false if there is none. By an actor, in one turn, of which all of it is. */
bool plan_make(struct plan *plan);

/* Whether a step of that kind is in it. */
bool plan_has(const struct plan *plan, enum step_kind kind);

/* [#{step => Kind, what => Text, about => Text, more => [Line]}] */
joist_term plan_term(const struct plan *plan);

/* What a kind is called. */
const char *step_name(enum step_kind kind);

/* ---- for its parts ---- */

/* Text that lives until the turn ends. */
const char *plan_text(const struct plan *plan, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds a step; the rest of it is the caller's to fill. */
struct step *plan_add(struct plan *plan, enum step_kind kind, const char *what, const char *about);

/* What code_server answers; none, with the plan's error set, if it does not. */
joist_term plan_ask(struct plan *plan, joist_term request);

/* The node's keys and limits; the plugins; the children. */
void plan_node(struct plan *plan);
bool plan_plugins(struct plan *plan);
bool plan_tree(struct plan *plan);

#endif
