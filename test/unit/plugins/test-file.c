/* file: the same files through calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/unit/stdlib/stage.h"

const struct joist_export stage_exports[] = { { 0 } };

/* A server whose root is a new folder. */
static joist_pid start(struct joist_actor *self, char *folder)
{
	char args[128];

	CHECK(mkdtemp(folder));
	snprintf(args, sizeof(args), "#{root => <<\"%s\">>}", folder);
	return stage_start(self, "file:file", args);
}

STAGE_TEST_OUTSIDE(write_read_append)
{
	char folder[] = "/tmp/joist-file-XXXXXX";
	joist_pid pid = start(self, folder);

	STAGE_CALL(self, pid, "{read, <<\"a\">>}", "{error,enoent}");
	STAGE_CALL(self, pid, "{write, <<\"a\">>, <<\"one\">>}", "ok");
	STAGE_CALL(self, pid, "{read, <<\"a\">>}", "{ok,<<\"one\">>}");
	STAGE_CALL(self, pid, "{append, <<\"a\">>, <<\" two\">>}", "ok");
	STAGE_CALL(self, pid, "{read, <<\"a\">>}", "{ok,<<\"one two\">>}");
	STAGE_CALL(self, pid, "{write, <<\"a\">>, <<\"three\">>}", "ok");
	STAGE_CALL(self, pid, "{read, <<\"a\">>, 1, 3}", "{ok,<<\"hre\">>}");
	STAGE_CALL(self, pid, "{read, <<\"a\">>, 3, 100}", "{ok,<<\"ee\">>}");
	STAGE_CALL(self, pid, "{read, <<\"a\">>, 100, 1}", "{ok,<<>>}");
	STAGE_CALL(self, pid, "{list, <<\".\">>}", "{ok,[<<\"a\">>]}");
	STAGE_CALL(self, pid, "{delete, <<\"a\">>}", "ok");
	STAGE_CALL(self, pid, "{delete, <<\"a\">>}", "{error,enoent}");
}

STAGE_TEST_OUTSIDE(folders)
{
	char folder[] = "/tmp/joist-file-XXXXXX";
	joist_pid pid = start(self, folder);

	STAGE_CALL(self, pid, "{make_dir, <<\"d\">>}", "ok");
	STAGE_CALL(self, pid, "{make_dir, <<\"d\">>}", "{error,eexist}");
	STAGE_CALL(self, pid, "{write, <<\"d/b\">>, <<\"x\">>}", "ok");
	STAGE_CALL(self, pid, "{write, <<\"d/a\">>, <<\"xy\">>}", "ok");
	STAGE_CALL(self, pid, "{list, <<\"d\">>}", "{ok,[<<\"a\">>,<<\"b\">>]}");
	STAGE_CALL(self, pid, "{list, <<\"d/a\">>}", "{error,enotdir}");
	joist_test_check(self, strstr(stage_call(self, pid, "{info, <<\"d/a\">>}"), "size => 2"));
	joist_test_check(self, strstr(stage_call(self, pid, "{info, <<\"d\">>}"), "directory"));
	STAGE_CALL(self, pid, "{rename, <<\"d/a\">>, <<\"c\">>}", "ok");
	STAGE_CALL(self, pid, "{read, <<\"c\">>}", "{ok,<<\"xy\">>}");
	STAGE_CALL(self, pid, "{delete, <<\"d\">>}", "{error,enotempty}");
}

STAGE_TEST_OUTSIDE(nobody_leaves_the_root)
{
	char folder[] = "/tmp/joist-file-XXXXXX";
	joist_pid pid = start(self, folder);

	STAGE_CALL(self, pid, "{read, <<\"/etc/passwd\">>}", "{error,einval}");
	STAGE_CALL(self, pid, "{read, <<\"../x\">>}", "{error,einval}");
	STAGE_CALL(self, pid, "{read, <<\"a/../../x\">>}", "{error,einval}");
	STAGE_CALL(self, pid, "{rename, <<\"a\">>, <<\"../x\">>}", "{error,einval}");
	STAGE_CALL(self, pid, "{write, <<\"..x\">>, <<>>}", "ok");
	STAGE_CALL(self, pid, "{write, <<\"a\">>}", "{error,einval}");
	STAGE_CALL(self, pid, "{write, 1, <<>>}", "{error,einval}");
	STAGE_CALL(self, pid, "{read, <<0>>}", "{error,einval}");
}

STAGE_TEST_OUTSIDE(large_files)
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
				    5000, &reply) == JOIST_OK);
	joist_test_match(self, reply, "ok");
	joist_test_check(self, joist_call(self, pid, joist_make(self, "{read, <<\"big\">>}"), 5000,
					  &reply) == JOIST_OK);
	joist_test_match(self, reply, "{ok, Bytes}", &bytes);
	CHECK(bytes.size == 5000000 && ((const char *)bytes.data)[4999999] == 'z');
}
