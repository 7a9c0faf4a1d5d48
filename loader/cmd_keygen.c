/* joist keygen: makes a key to sign plugins with, in a file that only its owner may read, and beside
 * it the key that others may know. A key that is there is never written over. */
#include "loader/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "loader/contents.h"
#include "loader/report.h"
#include "loader/signature.h"

static bool write_new(const char *path, mode_t mode, const char *line, struct report *report)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	bool done;

	if (fd < 0 && errno == EEXIST)
		return report_error(report, path, (struct place){ 0 },
				    "is there already; choose another name");
	done = fd >= 0 && contents_write(fd, line, strlen(line)) && !fsync(fd);
	if (!done)
		report_error(report, path, (struct place){ 0 },
			     "cannot be written (%s); check its directory and mode",
			     strerror(errno));
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && !done)
		unlink(path);
	return done;
}

/* Both files or none. */
static bool write_both(const char *path, const struct secret_key *secret,
		       const struct public_key *public, struct report *report)
{
	char line[SIGNATURE_LINE_MAX], other[PATH_MAX];
	bool done;

	if ((size_t)snprintf(other, sizeof(other), "%s" SIGNATURE_PUBLIC_SUFFIX, path) >=
	    sizeof(other))
		return report_error(report, path, (struct place){ 0 },
				    "is too long a path; choose a shorter one");
	signature_print_secret(secret, line);
	done = write_new(path, 0600, line, report);
	explicit_bzero(line, sizeof(line));
	if (!done)
		return false;
	signature_print_public(public, line);
	if (write_new(other, 0644, line, report)) {
		printf("%s\n%s\n", path, other);
		return true;
	}
	unlink(path);
	return false;
}

static bool make(const char *path, struct report *report)
{
	struct secret_key secret;
	struct public_key public;
	bool done;

	if (!signature_make_key(&secret))
		return report_error(report, path, (struct place){ 0 },
				    "cannot be made, for the system gives no random numbers (%s); "
				    "use a newer one",
				    strerror(errno));
	done = signature_public(&secret, &public)
		       ? write_both(path, &secret, &public, report)
		       : report_error(report, path, (struct place){ 0 },
				      "cannot be made without libcrypto.so.3; install OpenSSL");
	explicit_bzero(&secret, sizeof(secret));
	return done;
}

static enum verb_result run(int count, char **arguments)
{
	struct report report = { 0 };
	bool done = make(arguments[0], &report);

	(void)count;
	report_print(&report, stderr);
	report_finish(&report);
	return done ? VERB_DONE : VERB_FAILED;
}

const struct verb verb_keygen = {
	.name = "keygen",
	.arguments = "OUT",
	.about = "Makes a key to sign plugins with: OUT, to be kept secret, and OUT.pub.",
	.arguments_min = 1,
	.arguments_max = 1,
	.run = run,
};
