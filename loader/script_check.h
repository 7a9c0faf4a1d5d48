/* What a boot script must keep to beside the table of its keys. */
#ifndef JOIST_LOADER_SCRIPT_CHECK_H
#define JOIST_LOADER_SCRIPT_CHECK_H

#include "loader/script.h"

/* Checks the supervision tree: ids, names, what is started and with what. */
void script_check_tree(struct script *script, struct report *report);

/* Checks what is said of the node, its limits and its log. */
void script_check_node(struct script *script, struct report *report);

/* Whether the node may listen there; if not, writes what is wrong, for a sentence that begins with who says
 * so. */
bool script_check_listen(const struct script *script, const char *address, char *ret_wrong,
			 size_t size);

/* Checks a limit of memory, and the "mailbox", of any "limits"; `limits` may be NULL. */
void script_check_memory(const struct script *script, const struct value *limits, const char *key,
			 struct report *report);
void script_check_mailbox(const struct script *script, const struct value *limits,
			  struct report *report);

#endif
