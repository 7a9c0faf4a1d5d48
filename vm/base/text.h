/* Bytes that grow at the end. */
#ifndef JOIST_VM_BASE_TEXT_H
#define JOIST_VM_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Zero-initialised it is empty. When memory is short it stays as it was, and says so from then on. */
struct text {
	char *data;
	size_t size, room;
	bool failed;
};

/* Room for `bytes` more, written by the caller, who then adds them to `size`; NULL when memory is short. */
char *text_reserve(struct text *text, size_t bytes);

/* Each: false when memory is short, or was before. */
bool text_add(struct text *text, const void *bytes, size_t size);
bool text_add_char(struct text *text, char c);
__attribute__((format(printf, 2, 3))) bool text_addf(struct text *text, const char *format, ...);

/* The bytes with a zero behind them, which is not counted; NULL if anything failed. */
char *text_end(struct text *text);

/* Frees it; it is empty again. */
void text_finish(struct text *text);

#endif
