/* The log goes to a plugin's file, and home again. */
#include <joist/log.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/harness.h"
#include "vm/base/log.h"

TEST(elsewhere_and_home)
{
	char text[500] = "";
	int home = memfd_create("home", MFD_CLOEXEC), away = memfd_create("away", MFD_CLOEXEC);

	log_to(home, false);
	CHECK_INT(joist_log_to(away, true), 0);
	log_say(LOG_LEVEL_INFO, "x", "away");
	CHECK_INT(joist_log_to(-1, false), 0);
	log_say(LOG_LEVEL_INFO, "x", "home");
	CHECK(pread(away, text, sizeof(text) - 1, 0) > 0);
	CHECK(text[0] == '{' && strstr(text, "away") && !strstr(text, "home"));
	CHECK(joist_log_to(123456, true) < 0);
}
