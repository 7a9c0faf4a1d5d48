/* zlib, as the sample's zlib.bind declares it. Buffers have room for nothing, for one byte, and for one
 * byte less than is needed, as much, and one more. */
#include <zlib.h>

#include "direct_calls.h"

#define BYTES_MAX 300

/* Of few kinds, so that there is something to compress. */
static struct joist_bytes bytes(void)
{
	static unsigned char data[BYTES_MAX];
	size_t size = direct_chance(BYTES_MAX + 1), kinds = 1 + direct_chance(256);

	for (size_t i = 0; i < size; i++)
		data[i] = (unsigned char)direct_chance(kinds);
	return (struct joist_bytes){ data, size };
}

static uint64_t room(size_t size)
{
	size_t rooms[] = { 0, 1, size ? size - 1 : 0, size, size + 1 };

	return rooms[direct_chance(5)];
}

static joist_term no_input(struct joist_actor *self)
{
	(void)self;
	return joist_nil();
}

static joist_term sum_input(struct joist_actor *self)
{
	uint64_t start = direct_chance(UINT32_MAX);

	return joist_make(self, "[Start, Bytes]", start, bytes());
}

static joist_term bound_input(struct joist_actor *self)
{
	uint64_t size = direct_chance(SIZE_MAX / 2);

	return joist_make(self, "[Size]", size);
}

static joist_term compress_input(struct joist_actor *self)
{
	unsigned char packed[2 * BYTES_MAX];
	struct joist_bytes plain = bytes();
	uLong size = sizeof(packed);

	compress(packed, &size, plain.data, plain.size);
	return joist_make(self, "[Room, Bytes]", room(size), plain);
}

static joist_term uncompress_input(struct joist_actor *self)
{
	unsigned char packed[2 * BYTES_MAX];
	struct joist_bytes plain = bytes(), source = { packed, 0 };
	uLong size = sizeof(packed);

	compress(packed, &size, plain.data, plain.size);
	if (direct_chance(8) == 0)
		packed[direct_chance(size)] ^= 1; /* which zlib finds */
	source.size = size;
	return joist_make(self, "[Room, Bytes]", room(plain.size), source);
}

static joist_term outcome(struct joist_actor *self, int status, const void *data, size_t size)
{
	struct joist_bytes all = { data, size };

	switch (status) {
	case Z_OK:
		return joist_make(self, "{ok, Bytes}", all);
	case Z_DATA_ERROR:
		return joist_make(self, "{error, data_error}");
	default:
		return joist_make(self, "{error, buf_error}");
	}
}

typedef uLong (*sum)(uLong start, const Bytef *data, uInt size);
typedef int (*coder)(Bytef *to, uLong *size, const Bytef *from, uLong from_size);

static joist_term call_sum(struct joist_actor *self, joist_term input, sum add)
{
	struct joist_bytes data;
	uint64_t start, all;

	joist_match(input, "[Start, Bytes]", &start, &data);
	all = add(start, data.data, (uInt)data.size);
	return joist_make(self, "Sum", all);
}

static joist_term call_coder(struct joist_actor *self, joist_term input, coder code)
{
	unsigned char to[2 * BYTES_MAX];
	struct joist_bytes from;
	uint64_t place;
	uLong size;
	int status;

	joist_match(input, "[Room, Bytes]", &place, &from);
	size = place;
	status = code(to, &size, from.data, from.size);
	return outcome(self, status, to, size);
}

static joist_term call_crc32(struct joist_actor *self, joist_term input)
{
	return call_sum(self, input, crc32);
}

static joist_term call_adler32(struct joist_actor *self, joist_term input)
{
	return call_sum(self, input, adler32);
}

static joist_term call_compress(struct joist_actor *self, joist_term input)
{
	return call_coder(self, input, compress);
}

static joist_term call_uncompress(struct joist_actor *self, joist_term input)
{
	return call_coder(self, input, uncompress);
}

static joist_term call_bound(struct joist_actor *self, joist_term input)
{
	uint64_t size, all;

	joist_match(input, "[Size]", &size);
	all = compressBound(size);
	return joist_make(self, "Bound", all);
}

static joist_term call_version(struct joist_actor *self, joist_term input)
{
	(void)input;
	return joist_make(self, "Text", joist_text(zlibVersion()));
}

const struct direct direct_zlib[] = {
	{ "zlib", "crc32", sum_input, call_crc32, NULL },
	{ "zlib", "adler32", sum_input, call_adler32, NULL },
	{ "zlib", "compressBound", bound_input, call_bound, NULL },
	{ "zlib", "compress", compress_input, call_compress, NULL },
	{ "zlib", "uncompress", uncompress_input, call_uncompress, NULL },
	{ "zlib", "zlibVersion", no_input, call_version, NULL },
	{ 0 },
};
