/* A node with the plugins of this folder, for programs that have its actors crash. */
#ifndef TEST_FAULTS_SCENE_H
#define TEST_FAULTS_SCENE_H

#include <stdbool.h>

#include "stranger.h"

/* Where code can crash: the export, and the form of its arguments. */
struct place {
	const char *export, *format;
};

/* Starts the node; stops it. */
void scene_start(void);
void scene_stop(void);

/* Why the actor ended that was started with those arguments; to be freed. */
char *scene_end(const char *export, const char *args);

/* The same, and it must end for that reason; with a fault of that kind, which names a function of the
 * plugin; with what is wrong, unless that is for a sanitizer. */
void scene_check(const char *export, const char *args, const char *reason);
void scene_check_fault(const char *export, const char *args, const char *kind);
void scene_check_at(const struct place *place, const struct wrong *wrong);

/* Whether a sanitizer finds it, and ends the process, or keeps count of what is entered. */
bool scene_is_watched(const struct wrong *wrong);

/* Each worker runs an actor that needs of libc and of the node what everybody does. */
void scene_witness(void);

/* So many times, or more if the environment says so, or fewer if it takes long. */
int scene_repeat(int times);

#endif
