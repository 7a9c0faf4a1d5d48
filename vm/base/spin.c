/* How many of these locks the calling thread holds: a fault meanwhile leaves them held for good. */
#include "vm/base/spin.h"

__thread unsigned spin_count;
