/* Counting processors: a container with a quota of two must not start sixty-four workers. Asked once, when
 * a node is made. */
#include "vm/base/processors.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

static unsigned by_affinity(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

/* The path of the process's own group in the unified hierarchy: the line "0::/path". */
static int own_group(char *path, size_t size)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[512];
	int found = 0;

	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) == 0)
			found = snprintf(path, size, "/sys/fs/cgroup%s", line + 3) < (int)size;
	}
	if (f)
		fclose(f);
	return found;
}

/* The quota in "cpu.max" of a group, rounded up to whole processors; 0 if it has none. */
static unsigned quota_of(const char *group)
{
	char name[600];
	long quota, period;
	unsigned count = 0;

	snprintf(name, sizeof(name), "%s/cpu.max", group);
	FILE *f = fopen(name, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%ld %ld", &quota, &period) == 2 && quota > 0 && period > 0)
		count = (unsigned)((quota + period - 1) / period);
	fclose(f);
	return count;
}

unsigned processors_usable(void)
{
	unsigned count = by_affinity();
	char group[512];

	if (!own_group(group, sizeof(group)))
		return count;
	/* A group's quota binds the groups below it. */
	for (char *slash;
	     (slash = strrchr(group, '/')) && strlen(group) >= strlen("/sys/fs/cgroup");
	     *slash = '\0') {
		unsigned quota = quota_of(group);
		if (quota && quota < count)
			count = quota;
	}
	return count ? count : 1;
}
