/* Whether the modes of floating point are asked for. Any thread. */
#include "vm/base/fpu.h"

atomic_bool fpu_varies = true;
