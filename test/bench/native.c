/* Workloads of native code in an actor: compute, native_call and typed_call. */
#include "workload.h"

#include <joist/object.h>
#include <math.h>
#include <string.h>

/* ---- compute: n-body ---- */

#define BODIES 5
#define DAYS 365.24
#define SOLAR_MASS (4 * M_PI * M_PI)

struct body {
	double x, y, z, vx, vy, vz, mass;
};

/* Of the Computer Language Benchmarks Game. */
static const struct body planets[BODIES] = {
	{ 0, 0, 0, 0, 0, 0, SOLAR_MASS },
	{ 4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
	  1.66007664274403694e-03 * DAYS, 7.69901118419740425e-03 * DAYS,
	  -6.90460016972063023e-05 * DAYS, 9.54791938424326609e-04 * SOLAR_MASS },
	{ 8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
	  -2.76742510726411866e-03 * DAYS, 4.99852801234917238e-03 * DAYS,
	  2.30417297573763929e-05 * DAYS, 2.85885980666130812e-04 * SOLAR_MASS },
	{ 1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
	  2.96460137564761618e-03 * DAYS, 2.37847173959480950e-03 * DAYS,
	  -2.96589568540237556e-05 * DAYS, 4.36624404335156298e-05 * SOLAR_MASS },
	{ 1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
	  2.68067772490389322e-03 * DAYS, 1.62824170038242295e-03 * DAYS,
	  -9.51592254519715870e-05 * DAYS, 5.15138902046611451e-05 * SOLAR_MASS },
};

static void pull(struct body *a, struct body *b)
{
	double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
	double d2 = dx * dx + dy * dy + dz * dz;
	double mag = 0.01 / (d2 * sqrt(d2)), of_b = b->mass * mag, of_a = a->mass * mag;

	a->vx -= dx * of_b, a->vy -= dy * of_b, a->vz -= dz * of_b;
	b->vx += dx * of_a, b->vy += dy * of_a, b->vz += dz * of_a;
}

static void nbody(struct body bodies[BODIES], int64_t steps)
{
	memcpy(bodies, planets, sizeof(planets));
	for (int i = 1; i < BODIES; i++) {
		bodies[0].vx -= bodies[i].vx * bodies[i].mass / SOLAR_MASS;
		bodies[0].vy -= bodies[i].vy * bodies[i].mass / SOLAR_MASS;
		bodies[0].vz -= bodies[i].vz * bodies[i].mass / SOLAR_MASS;
	}
	while (steps-- > 0) {
		for (int i = 0; i < BODIES; i++)
			for (int j = i + 1; j < BODIES; j++)
				pull(&bodies[i], &bodies[j]);
		for (int i = 0; i < BODIES; i++) {
			struct body *b = &bodies[i];
			b->x += 0.01 * b->vx, b->y += 0.01 * b->vy, b->z += 0.01 * b->vz;
		}
	}
}

/* The energy times 10^9, rounded. */
static int64_t energy(const struct body bodies[BODIES])
{
	double e = 0;

	for (int i = 0; i < BODIES; i++) {
		const struct body *a = &bodies[i];

		e += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
		for (int j = i + 1; j < BODIES; j++) {
			const struct body *b = &bodies[j];
			double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;

			e -= a->mass * b->mass / sqrt(dx * dx + dy * dy + dz * dz);
		}
	}
	return lround(e * 1e9);
}

/* ---- compute: xorshift ---- */

static uint64_t xorshift64_sum(int64_t n)
{
	uint64_t x = UINT64_C(88172645463325252), sum = 0;

	while (n-- > 0) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		sum += x;
	}
	return sum;
}

static uint64_t xorshift32_sum(int64_t n)
{
	uint32_t x = UINT32_C(2463534242);
	uint64_t sum = 0;

	while (n-- > 0) {
		x ^= x << 13, x ^= x >> 17, x ^= x << 5;
		sum = (sum + x) & ((UINT64_C(1) << 58) - 1);
	}
	return sum;
}

/* ---- compute ---- */

static volatile uint64_t sink;

