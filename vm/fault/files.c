/* A fault within printf and its kin leaves the file locked, and with standard output everybody's. The lock
 * says whose it is, so the same thread can give it up.
 *
 * The other files stand in a list, under a lock of its own: it is only walked where the fault came from
 * within stdio, as a thread that has the list may be waiting for one of those files. Any thread. */
#include "vm/fault/files.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__GLIBC__)

/* glibc's _IO_lock_t. */
struct file_lock {
	atomic_int word; /* 0: free, 1: held, 2: and others wait */
	int depth;
	void *owner; /* its thread, as pthread_self names it */
};

/* glibc's, for walking the list of all files. */
typedef struct file_iterator *file_iterator;
file_iterator _IO_iter_begin(void);
file_iterator _IO_iter_end(void);
file_iterator _IO_iter_next(file_iterator);
FILE *_IO_iter_file(file_iterator);
void _IO_list_lock(void);
void _IO_list_unlock(void);

__attribute__((no_sanitize("thread"))) static void release(FILE *file)
{
	struct file_lock *lock = (struct file_lock *)file->_lock;

	if (!lock || lock->owner != (void *)(uintptr_t)pthread_self())
		return;
	lock->depth = 0;
	lock->owner = NULL;
	/* release: pairs with the acquire in libc's own taking of it */
	if (atomic_exchange_explicit(&lock->word, 0, memory_order_release) > 1)
		syscall(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void files_release(bool was_within)
{
	release(stdout);
	release(stderr);
	release(stdin);
	if (!was_within)
		return;
	_IO_list_lock();
	for (file_iterator i = _IO_iter_begin(); i != _IO_iter_end(); i = _IO_iter_next(i))
		release(_IO_iter_file(i));
	_IO_list_unlock();
}

#else

void files_release(bool was_within)
{
	(void)was_within;
}

#endif
