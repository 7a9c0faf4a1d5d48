/* The version of the binary contract between a plugin and the node, and the words that every public
 * declaration uses. The rules by which the contract may grow are in docs/abi.md. */
#ifndef JOIST_ABI_H
#define JOIST_ABI_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A plugin carries this number in its ELF note; a node refuses a number that it does not know. */
#ifndef JOIST_ABI
#define JOIST_ABI 1
#endif

/* The SDK that a plugin was compiled against: 10000 * major + 100 * minor + patch. */
#define JOIST_SDK_VERSION 100

#define JOIST_PUBLIC __attribute__((visibility("default")))
#define JOIST_NORETURN __attribute__((noreturn))
#define JOIST_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))

#ifdef __cplusplus
#define JOIST_BEGIN extern "C" {
#define JOIST_END }
#else
#define JOIST_BEGIN
#define JOIST_END
#endif

/* A time-out that never comes. */
#define JOIST_INFINITY INT64_C(-1)

/* How to read the last line of a comment on a public function, its tag line:
 *
 *   [actor]          only from plugin code that runs as an actor, with its own `self`
 *   [any]            from any thread, inside or outside an actor
 *   [host]           from the program that embeds a node (joist/host.h)
 *   [..., yields]    other actors may run before it returns: no lock may be held across it
 *   exits REASON     a wrong argument ends the calling actor with that reason
 *
 * A term that a function returns lives until the actor's turn ends, unless the line says otherwise. */

JOIST_BEGIN

/* Where errno is on this thread, now. An actor may wait on one thread and go on on another; it finds its
 * errno there, by the macro, which asks anew each time.
 * [any] */
JOIST_PUBLIC int *joist_errno(void);
#undef errno
#define errno (*joist_errno())

JOIST_END

struct joist_actor; /* an actor, as itself sees it: the first argument of all that it may do */
struct joist_vm; /* a node */

#endif
