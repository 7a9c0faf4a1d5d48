/* The parent of a node that shall come back. It does nothing but wait: for signals, which it passes on,
 * for the node to be ready, and for its end. One thread; nothing of a node is in this process. */
#include "loader/respawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loader/notify.h"
#include "loader/postmortem.h"
#include "loader/verb.h"
#include "vm/actor/fault.h"
#include "vm/base/clock.h"
#include "vm/base/log.h"

#define PAUSE_MIN_MS 100
#define PAUSE_MAX_MS 10000
#define LIFE_NS                                                                                    \
	(60 * CLOCK_NS_PER_S) /* who has lived for so long starts again with the first pause */

struct parent {
	const struct respawn_options *options;
	int signals; /* a signalfd */
	sigset_t before; /* the mask that this process was started with */
	int kept; /* where the node's last crash report is, as JSON */
	int ready_fd; /* until it was told */
	pid_t node;
	int ready; /* a pipe from the node; -1: it has told, or ended */
	int64_t started_ns;
	int64_t pause_ms;
	int passed_on; /* the last signal that ends a node and was passed on; 0: none */
};

static bool open_parent(struct parent *p)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &p->before);
	p->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	p->kept = memfd_create("joist-crash", MFD_CLOEXEC);
	return p->signals >= 0 && p->kept >= 0;
}

/* In the new process, which is to be the node. Signals that the node takes over stay blocked: one that
 * comes early is not lost. */
static void begin_node(struct parent *p, const int ready[2], pid_t parent, int *ret_ready_fd)
{
	sigset_t set = p->before;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(VERB_FAILED);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_SETMASK, &set, NULL);
	close(p->signals);
	close(ready[0]);
	if (p->ready_fd >= 0)
		close(p->ready_fd);
	log_keep(p->kept);
	/* The manager knows the parent, which tells it. */
	unsetenv("NOTIFY_SOCKET");
	*ret_ready_fd = ready[1];
}

/* Starts a node: true in the new process. In the parent `node` is 0 if it failed. */
static bool start(struct parent *p, int *ret_ready_fd)
{
	pid_t self = getpid();
	int ready[2];

	p->node = 0;
	p->ready = -1;
	p->started_ns = clock_now_ns();
	if (ftruncate(p->kept, 0) < 0 || pipe2(ready, O_CLOEXEC | O_NONBLOCK) < 0)
		return false;
	fflush(NULL);
	p->node = fork();
	if (p->node == 0) {
		begin_node(p, ready, self, ret_ready_fd);
		return true;
	}
	close(ready[1]);
	if (p->node > 0) {
		p->ready = ready[0];
	} else {
		p->node = 0;
		close(ready[0]);
	}
	return false;
}

/* Passes on what the node says of being ready, or sees that it never will. It does not wait: processes
 * that a plugin has started may have the pipe. */
static void take_ready(struct parent *p)
{
	char line[512];
	ssize_t size = read(p->ready, line, sizeof(line));

	if (size < 0 && errno == EINTR)
		return;
	if (size > 0) {
		notify_send("READY=1");
		if (p->ready_fd >= 0) {
			/* A reader that has gone misses it. */
			if (write(p->ready_fd, line, (size_t)size) < 0)
				log_say(LOG_LEVEL_DEBUG, "respawn", "nobody reads the ready line");
			close(p->ready_fd);
			p->ready_fd = -1;
		}
	}
	close(p->ready);
	p->ready = -1;
}

static void take_signal(struct parent *p)
{
	struct signalfd_siginfo info;

	if (read(p->signals, &info, sizeof(info)) != sizeof(info) || info.ssi_signo == SIGCHLD)
		return;
	if (info.ssi_signo != SIGUSR1)
		p->passed_on = (int)info.ssi_signo;
	if (info.ssi_signo == SIGTERM)
		notify_send("STOPPING=1");
	/* What a terminal sends, it sends to the node as well. */
	if (p->node && info.ssi_code != SI_KERNEL)
		kill(p->node, (int)info.ssi_signo);
}

/* Waits for what may come, at most so long; -1: without end. False if the time is up. */
static bool attend(struct parent *p, int64_t timeout_ms)
{
	struct pollfd polls[] = { { p->signals, POLLIN, 0 }, { p->ready, POLLIN, 0 } };

	if (!poll(polls, 2, (int)timeout_ms))
		return false;
	if (polls[1].revents)
		take_ready(p);
	if (polls[0].revents)
		take_signal(p);
	return true;
}

