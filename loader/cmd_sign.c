/* joist sign: writes the signature of a file beside it. The file may be for another machine, so it is
 * not judged. */
#include "loader/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/contents.h"
#include "loader/report.h"
#include "loader/signature.h"

#define FILE_BYTES_MAX ((size_t)256 << 20)

#define refuse(file, ...) report_error(report, (file), (struct place){ 0 }, __VA_ARGS__)

/* The file's bytes, to be freed; NULL, with an error added. */
static void *take(const char *path, size_t bytes_max, struct stat *ret_about, struct report *report)
{
	void *bytes;
	int error = contents_take(path, bytes_max, &bytes, ret_about);

	if (!error)
		return bytes;
	refuse(path, "cannot be read (%s); check its path and mode", strerror(-error));
	return NULL;
}

/* A key that others may read is one that others may sign with. */
static bool read_key(const char *path, struct secret_key *key, struct report *report)
{
	struct stat about;
	char *line = take(path, FILE_BYTES_MAX, &about, report);
	bool fine;

	if (!line)
		return false;
	fine = signature_read_secret(key, (struct joist_bytes){ line, (size_t)about.st_size });
	explicit_bzero(line, (size_t)about.st_size);
	free(line);
	if (!fine)
		return refuse(path, "is no secret key; make one by joist keygen");
	if (about.st_mode & 077)
		return refuse(path, "may be read by others; chmod 600 it, and take another key if "
				    "others had a look");
	return true;
}

/* Whole before it gets its name. */
static bool write_signature(const char *path, const char *line, struct report *report)
{
	char next[PATH_MAX + 8];
	bool done;
	int fd;

	snprintf(next, sizeof(next), "%s.XXXXXX", path);
	fd = mkostemp(next, O_CLOEXEC);
	done = fd >= 0 && contents_write(fd, line, strlen(line)) && !fchmod(fd, 0644) && !fsync(fd);
	done = done && !rename(next, path);
	if (!done)
		refuse(path, "cannot be written (%s); check its directory and mode",
		       strerror(errno));
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && !done)
		unlink(next);
	return done;
}

static bool sign_file(const char *file, const struct secret_key *key, struct report *report)
{
	char path[PATH_MAX], line[SIGNATURE_LINE_MAX];
	struct signature signature;
	struct stat about;
	void *bytes;
	bool done;

	if ((size_t)snprintf(path, sizeof(path), "%s" SIGNATURE_SUFFIX, file) >= sizeof(path))
		return refuse(file, "is too long a path; choose a shorter one");
	bytes = take(file, FILE_BYTES_MAX, &about, report);
	if (!bytes)
		return false;
	done = signature_make(key, (struct joist_bytes){ bytes, (size_t)about.st_size },
			      &signature);
	free(bytes);
	if (!done)
		return refuse(file, "cannot be signed without libcrypto.so.3; install OpenSSL");
	signature_print(&signature, line);
	if (!write_signature(path, line, report))
		return false;
	printf("%s\n", path);
	return true;
}

static enum verb_result run(int count, char **arguments)
{
	struct report report = { 0 };
	struct secret_key key;
	bool done = read_key(arguments[1], &key, &report) && sign_file(arguments[0], &key, &report);

	(void)count;
	explicit_bzero(&key, sizeof(key));
	report_print(&report, stderr);
	report_finish(&report);
	return done ? VERB_DONE : VERB_FAILED;
}

const struct verb verb_sign = {
	.name = "sign",
	.arguments = "FILE KEY",
	.about = "Signs a plugin's file with a key of joist keygen: writes FILE.sig.",
	.arguments_min = 2,
	.arguments_max = 2,
	.run = run,
};
