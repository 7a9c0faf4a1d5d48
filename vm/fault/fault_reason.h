/* The reason of an actor that ends by a fault. */
#ifndef JOIST_VM_FAULT_FAULT_REASON_H
#define JOIST_VM_FAULT_FAULT_REASON_H

#include "vm/actor/actor.h"
#include "vm/actor/fault.h"

/* Once, before the other. */
void fault_reason_init(void);

/* {fault, Kind, Map} as a signal; when memory is short the map is empty. */
struct signal *fault_reason(const struct joist_actor *a, const struct fault *f);

#endif
