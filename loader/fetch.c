/* Looks things up: rules that never change, and signatures in the store. Owns nothing. */
#include "loader/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "loader/contents.h"
#include "vm/term/atom.h"

bool fetch_knows_peer(const struct fetch_rules *rules, joist_atom node)
{
	for (size_t i = 0; i < rules->peer_count; i++) {
		if (atom_equal(rules->peers[i], node))
			return true;
	}
	return false;
}

bool fetch_knows_key(const struct fetch_rules *rules, const struct public_key *key)
{
	for (size_t i = 0; i < rules->key_count; i++) {
		if (signature_key_equal(&rules->keys[i], key))
			return true;
	}
	return false;
}

/* The one beside the file of that path. */
static bool read_beside(const char *file, struct signature *ret_signature)
{
	char path[PATH_MAX];
	struct stat about;
	void *line;
	bool fine;

	if ((size_t)snprintf(path, sizeof(path), "%s" SIGNATURE_SUFFIX, file) >= sizeof(path) ||
	    contents_take(path, SIGNATURE_LINE_MAX, &line, &about))
		return false;
	fine = signature_read(ret_signature, (struct joist_bytes){ line, (size_t)about.st_size });
	free(line);
	return fine;
}

void fetch_keep_signature(struct store *store, const char *file, const struct digest *hash)
{
	char line[SIGNATURE_LINE_MAX];
	struct signature signature;

	if (!read_beside(file, &signature))
		return;
	signature_print(&signature, line);
	store_keep_signature(store, hash, joist_text(line));
}

bool fetch_read_signature(const struct store *store, const struct digest *hash,
			  struct signature *ret_signature)
{
	char path[PATH_MAX];

	store_copy(store, hash, path);
	return read_beside(path, ret_signature);
}
