/* Puts a VM and a registry together. Owned by one thread, which is none of the VM's. */
#include "loader/node.h"

#include <errno.h>
#include <string.h>

/* What errors name when no file is at fault. */
#define SUBJECT "joist"

bool node_add(struct node *node, const struct joist_plugin *plugin, const void *data,
	      struct report *report)
{
	const struct generation_origin origin = {
		.file = plugin->name ? plugin->name : SUBJECT,
		.data = data,
	};

	return registry_add(node->registry, plugin, &origin, report);
}

bool node_open(struct node *node, const struct joist_plugin *const *plugins, struct report *report)
{
	*node = (struct node){ .registry = registry_create() };
	if (!node->registry)
		return report_short(report, SUBJECT);
	for (; plugins && *plugins; plugins++) {
		if (!node_add(node, *plugins, NULL, report)) {
			node_close(node);
			return false;
		}
	}
	return true;
}

bool node_start(struct node *node, struct vm_options options, struct report *report)
{
	int error;

	options.code = (struct code_port){ registry_find, node->registry };
	node->vm = vm_create(&options);
	if (!node->vm)
		return report_error(report, SUBJECT, (struct place){ 0 },
				    "the node cannot be made (%s); see its limits",
				    strerror(errno));
	error = vm_start(node->vm);
	if (!error)
		return true;
	vm_destroy(node->vm);
	node->vm = NULL;
	return report_error(report, SUBJECT, (struct place){ 0 },
			    "the node's threads cannot be started (%s); see ulimit -u",
			    strerror(-error));
}

void node_close(struct node *node)
{
	if (node->vm) {
		vm_stop(node->vm);
		vm_destroy(node->vm);
	}
	registry_destroy(node->registry);
	*node = (struct node){ 0 };
}
