/* Checks what a boot script says of the node: addresses, files, limits. Opens files to see whether that
 * can be done, and changes nothing. One thread. */
#include "loader/script_check.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Less does not hold an actor's control block and one chunk of its arena. */
#define MEMORY_BYTES_MIN 16384

#define fault(value, ...) report_error(report, script->file, (value)->at, __VA_ARGS__)

static bool is_loopback(const char *address)
{
	size_t numeric = strspn(address, "0123456789.");

	return (!strncmp(address, "127.", 4) && address[numeric] == ':') ||
	       !strncmp(address, "[::1]:", 6) || !strncmp(address, "localhost:", 10);
}

bool script_check_listen(const struct script *script, const char *address, char *ret_wrong,
			 size_t size)
{
	const struct value *insecure = value_get(value_get(script->root, "node"), "insecure");
	const char *port = strrchr(address, ':');

	if (port && strtol(port + 1, NULL, 10) > 65535) {
		snprintf(ret_wrong, size, "has the port %s; write one up to 65535", port + 1);
		return false;
	}
	if (!is_loopback(address) &&
	    !(insecure && insecure->kind == VALUE_BOOL && insecure->truth)) {
		snprintf(
			ret_wrong, size,
			"is %s, which other machines reach without encryption; write 127.0.0.1, or "
			"set \"insecure\": true in the script's \"node\"",
			address);
		return false;
	}
	return true;
}

static void check_listen(const struct script *script, const struct value *node,
			 struct report *report)
{
	const struct value *listen = value_get(node, "listen");
	char wrong[512];

	if (listen && listen->kind == VALUE_TEXT &&
	    !script_check_listen(script, listen->text, wrong, sizeof(wrong)))
		fault(listen, "\"listen\" %s", wrong);
}

static void check_cookie(struct script *script, const struct value *node, struct report *report)
{
	const struct value *file = value_get(node, "cookie_file");
	const char *path;
	struct stat about;
	int fd;

	if (!file || file->kind != VALUE_TEXT)
		return;
	path = script_path(script, file->text);
	fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	if (fd < 0 || fstat(fd, &about) < 0)
		fault(file, "\"cookie_file\" %s cannot be read (%s); check its path and mode",
		      file->text, strerror(errno));
	else if (!S_ISREG(about.st_mode) || !about.st_size)
		fault(file, "\"cookie_file\" %s is empty or no file; write the cookie into it",
		      file->text);
	else if (about.st_mode & (S_IRWXG | S_IRWXO))
		report_warning(report, script->file, file->at,
			       "\"cookie_file\" %s can be read by others; chmod 600 %s", file->text,
			       file->text);
	if (fd >= 0)
		close(fd);
}

static void check_plugin_path(struct script *script, struct report *report)
{
	const struct value *path = value_get(script->root, "plugin_path");
	struct stat about;

	if (!path || path->kind != VALUE_LIST)
		return;
	for (const struct value *item = path->first; item; item = item->next) {
		const char *directory =
			item->kind == VALUE_TEXT ? script_path(script, item->text) : NULL;

		if (directory && (stat(directory, &about) < 0 || !S_ISDIR(about.st_mode)))
			fault(item,
			      "\"plugin_path\" has %s, which is no directory; make it, or take "
			      "it out",
			      item->text);
	}
}

void script_check_memory(const struct script *script, const struct value *limits, const char *key,
			 struct report *report)
{
	int64_t bytes = script_whole(limits, key, 0);

	if (bytes > 0 && bytes < MEMORY_BYTES_MIN)
		fault(value_get(limits, key),
		      "\"%s\" is %" PRId64
		      ", less than any actor needs; write 0 for no limit, or %d "
		      "or more",
		      key, bytes, MEMORY_BYTES_MIN);
}

void script_check_mailbox(const struct script *script, const struct value *limits,
			  struct report *report)
{
	const struct value *mailbox = value_get(limits, "mailbox");
	int64_t bytes = script_whole(mailbox, "bytes", 0);

	if (bytes > 0 && bytes < 64)
		fault(value_get(mailbox, "bytes"),
		      "\"bytes\" is %" PRId64
		      ", less than any message has; write 0 for no limit, or "
		      "64 or more",
		      bytes);
}

static void check_log(struct script *script, struct report *report)
{
	const struct value *file = value_get(value_get(script->root, "log"), "file");
	const char *path;
	char *directory;

	if (!file || file->kind != VALUE_TEXT || !strcmp(file->text, "-"))
		return;
	path = script_path(script, file->text);
	directory = path ? strdup(path) : NULL;
	if (!directory) {
		report_short(report, script->file);
		return;
	}
	*strrchr(directory, '/') = 0;
	if (access(path, F_OK) == 0 ? access(path, W_OK) < 0
				    : access(directory[0] ? directory : "/", W_OK) < 0)
		fault(file,
		      "the log's file %s cannot be written (%s); check its directory and mode",
		      file->text, strerror(errno));
	free(directory);
}

void script_check_node(struct script *script, struct report *report)
{
	const struct value *node = value_get(script->root, "node");
	const struct value *limits = value_get(script->root, "limits");

	check_listen(script, node, report);
	check_cookie(script, node, report);
	check_plugin_path(script, report);
	script_check_memory(script, limits, "actor_memory_bytes", report);
	script_check_mailbox(script, limits, report);
	check_log(script, report);
}
