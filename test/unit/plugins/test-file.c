/* file: the same files through calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/unit/stdlib/yard.h"

const struct joist_export yard_exports[] = { { 0 } };

/* A server whose root is a new folder. */
static joist_pid start(struct joist_actor *self, char *folder)
{
	char args[128];

	CHECK(mkdtemp(folder));
	snprintf(args, sizeof(args), "#{root => <<\"%s\">>}", folder);
	return yard_start(self, "file:file", args);
}

YARD_TEST_OUTSIDE(write_read_append)
{
	char folder[] = "/tmp/joist-file-XXXXXX";
	joist_pid pid = start(self, folder);

	YARD_CALL(self, pid, "{read, <<\"a\">>}", "{error,enoent}");
	YARD_CALL(self, pid, "{write, <<\"a\">>, <<\"one\">>}", "ok");
	YARD_CALL(self, pid, "{read, <<\"a\">>}", "{ok,<<\"one\">>}");
	YARD_CALL(self, pid, "{append, <<\"a\">>, <<\" two\">>}", "ok");
	YARD_CALL(self, pid, "{read, <<\"a\">>}", "{ok,<<\"one two\">>}");
	YARD_CALL(self, pid, "{write, <<\"a\">>, <<\"three\">>}", "ok");
	YARD_CALL(self, pid, "{read, <<\"a\">>, 1, 3}", "{ok,<<\"hre\">>}");
	YARD_CALL(self, pid, "{read, <<\"a\">>, 3, 100}", "{ok,<<\"ee\">>}");
	YARD_CALL(self, pid, "{read, <<\"a\">>, 100, 1}", "{ok,<<>>}");
	YARD_CALL(self, pid, "{list, <<\".\">>}", "{ok,[<<\"a\">>]}");
	YARD_CALL(self, pid, "{delete, <<\"a\">>}", "ok");
	YARD_CALL(self, pid, "{delete, <<\"a\">>}", "{error,enoent}");
}

YARD_TEST_OUTSIDE(folders)
{
	char folder[] = "/tmp/joist-file-XXXXXX";
	joist_pid pid = start(self, folder);

	YARD_CALL(self, pid, "{make_dir, <<\"d\">>}", "ok");
	YARD_CALL(self, pid, "{make_dir, <<\"d\">>}", "{error,eexist}");
	YARD_CALL(self, pid, "{write, <<\"d/b\">>, <<\"x\">>}", "ok");
	YARD_CALL(self, pid, "{write, <<\"d/a\">>, <<\"xy\">>}", "ok");
	YARD_CALL(self, pid, "{list, <<\"d\">>}", "{ok,[<<\"a\">>,<<\"b\">>]}");
	YARD_CALL(self, pid, "{list, <<\"d/a\">>}", "{error,enotdir}");
	joist_test_check(self, strstr(yard_call(self, pid, "{info, <<\"d/a\">>}"), "size => 2"));
	joist_test_check(self, strstr(yard_call(self, pid, "{info, <<\"d\">>}"), "directory"));
	YARD_CALL(self, pid, "{rename, <<\"d/a\">>, <<\"c\">>}", "ok");
	YARD_CALL(self, pid, "{read, <<\"c\">>}", "{ok,<<\"xy\">>}");
	YARD_CALL(self, pid, "{delete, <<\"d\">>}", "{error,enotempty}");
}

YARD_TEST_OUTSIDE(nobody_leaves_the_root)
{
	char folder[] = "/tmp/joist-file-XXXXXX";
	joist_pid pid = start(self, folder);

	YARD_CALL(self, pid, "{read, <<\"/etc/passwd\">>}", "{error,einval}");
	YARD_CALL(self, pid, "{read, <<\"../x\">>}", "{error,einval}");
	YARD_CALL(self, pid, "{read, <<\"a/../../x\">>}", "{error,einval}");
	YARD_CALL(self, pid, "{rename, <<\"a\">>, <<\"../x\">>}", "{error,einval}");
	YARD_CALL(self, pid, "{write, <<\"..x\">>, <<>>}", "ok");
	YARD_CALL(self, pid, "{write, <<\"a\">>}", "{error,einval}");
	YARD_CALL(self, pid, "{write, 1, <<>>}", "{error,einval}");
	YARD_CALL(self, pid, "{read, <<0>>}", "{error,einval}");
}

YARD_TEST_OUTSIDE(large_files)
{
	char folder[] = "/tmp/joist-file-XXXXXX";
	joist_pid pid = start(self, folder);
	struct joist_bytes bytes;
	joist_term data, reply;
	void *at;

	data = joist_binary_new(self, 5000000, &at);
	((char *)at)[4999999] = 'z';
	joist_test_check(self,
			 joist_call(self, pid, joist_make(self, "{write, <<\"big\">>, D}", data),
				    JOIST_INFINITY, &reply) == JOIST_OK);
	joist_test_match(self, reply, "ok");
	joist_test_check(self, joist_call(self, pid, joist_make(self, "{read, <<\"big\">>}"),
					  JOIST_INFINITY, &reply) == JOIST_OK);
	joist_test_match(self, reply, "{ok, Bytes}", &bytes);
	CHECK(bytes.size == 5000000 && ((const char *)bytes.data)[4999999] == 'z');
}
