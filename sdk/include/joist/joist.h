/* All that a plugin needs. joist/server.h and its kin come on top; joist/host.h is for programs that
 * embed a node. */
#ifndef JOIST_JOIST_H
#define JOIST_JOIST_H

#include <joist/abi.h>
#include <joist/term.h>
#include <joist/match.h>
#include <joist/actor.h>
#include <joist/timer.h>
#include <joist/log.h>
#include <joist/io.h>
#include <joist/node.h>
#include <joist/plugin.h>

#endif