static int64_t time_nbody(struct joist_actor *self, int64_t n)
{
	struct body bodies[BODIES];

	nbody(bodies, 1000);
	workload_check(self, "energy", energy(bodies), -169087605);
	int64_t from = clock_ns();
	nbody(bodies, n);
	int64_t took = clock_ns() - from;
	if (n == 1000000 || n == 5000000)
		workload_check(self, "energy", energy(bodies),
			       n == 1000000 ? -169086185 : -169083134);
	return took;
}

static int64_t time_sum(struct joist_actor *self, uint64_t (*sum)(int64_t n), uint64_t of_million,
			int64_t n)
{
	workload_check(self, "sum", (int64_t)sum(1000000), (int64_t)of_million);
	int64_t from = clock_ns();
	sink = sum(n);
	return clock_ns() - from;
}

static void compute(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "compute");
	int64_t n = workload_scaled(workload_is(&workload, "nbody") ? 5000000 : 500000000), took;

	if (workload_is(&workload, "nbody"))
		took = time_nbody(self, n);
	else if (workload_is(&workload, "xorshift64"))
		took = time_sum(self, xorshift64_sum, UINT64_C(0xd9d08509e1acb731), n);
	else
		took = time_sum(self, xorshift32_sum, UINT64_C(0x7a01fa05a0848), n);
	workload_tell(self, &workload, "ns_per_step", (double)took / (double)n, n);
}

/* ---- native_call ---- */

static joist_term add(struct joist_actor *self, joist_term a, joist_term b)
{
	int64_t x, y;

	if (!joist_get_int(a, &x) || !joist_get_int(b, &y))
		joist_exit(self, joist_make(self, "badarith"));
	return joist_int(self, x + y);
}

static int64_t call_often(struct joist_actor *self, int64_t n)
{
	int64_t sum = 0, result;

	for (int64_t i = 0; i < n; i++) {
		joist_term result_term =
			joist_apply(self, "native:add", joist_make(self, "[I, 1]", i));

		sum += joist_get_int(result_term, &result) ? result : 0;
		turn_over(self, i);
	}
	return sum;
}

static void native_call(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "native_call");
	int64_t n = workload_scaled(20000000);

	call_often(self, n / 10);
	int64_t from = clock_ns();
	int64_t sum = call_often(self, n);
	int64_t took = clock_ns() - from;
	workload_check(self, "sum", sum, n * (n + 1) / 2);
	workload_tell(self, &workload, "ns_per_op", (double)took / (double)n, n);
}

/* ---- typed_call: a method of an object beside what a server's callback does for the same ---- */

struct sums {
	int64_t n;
};

static int64_t add_both(struct sums *sums, int64_t a, int64_t b)
{
	return sums->n += a + b;
}

static const struct joist_method methods[] = {
	JOIST_METHOD(int64_t, add_both, struct sums *, int64_t, int64_t),
	{ 0 },
};
static struct joist_methods list = { methods, sizeof(struct sums), NULL };

static joist_term by_method(struct joist_actor *self, void *state, joist_term request)
{
	return joist_call_method(self, &list, state, request);
}

static joist_term by_callback(struct joist_actor *self, void *state, joist_term request)
{
	int64_t a, b;

	if (joist_match(request, "{add_both, A, B}", &a, &b))
		return joist_int(self, add_both(state, a, b));
	joist_exit(self, request);
}

typedef joist_term (*callback)(struct joist_actor *self, void *state, joist_term request);

static double time_calls(struct joist_actor *self, callback call, int64_t n)
{
	struct sums sums = { 0 };
	int64_t from = clock_ns(), took;

	for (int64_t i = 0; i < n; i++) {
		call(self, &sums, joist_make(self, "{add_both, I, 1}", i));
		turn_over(self, i);
	}
	took = clock_ns() - from;
	workload_check(self, "sum", sums.n, n * (n + 1) / 2);
	return (double)took / (double)n;
}

static void typed_call(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "typed_call");
	callback call = workload_is(&workload, "method") ? by_method : by_callback;
	int64_t n = workload_scaled(20000000);

	time_calls(self, call, n / 10);
	workload_tell(self, &workload, "ns_per_op", time_calls(self, call, n), n);
}

JOIST_PLUGIN("native", "1.0", JOIST_ACTOR(compute), JOIST_ACTOR(native_call),
	     JOIST_ACTOR(typed_call), JOIST_FUN(add, 2));
