/* Parts of what a peer sends, each looked at before it is used. On the thread of the dist. */
#include "vm/dist/incoming_parts.h"

#include <errno.h>

#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/decode.h"
#include "vm/term/get.h"

bool part_from(const struct incoming *in, size_t index, joist_pid *ret_pid)
{
	return get_pid(part_at(in, index), ret_pid) && ret_pid->node == in->peer->node;
}

bool part_to(const struct incoming *in, size_t index, joist_pid *ret_pid)
{
	return get_pid(part_at(in, index), ret_pid) &&
	       atom_equal(nodes_name(ret_pid->node), nodes_name(0));
}

bool part_ref(const struct incoming *in, size_t index, joist_ref *ret_ref)
{
	return get_ref(part_at(in, index), ret_ref);
}

bool part_atom(const struct incoming *in, size_t index, joist_atom *ret_atom)
{
	return get_atom(part_at(in, index), ret_atom);
}

int part_bond(const struct incoming *in, const struct bond *bond)
{
	struct bonds *bonds = &in->peer->bonds;

	if (bonds->count >= BONDS_MAX)
		return -EMLINK;
	return bonds_add(bonds, bond) ? 0 : -ENOMEM;
}

joist_term part_payload(struct incoming *in, struct arena *arena, int *ret_error)
{
	struct decode *d = &in->decode;

	arena->bytes_max = INCOMING_BYTES_MAX;
	d->arena = arena;
	joist_term payload = decode_term(d);
	*ret_error = d->error;
	if (!d->error && d->at != d->end)
		*ret_error = -EBADMSG;
	return payload;
}

/* Without a copy: the signal takes the arena over. */
static struct signal *move(enum signal_kind kind, joist_pid to, struct arena *arena,
			   joist_term term)
{
	struct signal *s = signal_make(kind, to, 0);

	if (!s)
		return NULL;
	s->term = term;
	s->chunks = arena->chunks;
	s->bins = arena->bins;
	*arena = (struct arena){ 0 };
	return s;
}

struct signal *part_signal(struct incoming *in, enum signal_kind kind, joist_pid to, int *ret_error)
{
	struct arena arena = { 0 };
	joist_term payload = part_payload(in, &arena, ret_error);
	struct signal *s = NULL;

	if (!*ret_error) {
		/* A small term would hold a whole chunk. */
		s = arena.bytes > ARENA_CHUNK_BYTES ? move(kind, to, &arena, payload)
						    : signal_make_copy(kind, to, payload);
		*ret_error = s ? 0 : -ENOMEM;
	}
	bins_drop(&arena);
	arena_empty(&arena);
	return s;
}
