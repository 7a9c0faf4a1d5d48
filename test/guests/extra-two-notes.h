/* A second note beside JOIST_PLUGIN's. */
__attribute__((
	used, section(".note.joist"),
	aligned(4))) static const struct joist_note other_note = { 6,
								   sizeof(struct joist_note) - 20,
								   JOIST_NOTE_TYPE,
								   "Joist",
								   JOIST_ABI,
								   100,
								   0,
								   0,
								   0,
								   0,
								   "other",
								   "1.0" };
