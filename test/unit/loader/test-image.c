/* Plugins with one thing wrong each (test/guests), and what the loader says of them. No code of theirs
 * ever runs: they are only read. */
#include "loader/image.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/harness.h"

/* The folder of the guests, beside the folder of this program. */
static const char *guests(void)
{
	static char path[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 8);

	CHECK(size > 0);
	path[size] = 0;
	strcpy(strrchr(path, '/'), "/guests");
	return path;
}

static bool has_no_symbol(const char *name, const char *version)
{
	(void)name, (void)version;
	return false;
}

static const struct image_node node = { .abi = 1, .has_symbol = has_no_symbol };

/* Appends `text` with the names of the machines in place of $HERE and $OTHER. */
static void expand(char *to, size_t size, const char *text)
{
	char rare[16];
	const char *here = elf_machine_name(elf_machine_here(), rare);
	const char *other = strcmp(here, "aarch64") ? "aarch64" : "x86-64";

	for (*to = 0; *text; text++) {
		size_t length = strlen(to);

		if (!strncmp(text, "$HERE", 5)) {
			snprintf(to + length, size - length, "%s", here);
			text += 4;
		} else if (!strncmp(text, "$OTHER", 6)) {
			snprintf(to + length, size - length, "%s", other);
			text += 5;
		} else {
			snprintf(to + length, size - length, "%c", *text);
		}
	}
}

static bool judge(const char *file, struct image *image, struct report *report)
{
	if (!image_read(image, file, &node, report))
		return false;
	if (image_read_exports(image, report))
		return true;
	image_finish(image);
	return false;
}

TEST(refuses_each_broken_one_in_its_sentence)
{
	char line[1024], wanted[1024], said[1024];
	unsigned count = 0;
	FILE *expected;

	CHECK(!chdir(guests()));
	expected = fopen("expected.txt", "re");
	CHECK(expected);
	while (fgets(line, sizeof(line), expected)) {
		struct report report = { 0 };
		struct image image;

		line[strcspn(line, "\n")] = 0;
		expand(wanted, sizeof(wanted), line);
		line[strcspn(line, ":")] = 0;
		CHECK(!judge(line, &image, &report));
		CHECK_INT(report.count, 1);
		report_line_text(&report.lines[0], said, sizeof(said));
		CHECK_STR(said, wanted);
		report_finish(&report);
		count++;
	}
	fclose(expected);
	CHECK(count >= 40);
}

TEST(reads_a_good_one)
{
	struct report report = { 0 };
	struct image image;

	CHECK(!chdir(guests()));
	CHECK(judge("good.so", &image, &report));
	CHECK_STR(image.note.name, "guest");
	CHECK_STR(image.note.version, "1.0");
	CHECK_INT(image.note.sdk, JOIST_SDK_VERSION);
	CHECK_INT(image.export_count, 2);
	CHECK_STR(image.exports[0].name, "guest");
	CHECK_INT(image.exports[0].kind, JOIST_EXPORT_LOOP);
	CHECK_STR(image.exports[1].name, "nothing");
	CHECK_INT(image.exports[1].arity, 1);
	CHECK_INT(image_constructors(&image), 1);
	CHECK(!image_has_tls(&image));
	image_lint(&image, &report);
	CHECK_INT(report.errors, 0);
	CHECK_INT(report.warnings, 1);
	image_finish(&image);
	report_finish(&report);
}

/* The middle of the note's needs, which a node may have learned to meet. */
TEST(takes_needs_that_the_node_meets)
{
	const struct image_node knows = { .abi = 1, .features = 4 };
	struct report report = { 0 };
	struct image image;

	CHECK(!chdir(guests()));
	CHECK(image_read(&image, "needs.so", &knows, &report));
	image_finish(&image);
}

TEST(knows_names)
{
	CHECK(image_name_fits("counter"));
	CHECK(image_name_fits("a1_B@c"));
	CHECK(!image_name_fits(""));
	CHECK(!image_name_fits("Counter"));
	CHECK(!image_name_fits("_counter"));
	CHECK(!image_name_fits("a-b"));
	CHECK(!image_name_fits("caf\xc3\xa9"));
}

/* Every byte of the headers, the note and the dynamic table changed, one at a time: never a crash, and
 * never an image with a name that does not end. */
TEST(survives_any_changed_byte, .seconds_max = 60)
{
	static char bytes[65536];
	size_t size;
	FILE *file;

	CHECK(!chdir(guests()));
	file = fopen("good.so", "re");
	CHECK(file);
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	for (size_t i = 0; i < size; i += i < 2048 ? 1 : 7) {
		struct elf elf;
		struct elf_symbols symbols;
		struct elf_symbol symbol;
		size_t found, length = 0;
		char before = bytes[i];

		for (int change = 1; change < 256; change *= 5) {
			bytes[i] = (char)(before ^ change);
			if (elf_open(&elf, bytes, size) != ELF_FINE)
				continue;
			elf_note(&elf, "Joist", JOIST_NOTE_TYPE, &length, &found);
			if (!elf_symbols_open(&symbols, &elf))
				continue;
			for (size_t at = 0; at < symbols.count; at++)
				elf_symbol(&symbols, at, &symbol);
		}
		bytes[i] = before;
	}
}
