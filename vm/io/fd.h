/* System calls on descriptors: never interrupted, their errors told as -errno. Most do not wait. Nothing
 * here looks at errno across a wait, so a thread may be changed between two of them. */
#ifndef JOIST_VM_IO_FD_H
#define JOIST_VM_IO_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For files on disks: only the forms that may block will do. Is no error number. */
#define FD_BLOCKS INT64_MIN

/* Reads or writes what can be at once: how much, -EAGAIN if nothing, FD_BLOCKS, or -errno. Makes what is
 * not a socket non-blocking. */
int64_t fd_read(int fd, void *buffer, size_t size);
int64_t fd_write(int fd, const void *buffer, size_t size);

/* The same, waiting for the disk. */
int64_t fd_read_blocking(int fd, void *buffer, size_t size);
int64_t fd_write_blocking(int fd, const void *buffer, size_t size);

/* What is in memory of a file: how much, 0 at its end, -EAGAIN if the disk must be asked. */
int64_t fd_read_cached(int fd, void *buffer, size_t size);

/* 1 if it can be read from or written to, or has failed; 0 if not yet; or -errno. */
int fd_is_ready(int fd, bool write);

/* Makes it non-blocking: 0, or -errno. */
int fd_unblock(int fd);

/* Opens a file, close-on-exec, waiting for the disk. */
int fd_open_blocking(const char *path, int flags, int mode);

int fd_close(int fd);

/* Lets the process have as many as its hard limit says: what it is started with is often 1024. */
void fd_raise_limit(void);

#endif
