/* Writes the schema of boot scripts, which docs/boot.schema.json must be a copy of. */
#include "loader/schema.h"

int main(void)
{
	schema_print(stdout);
	return 0;
}
