/* Asks libjoist for what only a later one has. */
JOIST_PUBLIC void joist_from_the_future(void);
JOIST_PUBLIC void use_the_future(void);
void use_the_future(void)
{
	joist_from_the_future();
}
