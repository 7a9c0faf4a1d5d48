/* A note, and a joist_plugin that is code. */
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
JOIST_PUBLIC void joist_plugin_function(void) __asm__("joist_plugin");
void joist_plugin_function(void)
{
	(void)&guest;
	(void)&nothing;
}
