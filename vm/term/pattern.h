/* Patterns, compiled: the term that the text would be, with words for its holes (hole.h). Matching walks
 * it beside another term, making copies it with the holes filled. joist/match.h has the syntax. */
#ifndef JOIST_VM_TERM_PATTERN_H
#define JOIST_VM_TERM_PATTERN_H

#include "vm/term/hole.h"

/* How deep brackets may be nested in one. */
#define PATTERN_DEPTH_MAX 32

enum pattern_use { PATTERN_MATCH, PATTERN_MAKE };

struct pattern {
	joist_term root;
	size_t bytes; /* of all this */
	uint64_t *bins; /* its counted binaries, as of an arena */
	unsigned char
		types[JOIST_HOLES_MAX]; /* of what is written (in a match) or read (in a build);
		 of a pinned one JOIST_HOLE_END */
	unsigned hole_count;
	int pinned_ref;
	unsigned map_count;
	uint32_t maps[JOIST_HOLES_MAX]; /* where in words[] are the maps that must be sorted once
		 their keys are filled; inner ones first. Their pairs stand key, value, key, ... */
	bool takes_terms; /* some hole is of type JOIST_HOLE_TERM */
	bool flat; /* it is a tuple, words[] its box, whose parts are immediates and holes */
	bool quick; /* that, and masks say what fits its holes; pinned ones are of JOIST_HOLE_INT64 */
	bool pins; /* it has some of those */
	unsigned char places[JOIST_HOLES_MAX]; /* of a flat one: where in words[] its holes are */
	size_t count;
	/* Its boxes and cells, one behind the other. Of a quick one, for each then a mask, and what a
	 * term's word must be under it. */
	uint64_t words[];
};

/* NULL, with a sentence in `error`, if the text is no pattern for that use or its holes are not those of
 * `types` (which end with JOIST_HOLE_END); NULL with an empty one when memory is short. */
struct pattern *pattern_compile(struct joist_bytes text, const unsigned char *types,
				enum pattern_use use, char *error, size_t error_size);

/* NULL is fine. */
void pattern_free(struct pattern *pattern);

/* The index of a pinned hole of type JOIST_HOLE_REF, which must be in whatever matches; -1 if there is
 * none. */
int pattern_pinned_ref(const struct pattern *pattern);

#endif
