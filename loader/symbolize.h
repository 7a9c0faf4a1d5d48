/* The helper process `joist --symbolize`, which knows the functions, files and lines of addresses: it
 * reads questions (spot.h) on its standard input and writes the answers to its standard output. */
#ifndef JOIST_LOADER_SYMBOLIZE_H
#define JOIST_LOADER_SYMBOLIZE_H

/* The word that makes the program that process, and what it then runs until its input ends: the exit
 * code, SYMBOLIZE_LACKING if libdw is not there. */
#define SYMBOLIZE_WORD "--symbolize"
enum { SYMBOLIZE_LACKING = 3 };
int symbolize_main(void);

#endif
