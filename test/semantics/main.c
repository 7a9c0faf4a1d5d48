/* semantics FILE: a node that runs the scenarios of the file and nothing else.
 *
 * Its clock is virtual: time stands still while a puppet runs, so that no scenario waits. */
#include <stdlib.h>
#include <string.h>

#include "test/linked.h"
#include "vm/term/bin.h"
#include "vm/vm.h"

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct vm_options options = { .schedulers = 2, .virtual_clock = true };
	struct joist_vm *vm;
	joist_pid pid;
	joist_term path, reason;

	if (argc != 2)
		return EXIT_FAILURE;
	linked_port(&options.code);
	vm = vm_create(&options);
	if (!vm || vm_start(vm) != 0)
		return EXIT_FAILURE;
	path = term_binary(&arena, argv[1], strlen(argv[1]));
	pid = vm_spawn(vm, "semantics:run", path, NULL);
	reason = vm_wait(vm, pid, &arena);
	vm_stop(vm);
	vm_destroy(vm);
	return joist_is_atom(reason, "normal") ? EXIT_SUCCESS : EXIT_FAILURE;
}
