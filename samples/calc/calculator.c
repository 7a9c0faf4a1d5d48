/* Plain functions of C, called with terms: nothing here but `demo` knows of Joist. */
#include <joist/typed.h>

#include <stdlib.h>

static int64_t gcd(int64_t a, int64_t b)
{
	while (b) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return llabs(a);
}

static double mean(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return count ? sum / (double)count : 0;
}

enum turn { LEFT, RIGHT };

struct point {
	int32_t x, y;
};

static struct point turned(struct point p, enum turn turn)
{
	return turn == LEFT ? (struct point){ -p.y, p.x } : (struct point){ p.y, -p.x };
}

/* How many values there are is the result; they are written as far as there is room. */
static size_t factors(uint32_t n, uint32_t *to, size_t room)
{
	size_t count = 0;

	for (uint32_t factor = 2; n > 1; factor++) {
		for (; n % factor == 0; n /= factor) {
			if (count < room)
				to[count] = factor;
			count++;
		}
	}
	return count;
}

JOIST_ENUM(turn_type, enum turn, { "left", LEFT }, { "right", RIGHT });
JOIST_STRUCT(point_type, struct point, JOIST_FIELD(struct point, int32_t, x),
	     JOIST_FIELD(struct point, int32_t, y));

static void show(struct joist_actor *self, const char *function, const char *arguments)
{
	joist_term args = joist_parse(self, arguments, NULL);

	joist_print(self, "%s%s -> %s", function, arguments,
		    joist_format(self, joist_apply(self, function, args)));
}

static void demo(struct joist_actor *self, joist_term args)
{
	(void)args;
	show(self, "calculator:gcd", "[12, 18]");
	show(self, "calculator:mean", "[[1, 2.5, 4]]");
	show(self, "calculator:turned", "[#{x => 2, y => 1}, left]");
	show(self, "calculator:factors", "[360, 8]");
	show(self, "calculator:gcd", "[12, eighteen]");
	show(self, "calculator:turned", "[#{x => 2, y => 4294967296}, left]");
	show(self, "calculator:turned", "[#{x => 2, y => 1}, up]");
}

JOIST_PLUGIN("calculator", "1.0", JOIST_FUNCTION(int64_t, gcd, int64_t, int64_t),
	     JOIST_FUNCTION(double, mean, JOIST_ITEMS(const double *, joist_ctype_double, 2),
			    JOIST_LENGTH(size_t)),
	     JOIST_FUNCTION(JOIST_AS(struct point, point_type), turned,
			    JOIST_AS(struct point, point_type), JOIST_AS(enum turn, turn_type)),
	     JOIST_FUNCTION(size_t, factors, uint32_t,
			    JOIST_ITEMS_OUT(uint32_t *, joist_ctype_uint32, 3),
			    JOIST_LENGTH(size_t)),
	     JOIST_ACTOR(demo));
