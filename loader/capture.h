/* Takes over the process's standard output and error, as plugins write to them by printf and libraries
 * by whatever they like: output goes on to the real one in whole lines, errors become lines of the
 * log. */
#ifndef JOIST_LOADER_CAPTURE_H
#define JOIST_LOADER_CAPTURE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* Longer lines are cut into pieces of so many bytes. */
#define CAPTURE_LINE_MAX 4096

struct capture_line {
	int from; /* the pipe's end that is read; -1: at its end */
	int to; /* the real descriptor */
	bool to_log;
	size_t size;
	char bytes[CAPTURE_LINE_MAX];
};

struct capture {
	struct capture_line out, error;
	int stop; /* an eventfd: no more is to be waited for */
	pthread_t reader;
};

/* Starts: 0, or -errno, with all as it was. The real descriptors are out.to and error.to from then on. */
int capture_start(struct capture *capture);

/* Gives the real ones back their numbers, and returns when all that was written has been passed on.
 * What a child process may still write is lost. */
void capture_finish(struct capture *capture);

#endif
