/* Addresses of sockets, and the texts that name them: "127.0.0.1:80", "[::1]:80", "example.org:80". */
#ifndef JOIST_VM_IO_ADDRESS_H
#define JOIST_VM_IO_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* A host's name has at most 253 characters; a literal address has fewer. */
#define ADDRESS_HOST_MAX 256

/* A literal address with a port and the brackets of IPv6 fits. */
#define ADDRESS_TEXT_MAX 64

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_storage storage;
	};
	socklen_t size;
};

/* Cuts "HOST:PORT" or "[HOST]:PORT": 0, or -EINVAL. */
int address_split(const char *text, char ret_host[ADDRESS_HOST_MAX], uint16_t *ret_port);

/* The address that the literal `host` and `port` are; false if `host` is a name, or nothing sensible. */
bool address_literal(const char *host, uint16_t port, struct address *ret_address);

/* Both: the address of a text whose host is literal: 0, or -EINVAL. */
int address_parse(const char *text, struct address *ret_address);

/* 0 for what is neither IPv4 nor IPv6. */
uint16_t address_port(const struct address *address);
void address_set_port(struct address *address, uint16_t port);

/* The host, without port and brackets; "" for what is neither IPv4 nor IPv6. */
void address_host(const struct address *address, char ret_host[ADDRESS_TEXT_MAX]);

#endif