/* Until the node has ended; how it has. */
static int follow(struct parent *p)
{
	int status = 0;

	while (waitpid(p->node, &status, WNOHANG) == 0)
		attend(p, -1);
	p->node = 0;
	if (p->ready >= 0)
		take_ready(p);
	return status;
}

/* Adds a line to the crash file: what the node has last reported, and how it ended. */
static void keep_report(const struct parent *p, const char *how)
{
	char line[LOG_LINE_MAX + 1] = "", report[2 * LOG_LINE_MAX], where[512] = "";
	ssize_t size = pread(p->kept, line, LOG_LINE_MAX, 0);
	FILE *file = p->options->crash_file ? fopen(p->options->crash_file, "ae") : NULL;

	if (size < 0 || line[0] != '{')
		strcpy(line, "null");
	line[strcspn(line, "\n")] = '\0';
	postmortem_name(line, report, sizeof(report), where);
	if (where[0])
		log_say(LOG_LEVEL_ERROR, "respawn", "the node stopped in %s", where);
	if (file) {
		fprintf(file, "{\"time_ns\":%lld,\"end\":\"%s\",\"lived_ms\":%lld,\"report\":%s}\n",
			(long long)clock_system_ns(), how,
			(long long)((clock_now_ns() - p->started_ns) / CLOCK_NS_PER_MS), report);
		if (!fclose(file))
			return;
	}
	if (p->options->crash_file)
		log_say(LOG_LEVEL_ERROR, "respawn", "%s cannot be written (%s)",
			p->options->crash_file, strerror(errno));
}

static void tell_end(struct parent *p, int status)
{
	char how[64];

	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "SIG%s", sigabbrev_np(WTERMSIG(status)));
	else
		snprintf(how, sizeof(how), "status %d", WEXITSTATUS(status));
	keep_report(p, how);
	log_say(LOG_LEVEL_ERROR, "respawn", "the node had to stop (%s); it starts again in %lld ms",
		how, (long long)p->pause_ms);
}

/* The pause before the next start. */
static void set_pause(struct parent *p)
{
	if (clock_now_ns() - p->started_ns >= LIFE_NS || !p->pause_ms)
		p->pause_ms = PAUSE_MIN_MS;
	else if (p->pause_ms * 2 < PAUSE_MAX_MS)
		p->pause_ms *= 2;
	else
		p->pause_ms = PAUSE_MAX_MS;
}

/* Waits before the next start; false if a signal says that there shall be none. */
static bool pause_between(struct parent *p)
{
	int64_t until_ns = clock_now_ns() + p->pause_ms * CLOCK_NS_PER_MS, left_ns;

	while (!p->passed_on && (left_ns = until_ns - clock_now_ns()) > 0)
		attend(p, left_ns / CLOCK_NS_PER_MS + 1);
	return !p->passed_on;
}

/* Whether the node had to stop, rather than wanted to; else what to exit with. */
static bool had_to_stop(const struct parent *p, int status, int *ret_code)
{
	bool crashed = WIFSIGNALED(status) || WEXITSTATUS(status) == FAULT_EXIT_STATUS;

	if (!crashed)
		*ret_code = WEXITSTATUS(status);
	else if (p->passed_on)
		*ret_code = VERB_FAILED;
	return crashed && !p->passed_on;
}

bool respawn(const struct respawn_options *options, int *ret_ready_fd, int *ret_code)
{
	struct parent p = { .options = options, .ready_fd = options->ready_fd, .ready = -1 };

	*ret_code = VERB_FAILED;
	if (!open_parent(&p)) {
		fprintf(stderr, "joist: no descriptors are left; see ulimit -n\n");
		return false;
	}
	do {
		int status;

		if (start(&p, ret_ready_fd))
			return true;
		if (p.node) {
			status = follow(&p);
			if (!had_to_stop(&p, status, ret_code))
				return false;
			set_pause(&p);
			tell_end(&p, status);
		} else {
			set_pause(&p);
			log_say(LOG_LEVEL_ERROR, "respawn",
				"no node can be started (%s); the next try is in %lld ms",
				strerror(errno), (long long)p.pause_ms);
		}
	} while (pause_between(&p));
	*ret_code = p.passed_on == SIGHUP ? VERB_FAILED : VERB_DONE;
	return false;
}
