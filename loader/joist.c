/* The program `joist`. It links libjoist before libc, so that what libjoist stands before of libc's
 * holds for every library, and brings the standard library's plugins. */
#include "loader/joist_main.h"

/* Of libjoist-std, ended by NULL. */
extern const struct joist_plugin *const joist_std_plugins[];

int main(int count, char **arguments)
{
	(void)count;
	return joist_main(arguments, joist_std_plugins);
}
