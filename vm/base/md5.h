/* The digest MD5, which Erlang's handshake is made of. Not good enough for anything else. */
#ifndef JOIST_VM_BASE_MD5_H
#define JOIST_VM_BASE_MD5_H

#include <stddef.h>

#define MD5_BYTES 16

/* The digest of `size` bytes. */
void md5(const void *bytes, size_t size, unsigned char ret_digest[MD5_BYTES]);

#endif
