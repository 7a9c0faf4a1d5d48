/* Compiles only if the public headers leave a plugin the names that libc's headers would take. */
#include <joist/joist.h>
#include <joist/option.h>
#include <joist/server.h>
#include <joist/statem.h>
#include <joist/supervisor.h>
#include <joist/table.h>
#include <joist/task.h>
#include <joist/test.h>

/* Of a type that no function of libc has. */
#define TAKE(name) void *name(struct joist_actor *self, double one, double other);

TAKE(accept)
TAKE(bind)
TAKE(close)
TAKE(connect)
TAKE(listen)
TAKE(open)
TAKE(pause)
TAKE(poll)
TAKE(read)
TAKE(recv)
TAKE(send)
TAKE(shutdown)
TAKE(signal)
TAKE(sleep)
TAKE(socket)
TAKE(time)
TAKE(wait)
TAKE(write)
