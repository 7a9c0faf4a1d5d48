/* A note, and a joist_plugin that claims to be smaller than any has been. */
__attribute__((
	used, section(".note.joist"),
	aligned(4))) static const struct joist_note guest_note = { 6,
								   sizeof(struct joist_note) - 20,
								   JOIST_NOTE_TYPE,
								   "Joist",
								   JOIST_ABI,
								   100,
								   0,
								   0,
								   0,
								   0,
								   NAME,
								   VERSION };
static const struct joist_export guest_exports[] = { JOIST_ACTOR(guest), JOIST_FUN(nothing, 1) };
extern const JOIST_PUBLIC struct joist_plugin joist_plugin;
const struct joist_plugin joist_plugin = {
	8, sizeof(struct joist_export), NAME, VERSION, guest_exports, 2, { NULL, NULL, NULL, NULL }
};
