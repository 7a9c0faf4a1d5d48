/* Taking a plugin of a running node to another generation: what `joist upgrade` and `joist rollback`
 * have it do. One at a time, by code_server alone, on a thread that may block. */
#ifndef JOIST_LOADER_RENEWAL_H
#define JOIST_LOADER_RENEWAL_H

#include "loader/live.h"
#include "vm/base/text.h"
#include "vm/vm.h"

enum renewal_mode { RENEWAL_COMMIT, RENEWAL_PLAN, RENEWAL_DRY };

struct renewal {
	/* What is asked for. */
	struct joist_vm *vm;
	struct live *live; /* its code */
	const char *file; /* of the new version; NULL: back to the generation before */
	joist_term config; /* of it; none: the plugin's */
	const char *plugin; /* for going back */
	enum renewal_mode mode;
	int64_t deadline_ms;
	uint64_t few; /* so many actors; 0: see `percent` */
	unsigned percent; /* 100: all of them */
	/* What came of it. */
	bool done;
	struct text said; /* lines if it was done, else the sentences that say why not */
	char name[64]; /* the plugin's */
	uint32_t generation; /* that its actors are of now; 0: nothing was committed */
};

/* Does it. `said` is the caller's to free. */
void renewal_run(struct renewal *renewal);

/* How often actors of that generation have ended in error; -1 if its plugin has another one by now. */
int64_t renewal_crashes(struct live *live, struct joist_bytes plugin, uint32_t generation);

#endif
