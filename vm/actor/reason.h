/* Reasons to end that need no memory, as signals that are never freed. */
#ifndef JOIST_VM_ACTOR_REASON_H
#define JOIST_VM_ACTOR_REASON_H

#include "vm/actor/signal.h"

extern struct signal reason_normal, reason_system_limit, reason_badarg, reason_undef;

#endif
