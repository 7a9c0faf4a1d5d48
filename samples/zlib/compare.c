/* Calls the functions of zlib that zlib.bind declares, on 10,000 random inputs each, and zlib itself on the
 * same: one that is linked, so that the compiler knows its header. Buffers have room for nothing, for one
 * byte, and for one byte less than is needed, as much, and one more. */
#include <joist/joist.h>

#include <zlib.h>

#define ROUNDS 10000
#define BYTES_MAX 300

static uint64_t seed = 1;

static size_t chance(size_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

/* Bytes of few kinds, so that there is something to compress. */
static struct joist_bytes input(void)
{
	static unsigned char bytes[BYTES_MAX];
	size_t size = chance(BYTES_MAX + 1), kinds = 1 + chance(256);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)chance(kinds);
	return (struct joist_bytes){ bytes, size };
}

/* How much room to give to what has that size. */
static size_t room(size_t size)
{
	size_t rooms[] = { 0, 1, size ? size - 1 : 0, size, size + 1 };

	return rooms[chance(5)];
}

/* What the binding should answer. */
static joist_term outcome(struct joist_actor *self, int status, const void *data, size_t size)
{
	struct joist_bytes bytes = { data, size };

	switch (status) {
	case Z_OK:
		return joist_make(self, "{ok, Bytes}", bytes);
	case Z_DATA_ERROR:
		return joist_make(self, "{error, data_error}");
	default:
		return joist_make(self, "{error, buf_error}");
	}
}

static bool sums_are_equal(struct joist_actor *self)
{
	struct joist_bytes bytes = input();
	uint64_t start = (uint32_t)chance(UINT32_MAX);
	joist_term args = joist_make(self, "[Start, Bytes]", start, bytes);
	uint64_t crc = crc32(start, bytes.data, (uInt)bytes.size);
	uint64_t adler = adler32(start, bytes.data, (uInt)bytes.size);

	return joist_equal(joist_apply(self, "zlib:crc32", args), joist_make(self, "Sum", crc)) &&
	       joist_equal(joist_apply(self, "zlib:adler32", args), joist_make(self, "Sum", adler));
}

static bool bounds_are_equal(struct joist_actor *self)
{
	uint64_t size = chance(SIZE_MAX / 2), bound = compressBound(size);
	joist_term answer =
		joist_apply(self, "zlib:compressBound", joist_make(self, "[Size]", size));

	return joist_equal(answer, joist_make(self, "Bound", bound));
}

static bool compressed_is_equal(struct joist_actor *self)
{
	unsigned char packed[2 * BYTES_MAX];
	struct joist_bytes bytes = input();
	int status;
	uLong size = sizeof(packed);
	joist_term args;

	compress(packed, &size, bytes.data, bytes.size);
	size = room(size);
	args = joist_make(self, "[Room, Bytes]", (uint64_t)size, bytes);
	status = compress(packed, &size, bytes.data, bytes.size);
	return joist_equal(joist_apply(self, "zlib:compress", args),
			   outcome(self, status, packed, size));
}

static bool uncompressed_is_equal(struct joist_actor *self)
{
	unsigned char packed[2 * BYTES_MAX], plain[BYTES_MAX + 1];
	struct joist_bytes bytes = input(), source = { packed, 0 };
	uLong packed_size = sizeof(packed), size = room(bytes.size);
	joist_term args;
	int status;

	compress(packed, &packed_size, bytes.data, bytes.size);
	if (chance(8) == 0)
		packed[chance(packed_size)] ^= 1; /* which zlib finds */
	source.size = packed_size;
	args = joist_make(self, "[Room, Bytes]", (uint64_t)size, source);
	status = uncompress(plain, &size, packed, packed_size);
	return joist_equal(joist_apply(self, "zlib:uncompress", args),
			   outcome(self, status, plain, size));
}

static const struct {
	const char *name;
	bool (*is_equal)(struct joist_actor *self);
} kinds[] = {
	{ "crc32, adler32", sums_are_equal },
	{ "compressBound", bounds_are_equal },
	{ "compress", compressed_is_equal },
	{ "uncompress", uncompressed_is_equal },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* A round is a turn, whose terms are gone at its end. */
static void compare(struct joist_actor *self, joist_term args)
{
	unsigned equal = 0, all = 0;

	for (size_t i = 0; i < KINDS; i++) {
		unsigned count = 0;

		for (unsigned round = 0; round < ROUNDS; round++) {
			joist_send(self, joist_self(self), args);
			joist_receive(self);
			count += kinds[i].is_equal(self);
		}
		joist_print(self, "%s: %u of %u equal", kinds[i].name, count, ROUNDS);
		equal += count;
		all += ROUNDS;
	}
	joist_print(self, "%u of %u equal", equal, all);
}

JOIST_PLUGIN("compare", "1.0", JOIST_ACTOR(compare));
