/* Stands for a libjoist that is newer than the node's. */
#include <joist/abi.h>

JOIST_PUBLIC void joist_from_the_future(void);

void joist_from_the_future(void)
{
}
