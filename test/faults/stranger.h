/* A library that knows nothing of Joist, and does everything wrong that can be done. */
#ifndef TEST_FAULTS_STRANGER_H
#define TEST_FAULTS_STRANGER_H

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
