/* A code port over the one plugin that is linked into the program, as if it had been loaded. */
#ifndef JOIST_TEST_LINKED_H
#define JOIST_TEST_LINKED_H

#include "vm/actor/code.h"

/* Fills `port`; what it finds lives as long as the program. Once per program. */
void linked_port(struct code_port *port);

#endif
