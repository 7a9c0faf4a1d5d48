/* A small table of answers of the code port, by the address of the name. What is at an address may change,
 * so the name is compared, too; and the port says when its answers do. Only the worker's thread enters. */
#include "vm/sched/known.h"

#include <string.h>

static struct export *ask(const struct code_port *port, const char *name, int arity)
{
	struct joist_bytes plugin, export;

	return code_split(name, &plugin, &export) ? port->find(port->owner, plugin, export, arity)
						  : NULL;
}

static struct known_place *place_of(struct known *known, const char *name)
{
	uint64_t hash = (uint64_t)(uintptr_t)name * UINT64_C(0x9e3779b97f4a7c15);

	return &known->places[hash >> 60 & (KNOWN_PLACES - 1)];
}

/* Whether the place's export is still what the port would find; then it is pinned. */
static bool place_pin(const struct known_place *place, const struct code_port *port)
{
	code_pin(place->code);
	/* seq_cst: after the pin; pairs with the step of the version before the pins are looked at */
	if (atomic_load_explicit(port->version, memory_order_seq_cst) == place->version)
		return true;
	code_unpin(place->code);
	return false;
}

struct export *known_find(struct known *known, const struct code_port *port, const char *name,
			  int arity)
{
	if (!known || !port->version)
		return ask(port, name, arity);
	struct known_place *place = place_of(known, name);
	/* acquire: pairs with the release of who changes what `find` answers */
	uint64_t version = atomic_load_explicit(port->version, memory_order_acquire);
	if (place->at == name && place->version == version && place->arity == arity &&
	    strcmp(place->name, name) == 0 && place_pin(place, port))
		return place->export;
	struct export *found = ask(port, name, arity);
	size_t bytes = strlen(name) + 1;
	if (found && bytes <= sizeof(place->name)) {
		*place = (struct known_place){
			.at = name,
			.arity = arity,
			.version = version,
			.code = found->code,
			.export = found,
		};
		memcpy(place->name, name, bytes);
	}
	return found;
}
