/* Runs a fuzzer over the inputs that were found earlier: each file of a folder is a case. What links
 * with this has no fuzzing engine; ./dev fuzz builds the same fuzzers with one. */
#include "test/fuzz/fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* False if the file cannot be read. The input is in a block of just its size, for ASan's sake. */
static int file_run(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat status;

	if (!file || fstat(fileno(file), &status))
		return 0;
	size_t size = (size_t)status.st_size;
	uint8_t *data = malloc(size ? size : 1);
	int read = data && fread(data, 1, size, file) == size;
	if (read)
		LLVMFuzzerTestOneInput(data, size);
	free(data);
	fclose(file);
	return read;
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	int count = 0, failed = 0;
	char path[PATH_MAX];

	/* Every fuzzer takes nothing at all. */
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (struct dirent *entry; folder && (entry = readdir(folder));) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
		int ok = file_run(path);
		printf("%s %d - %s\n", ok ? "ok" : "not ok", ++count, entry->d_name);
		fflush(stdout);
		failed += !ok;
	}
	if (folder)
		closedir(folder);
	printf("ok %d - empty input\n1..%d\n", count + 1, count + 1);
	return failed ? 1 : 0;
}
