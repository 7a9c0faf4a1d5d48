/* libm, as libm.bind declares it. */
#include <math.h>

#include "direct_calls.h"

/* Of all magnitudes, and now and then what is no number. */
static double real(void)
{
	static const double odd[] = { 0,	  -0.0, 1, -1, (double)INFINITY, -(double)INFINITY,
				      (double)NAN };
	uint64_t kind = direct_chance(16);

	if (kind < sizeof(odd) / sizeof(odd[0]))
		return odd[kind];
	return ldexp((double)(int64_t)direct_chance(UINT64_MAX), -(int)direct_chance(80));
}

static double to_real(joist_term term)
{
	double value;

	if (joist_is_atom(term, "nan"))
		return (double)NAN;
	if (joist_get_float(term, &value))
		return value;
	return joist_is_atom(term, "infinity") ? (double)INFINITY : -(double)INFINITY;
}

static double first(joist_term input)
{
	joist_term x = { 0 };

	joist_list_next(&input, &x);
	return to_real(x);
}

static double second(joist_term input)
{
	joist_term x;

	joist_list_next(&input, &x);
	return first(input);
}

static joist_term one(struct joist_actor *self)
{
	return joist_make(self, "[X]", direct_real(self, real()));
}

static joist_term two(struct joist_actor *self)
{
	return joist_make(self, "[X, Y]", direct_real(self, real()), direct_real(self, real()));
}

static joist_term three(struct joist_actor *self)
{
	return joist_make(self, "[X, Y, Z]", direct_real(self, real()), direct_real(self, real()),
			  direct_real(self, real()));
}

/* That a float can hold. */
static double narrow(void)
{
	return (double)(float)real();
}

static joist_term one_float(struct joist_actor *self)
{
	return joist_make(self, "[X]", direct_real(self, narrow()));
}

static joist_term two_floats(struct joist_actor *self)
{
	return joist_make(self, "[X, Y]", direct_real(self, narrow()), direct_real(self, narrow()));
}

static joist_term real_and_int(struct joist_actor *self)
{
	int64_t exponent = (int64_t)direct_chance(4000) - 2000;

	return joist_make(self, "[X, Exponent]", direct_real(self, real()), exponent);
}

/* Of Bessel's functions; its time grows with the order. */
static joist_term int_and_real(struct joist_actor *self)
{
	int64_t order = (int64_t)direct_chance(40) - 20;

	return joist_make(self, "[Order, X]", order, direct_real(self, real()));
}

/* It staggers these lists. */
/* clang-format off */
#define UNARY(DO)                                                                                  \
	DO(acos) DO(acosh) DO(asin) DO(asinh) DO(atan) DO(atanh) DO(cbrt) DO(ceil) DO(cos)         \
	DO(cosh) DO(erf) DO(erfc) DO(exp) DO(exp2) DO(expm1) DO(fabs) DO(floor) DO(j0) DO(lgamma)  \
	DO(log) DO(log10) DO(log1p) DO(log2) DO(logb) DO(nearbyint) DO(rint) DO(round) DO(sin)     \
	DO(sinh) DO(sqrt) DO(tan) DO(tanh) DO(tgamma) DO(trunc)
#define BINARY(DO)                                                                                 \
	DO(atan2) DO(copysign) DO(fdim) DO(fmax) DO(fmin) DO(fmod) DO(hypot) DO(nextafter) DO(pow) \
	DO(remainder)
/* clang-format on */

#define CALL_UNARY(f)                                                                              \
	static joist_term call_##f(struct joist_actor *self, joist_term input)                     \
	{                                                                                          \
		return direct_real(self, f(first(input)));                                         \
	}
#define CALL_BINARY(f)                                                                             \
	static joist_term call_##f(struct joist_actor *self, joist_term input)                     \
	{                                                                                          \
		return direct_real(self, f(first(input), second(input)));                          \
	}
UNARY(CALL_UNARY)
BINARY(CALL_BINARY)

static joist_term call_fma(struct joist_actor *self, joist_term input)
{
	joist_term x, y, z;

	joist_match(input, "[X, Y, Z]", &x, &y, &z);
	return direct_real(self, fma(to_real(x), to_real(y), to_real(z)));
}

static joist_term call_ldexp(struct joist_actor *self, joist_term input)
{
	int32_t exponent;
	joist_term x;

	joist_match(input, "[X, Exponent]", &x, &exponent);
	return direct_real(self, ldexp(to_real(x), exponent));
}

static joist_term call_scalbln(struct joist_actor *self, joist_term input)
{
	int64_t exponent;
	joist_term x;

	joist_match(input, "[X, Exponent]", &x, &exponent);
	return direct_real(self, scalbln(to_real(x), exponent));
}

static joist_term call_jn(struct joist_actor *self, joist_term input)
{
	int32_t order;
	joist_term x;

	joist_match(input, "[Order, X]", &order, &x);
	return direct_real(self, jn(order, to_real(x)));
}

static joist_term call_ilogb(struct joist_actor *self, joist_term input)
{
	return joist_int(self, ilogb(first(input)));
}

static joist_term call_lround(struct joist_actor *self, joist_term input)
{
	return joist_int(self, lround(first(input)));
}

static joist_term call_frexp(struct joist_actor *self, joist_term input)
{
	int exponent = 0;
	double part = frexp(first(input), &exponent);

	return joist_make(self, "{Part, Exponent}", direct_real(self, part), exponent);
}

static joist_term call_modf(struct joist_actor *self, joist_term input)
{
	double whole, part = modf(first(input), &whole);

	return joist_make(self, "{Part, Whole}", direct_real(self, part), direct_real(self, whole));
}

static joist_term call_remquo(struct joist_actor *self, joist_term input)
{
	int quotient = 0;
	double rest = remquo(first(input), second(input), &quotient);

	return joist_make(self, "{Rest, Quotient}", direct_real(self, rest), quotient);
}

static joist_term call_floorf(struct joist_actor *self, joist_term input)
{
	return direct_real(self, (double)floorf((float)first(input)));
}

static joist_term call_sqrtf(struct joist_actor *self, joist_term input)
{
	return direct_real(self, (double)sqrtf((float)first(input)));
}

static joist_term call_powf(struct joist_actor *self, joist_term input)
{
	return direct_real(self, (double)powf((float)first(input), (float)second(input)));
}

#define ENTRY(f, input)                                                                            \
	{                                                                                          \
		"libm", #f, input, call_##f, NULL                                                  \
	}
#define OF_ONE(f) ENTRY(f, one),
#define OF_TWO(f) ENTRY(f, two),

const struct direct direct_math[] = {
	UNARY(OF_ONE) BINARY(OF_TWO) ENTRY(fma, three),
	ENTRY(ldexp, real_and_int),
	ENTRY(scalbln, real_and_int),
	ENTRY(jn, int_and_real),
	ENTRY(ilogb, one),
	ENTRY(lround, one),
	ENTRY(frexp, one),
	ENTRY(modf, one),
	ENTRY(remquo, two),
	ENTRY(floorf, one_float),
	ENTRY(sqrtf, one_float),
	ENTRY(powf, two_floats),
	{ 0 },
};
