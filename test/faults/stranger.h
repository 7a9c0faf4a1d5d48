/* A library that knows nothing of Joist, and does everything wrong that can be done. */
#ifndef TEST_FAULTS_STRANGER_H
#define TEST_FAULTS_STRANGER_H

#include <stdbool.h>

/* Whether a sanitizer watches it. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

struct wrong {
	const char *name;
	const char *kind; /* of the fault that it is */
	void (*does)(void);
};

/* Ended by one without a name. */
extern const struct wrong stranger_wrongs[];

/* Calls `f`, as many libraries do. */
void stranger_calls(void (*f)(void));

#endif
