/* What the boot script's "fetch" allows: files of plugins that travel from node to node. */
#ifndef JOIST_LOADER_FETCH_H
#define JOIST_LOADER_FETCH_H

#include "loader/signature.h"
#include "loader/store.h"

struct fetch_rules {
	joist_atom *peers; /* the nodes that may have files of this one, and give it theirs */
	size_t peer_count;
	struct public_key *keys; /* whose signatures count here */
	size_t key_count;
	size_t bytes_max; /* no larger file goes either way */
};

bool fetch_knows_peer(const struct fetch_rules *rules, joist_atom node);
bool fetch_knows_key(const struct fetch_rules *rules, const struct public_key *key);

/* Puts the signature that lies beside the file, if one does, beside its copy in the store. May block. */
void fetch_keep_signature(struct store *store, const char *file, const struct digest *hash);

/* The signature beside the copy under that hash; false if there is none. May block. */
bool fetch_read_signature(const struct store *store, const struct digest *hash,
			  struct signature *ret_signature);

#endif
