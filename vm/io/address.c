/* Addresses and their texts. Nothing here asks the network or keeps anything; any thread enters. */
#include "vm/io/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int parse_port(const char *text, uint16_t *ret_port)
{
	size_t digits = strspn(text, "0123456789");
	long port;

	if (digits == 0 || digits > 5 || text[digits])
		return -EINVAL;
	port = strtol(text, NULL, 10);
	if (port > UINT16_MAX)
		return -EINVAL;
	*ret_port = (uint16_t)port;
	return 0;
}

int address_split(const char *text, char ret_host[ADDRESS_HOST_MAX], uint16_t *ret_port)
{
	const char *colon = strrchr(text, ':'), *start = text, *end = colon;

	if (!colon)
		return -EINVAL;
	if (*text == '[') {
		start++;
		end--;
		if (end < start || *end != ']')
			return -EINVAL;
	} else if (memchr(text, ':', (size_t)(colon - text))) {
		return -EINVAL; /* IPv6 without brackets: where does the port start? */
	}
	if (end == start || end - start >= ADDRESS_HOST_MAX)
		return -EINVAL;
	uint16_t port;
	if (parse_port(colon + 1, &port) < 0)
		return -EINVAL;
	memcpy(ret_host, start, (size_t)(end - start));
	ret_host[end - start] = '\0';
	*ret_port = port;
	return 0;
}

bool address_literal(const char *host, uint16_t port, struct address *ret_address)
{
	struct address v4 = { .v4 = { .sin_family = AF_INET, .sin_port = htons(port) },
			      .size = sizeof(v4.v4) };
	struct address v6 = { .v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) },
			      .size = sizeof(v6.v6) };

	if (inet_pton(AF_INET, host, &v4.v4.sin_addr) == 1)
		*ret_address = v4;
	else if (inet_pton(AF_INET6, host, &v6.v6.sin6_addr) == 1)
		*ret_address = v6;
	else
		return false;
	return true;
}

int address_parse(const char *text, struct address *ret_address)
{
	char host[ADDRESS_HOST_MAX];
	uint16_t port;

	if (address_split(text, host, &port) < 0 || !address_literal(host, port, ret_address))
		return -EINVAL;
	return 0;
}

uint16_t address_port(const struct address *address)
{
	switch (address->any.sa_family) {
	case AF_INET:
		return ntohs(address->v4.sin_port);
	case AF_INET6:
		return ntohs(address->v6.sin6_port);
	default:
		return 0;
	}
}

void address_set_port(struct address *address, uint16_t port)
{
	if (address->any.sa_family == AF_INET)
		address->v4.sin_port = htons(port);
	else if (address->any.sa_family == AF_INET6)
		address->v6.sin6_port = htons(port);
}

void address_host(const struct address *address, char ret_host[ADDRESS_TEXT_MAX])
{
	ret_host[0] = '\0';
	if (address->any.sa_family == AF_INET)
		inet_ntop(AF_INET, &address->v4.sin_addr, ret_host, ADDRESS_TEXT_MAX);
	else if (address->any.sa_family == AF_INET6)
		inet_ntop(AF_INET6, &address->v6.sin6_addr, ret_host, ADDRESS_TEXT_MAX);
}
