/* Files and lines by elfutils' libdw, in a process of its own: libdw works on libc's heap, takes up to
 * tens of milliseconds for a file, and a damaged file may crash it. One thread. */
#include "loader/symbolize.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "loader/debuginfo.h"
#include "loader/spot.h"

/* Files whose tables are kept. */
#define SESSIONS_MAX 16

/* One file that was asked for. */
struct session {
	char *file;
	Dwfl *dwfl;
	Dwfl_Module *module;
	GElf_Addr bias;
};

static struct session sessions[SESSIONS_MAX];
static unsigned next_session;

/* Of the C++ runtime: a readable name, of libc's heap; NULL where that is not there. */
static char *(*demangle)(const char *name, char *room, size_t *size, int *ret_status);

static void load_cxx(void)
{
	void *library = dlopen("libstdc++.so.6", RTLD_NOW | RTLD_LOCAL);

	if (library)
		demangle = (__typeof__(demangle))dlsym(library, "__cxa_demangle");
}

/* The function's name as its author wrote it. */
static void name_function(struct spot *spot, const char *name)
{
	int status;
	char *readable =
		demangle && !strncmp(name, "_Z", 2) ? demangle(name, NULL, NULL, &status) : NULL;

	spot_copy(spot->function, sizeof(spot->function), readable ? readable : name);
	free(readable);
}

static void session_close(struct session *session)
{
	if (session->dwfl)
		libdw.dwfl_end_(session->dwfl);
	free(session->file);
	*session = (struct session){ 0 };
}

/* A file that cannot be read keeps its session, without a module: it need not be tried again. */
static void session_open(struct session *session, const char *file)
{
	session_close(session);
	session->file = strdup(file);
	session->dwfl = debuginfo_open(file, &session->module);
	if (session->module && !libdw.dwfl_module_getelf_(session->module, &session->bias))
		session->module = NULL;
}

static struct session *session_for(const char *file)
{
	struct session *session;

	for (unsigned i = 0; i < SESSIONS_MAX; i++) {
		if (sessions[i].file && !strcmp(sessions[i].file, file))
			return &sessions[i];
	}
	session = &sessions[next_session++ % SESSIONS_MAX];
	session_open(session, file);
	return session;
}

/* The line of an address, of the unit that has it. Not by libdw's table of addresses, which clang does not
 * make. */
static Dwarf_Line *find_line(Dwfl_Module *module, GElf_Addr address)
{
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	while ((unit = libdw.dwfl_module_nextcu_(module, unit, &bias))) {
		if (libdw.dwarf_haspc_(unit, address - bias) > 0)
			return libdw.dwarf_getsrc_die_(unit, address - bias);
	}
	return NULL;
}

static void look_up(const struct spot_question *question, struct spot *spot)
{
	const struct session *session = session_for(question->file);
	GElf_Addr address = question->address + session->bias;
	const char *function, *source;
	Dwarf_Line *line;
	GElf_Off distance = 0;
	GElf_Sym symbol;
	int number = 0;

	*spot = (struct spot){ 0 };
	if (!session->module)
		return;
	function = libdw.dwfl_module_addrinfo_(session->module, address, &distance, &symbol, NULL,
					       NULL, NULL);
	if (function) {
		name_function(spot, function);
		spot->distance = distance;
	}
	line = find_line(session->module, address);
	source = line ? libdw.dwarf_linesrc_(line, NULL, NULL) : NULL;
	if (source && !libdw.dwarf_lineno_(line, &number) && number > 0) {
		spot_copy(spot->source, sizeof(spot->source), source);
		spot->line = (unsigned)number;
	}
}

static bool answer(const char *line)
{
	static struct spot_question question;
	char text[SPOT_LINE_MAX];
	struct spot spot;
	size_t size;

	if (!spot_read_question(line, strcspn(line, "\n"), &question))
		return true;
	look_up(&question, &spot);
	size = spot_answer(question.number, &spot, text);
	return fwrite(text, 1, size, stdout) > 0 && !fflush(stdout);
}

int symbolize_main(void)
{
	char line[SPOT_LINE_MAX];

	/* It ends when the node has: a key that stops the node must not stop it before. */
	signal(SIGINT, SIG_IGN);
	setpriority(PRIO_PROCESS, 0, 10);
	if (!debuginfo_load())
		return SYMBOLIZE_LACKING;
	load_cxx();
	while (fgets(line, sizeof(line), stdin) && answer(line))
		;
	for (unsigned i = 0; i < SESSIONS_MAX; i++)
		session_close(&sessions[i]);
	return 0;
}
