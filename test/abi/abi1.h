/* The public structs as they were when ABI 1 was first published. Never to be changed: what a plugin of
 * that time was built with. */
#ifndef JOIST_TEST_ABI_ABI1_H
#define JOIST_TEST_ABI_ABI1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct abi1_term {
	uint64_t word;
};

struct abi1_atom {
	uint64_t word;
};

struct abi1_pid {
	uint64_t id;
	uint32_t node;
	uint32_t reserved;
};

struct abi1_ref {
	uint32_t node;
	uint32_t count;
	uint32_t id[6];
};

struct abi1_bytes {
	const void *data;
	size_t size;
};

struct abi1_site {
	const char *pattern;
	void *program;
};

struct abi1_spawn_options {
	bool link;
	bool monitor;
	int priority;
	size_t stack_bytes;
	size_t memory_bytes_max;
	uint64_t mailbox_messages_max;
	uint64_t mailbox_bytes_max;
	const char *mailbox_policy;
	const char *name;
	struct abi1_atom node;
	struct abi1_term label;
};

struct abi1_handler {
	uint32_t size;
	uint32_t reserved;
	size_t (*state_size)(const void *data);
	void (*start)(void *self, void *state, struct abi1_term args);
	void (*message)(void *self, void *state, struct abi1_term message);
	void (*stop)(void *self, void *state, struct abi1_term reason);
};

struct abi1_export {
	const char *name;
	uint32_t kind;
	uint32_t arity;
	void (*code)(void);
	const struct abi1_handler *handler;
	const void *data;
	size_t stack_bytes;
	const void *reserved[2];
};

struct abi1_plugin {
	uint32_t size;
	uint32_t export_size;
	const char *name;
	const char *version;
	const struct abi1_export *exports;
	size_t export_count;
	const void *reserved[4];
};

struct abi1_note {
	uint32_t owner_size, payload_size, type;
	char owner[8];
	uint32_t abi;
	uint32_t sdk;
	uint32_t reserved;
	uint64_t needs;
	uint32_t state_version;
	uint32_t flags;
	char name[64];
	char version[32];
};

struct abi1_ctype {
	const char *name;
	uint32_t kind;
	uint32_t reserved;
	size_t bytes;
	const struct abi1_ctype *of;
	size_t count;
	const void *fields;
	const void *names;
	void (*destroy)(void *handle);
	const void *calls;
	const void *more[2];
};

struct abi1_field {
	const char *name;
	const struct abi1_ctype *type;
	size_t offset;
};

struct abi1_enumerator {
	const char *name;
	int64_t value;
};

struct abi1_parameter {
	const struct abi1_ctype *type;
	const char *name;
	uint32_t flags;
	uint16_t length;
	uint16_t scope;
	size_t room;
	void (*free_it)(void *what);
};

struct abi1_signature {
	uint32_t size;
	uint32_t flags;
	const char *name;
	struct abi1_parameter result;
	const struct abi1_parameter *parameters;
	uint16_t count;
	uint16_t fixed;
	uint32_t reserved;
	int64_t failure;
};

struct abi1_method {
	const char *name;
	void (*code)(void);
	const struct abi1_signature *signature;
	size_t state_size;
};

struct abi1_methods {
	const struct abi1_method *list;
	size_t state_size;
	void *prepared;
};

#endif
