/* An echo server: the plugin tcp listens and starts `connection` for each client; `demo` is three clients,
 * one after the other, and each finds that its words came back. */
#include <joist/joist.h>

#include <stdio.h>

static void connection(struct joist_actor *self, joist_term args)
{
	char bytes[4096];
	int64_t size;
	int fd;

	joist_match(args, "#{socket := Fd}", &fd);
	while ((size = joist_read(self, fd, bytes, sizeof(bytes), 60000)) > 0)
		joist_write(self, fd, bytes, (size_t)size, 60000);
}

static void client(struct joist_actor *self, const char *address, const char *words)
{
	struct joist_bytes text = joist_text(words);
	int fd = joist_connect(self, address, 5000);
	char back[64] = "";
	size_t got = 0;

	joist_write(self, fd, text.data, text.size, 5000);
	while (got < text.size) {
		int64_t size = joist_read(self, fd, back + got, sizeof(back) - 1 - got, 5000);

		if (size <= 0)
			break;
		got += (size_t)size;
	}
	joist_print(self, "%s", back);
	joist_close(self, fd);
}

static void demo(struct joist_actor *self, joist_term args)
{
	char address[32];
	joist_term answer;
	int port = 0;

	(void)args;
	joist_call(self, "echo", joist_make(self, "port"), 5000, &answer);
	joist_match(answer, "{ok, Port}", &port);
	snprintf(address, sizeof(address), "127.0.0.1:%d", port);
	client(self, address, "hello");
	client(self, address, "anybody there?");
	client(self, address, "good bye");
}

JOIST_PLUGIN("echo_tcp", "1.0", JOIST_ACTOR(connection), JOIST_ACTOR(demo));
