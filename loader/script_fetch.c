/* Who may send this node code, and whose signatures count: read once, at the start. One thread. */
#include "loader/script_fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/contents.h"
#include "loader/fetch.h"
#include "loader/hex.h"
#include "vm/term/atom.h"

#define BYTES_MAX ((int64_t)16 << 20)

#define fault(value, ...) report_error(report, script->file, (value)->at, __VA_ARGS__)

/* How many texts the list has, of which others are told elsewhere. */
static size_t count_texts(const struct value *list)
{
	size_t count = 0;

	for (const struct value *item = list && list->kind == VALUE_LIST ? list->first : NULL; item;
	     item = item->next)
		count += item->kind == VALUE_TEXT;
	return count;
}

static bool fault_no_key(const struct script *script, const struct value *item,
			 struct report *report)
{
	return fault(item,
		     "\"keys\" has %s, which is no public key; name a file .pub of joist keygen",
		     item->text);
}

static bool read_key_file(struct script *script, const struct value *item, struct public_key *key,
			  struct report *report)
{
	const char *path = script_path(script, item->text);
	struct stat about;
	void *line;
	bool fine;
	int error = path ? contents_take(path, SIGNATURE_LINE_MAX, &line, &about) : -ENOMEM;

	if (error == -EFBIG || error == -EINVAL)
		return fault_no_key(script, item, report);
	if (error)
		return fault(item,
			     "\"keys\" has %s, which cannot be read (%s); check its path and mode, "
			     "or write the key's 64 digits",
			     item->text, strerror(-error));
	fine = signature_read_public(key, (struct joist_bytes){ line, (size_t)about.st_size });
	free(line);
	return fine || fault_no_key(script, item, report);
}

static void read_key(struct script *script, const struct value *item, struct fetch_rules *rules,
		     struct report *report)
{
	struct public_key key;

	if ((strlen(item->text) == SIGNATURE_KEY_TEXT - 1 &&
	     hex_read(key.bytes, sizeof(key.bytes), item->text)) ||
	    read_key_file(script, item, &key, report))
		rules->keys[rules->key_count++] = key;
}

static void read_all(struct script *script, const struct value *peers, const struct value *keys,
		     struct fetch_rules *rules, struct report *report)
{
	for (const struct value *item = count_texts(peers) ? peers->first : NULL; item;
	     item = item->next) {
		if (item->kind == VALUE_TEXT)
			rules->peers[rules->peer_count++] =
				atom_make(item->text, strlen(item->text));
	}
	for (const struct value *item = count_texts(keys) ? keys->first : NULL; item;
	     item = item->next) {
		if (item->kind == VALUE_TEXT)
			read_key(script, item, rules, report);
	}
}

bool script_fetch_read(struct script *script, struct report *report)
{
	const struct value *fetch = value_get(script->root, "fetch");
	const struct value *peers = value_get(fetch, "peers"), *keys = value_get(fetch, "keys");
	struct arena *arena = &script->arena;
	struct fetch_rules *rules;

	if (!fetch || fetch->kind != VALUE_OBJECT)
		return true;
	rules = (struct fetch_rules *)arena_take(arena, sizeof(*rules) / 8 + 1);
	if (!rules)
		return report_short(report, script->file);
	*rules = (struct fetch_rules){
		.peers = (joist_atom *)arena_take(arena, count_texts(peers) + 1),
		.keys = (struct public_key *)arena_take(
			arena, count_texts(keys) * sizeof(*rules->keys) / 8 + 1),
		.bytes_max = (size_t)script_whole(fetch, "max_bytes", BYTES_MAX),
	};
	if (!rules->peers || !rules->keys)
		return report_short(report, script->file);
	read_all(script, peers, keys, rules, report);
	script->fetch = rules;
	return true;
}
