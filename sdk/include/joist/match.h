/* Patterns: taking terms apart and building them by Erlang text with typed holes.
 *
 *   int64_t by;
 *   if (joist_match(msg, "{add, By}", &by)) ...
 *   joist_send(self, from, joist_make(self, "{ok, Sum}", sum));
 *
 * A word that starts with a capital is a hole; the C type of its argument, in the order of the holes,
 * says what may stand there, and a pointer to any other type is a compile error:
 *
 *   int32_t int64_t uint32_t uint64_t   an integer in range (one that is not, is no match)
 *   double                              a float; in a match an integer too
 *   bool                                the atoms true and false
 *   joist_pid joist_ref joist_atom      a pid, a reference, an atom
 *   struct joist_bytes                  a binary; its bytes live as long as the term
 *   joist_term                          anything
 *
 * `_` ignores what stands there. `^Name` is a hole that is read, not written: it matches what equals
 * its argument. Literals are atoms (`ok`, 'with space'), numbers, "strings", <<"text">>, and
 * tuples, lists ([a, B], [H|T]) and maps of them; in a match `#{k := V}` asks for the keys that it
 * names and ignores the others, in a build `=>` and `:=` mean the same. One name may stand for one
 * hole only. A pattern is compiled once for each place in the code. */
#ifndef JOIST_MATCH_H
#define JOIST_MATCH_H

#include <joist/term.h>

/* A place in the code that holds a pattern; made by the macros, filled on first use. */
struct joist_site {
	const char *pattern;
	void *program;
};

enum joist_hole {
	JOIST_HOLE_END,
	JOIST_HOLE_INT32,
	JOIST_HOLE_INT64,
	JOIST_HOLE_UINT32,
	JOIST_HOLE_UINT64,
	JOIST_HOLE_DOUBLE,
	JOIST_HOLE_BOOL,
	JOIST_HOLE_PID,
	JOIST_HOLE_REF,
	JOIST_HOLE_ATOM,
	JOIST_HOLE_BYTES,
	JOIST_HOLE_TERM,
};

/* The most holes that one pattern may have. */
#define JOIST_HOLES_MAX 16

JOIST_BEGIN

/* What the macros below call; `types` holds an enum joist_hole for each of `holes`, then
 * JOIST_HOLE_END. A pattern that is wrong, or has other holes than `types`, exits
 * {badarg, <<"joist_match">>} and so on, with what is wrong in the log.
 * [any], [actor], [actor, yields] and [any] as of the macros */
JOIST_PUBLIC bool joist_match_at(joist_term term, struct joist_site *site,
				 const unsigned char *types, void *const *holes);
JOIST_PUBLIC joist_term joist_make_at(struct joist_actor *self, struct joist_site *site,
				      const unsigned char *types, void *const *holes);
JOIST_PUBLIC bool joist_receive_match_at(struct joist_actor *self, int64_t timeout_ms,
					 struct joist_site *site, const unsigned char *types,
					 void *const *holes);
JOIST_PUBLIC bool joist_post_at(struct joist_vm *vm, joist_pid to, struct joist_site *site,
				const unsigned char *types, void *const *holes);

JOIST_END

/* bool joist_match(joist_term term, "pattern", &hole...)
 * Whether `term` matches; the holes are written only then.
 * [any] exits {badarg, <<"joist_match">>} for a wrong pattern */
#define joist_match(term, ...) JOIST_AT_HOLES(joist_match_at, (term), __VA_ARGS__)

/* joist_term joist_make(struct joist_actor *self, "pattern", value...)
 * The term of that form.
 * [actor] exits {badarg, <<"joist_make">>} for a wrong pattern, system_limit when memory is short */
#define joist_make(self, ...) JOIST_AT_VALUES(joist_make_at, (self), __VA_ARGS__)

/* bool joist_receive_match(struct joist_actor *self, int64_t timeout_ms, "pattern", &hole...)
 * Waits for a message that matches and takes it; earlier ones that do not, stay. False when
 * `timeout_ms` have passed (0: only what is there; JOIST_INFINITY: for good). Does not end the turn.
 * Waiting for `^Ref` of the reference made last skips all messages that came before it was made.
 * [actor, yields] exits {badarg, <<"joist_receive_match">>} for a wrong pattern */
#define joist_receive_match(self, timeout_ms, ...)                                                 \
	JOIST_AT_HOLES_2(joist_receive_match_at, (self), (timeout_ms), __VA_ARGS__)

/* bool joist_post(struct joist_vm *vm, joist_pid to, "pattern", value...)
 * Sends that term from a thread that is no actor. False if it cannot be built, or a limit keeps it out.
 * [any] */
#define joist_post(vm, to, ...) JOIST_AT_VALUES_2(joist_post_at, (vm), (to), __VA_ARGS__)

/* ---- how the macros are made ---- */

/* It takes these macros apart. */
/* clang-format off */

#define JOIST_CAT_(a, b) a##b
#define JOIST_CAT(a, b) JOIST_CAT_(a, b)

/* JOIST_EACH(m, a, b, c) is m(a) m(b) m(c), up to JOIST_HOLES_MAX of them; of nothing, nothing. */
#define JOIST_EACH(m, ...)                                                                         \
	JOIST_PICK(_ __VA_OPT__(, ) __VA_ARGS__, JOIST_E16, JOIST_E15, JOIST_E14, JOIST_E13,       \
		   JOIST_E12, JOIST_E11, JOIST_E10, JOIST_E9, JOIST_E8, JOIST_E7, JOIST_E6,        \
		   JOIST_E5, JOIST_E4, JOIST_E3, JOIST_E2, JOIST_E1, JOIST_E0, _)                  \
	(m, __VA_ARGS__)
#define JOIST_PICK(_, a, b, c, d, e, f, g, h, i, j, k, l, n, o, p, q, chosen, ...) chosen
#define JOIST_E0(m, ...)
#define JOIST_E1(m, a) m(a)
#define JOIST_E2(m, a, ...) m(a) JOIST_E1(m, __VA_ARGS__)
#define JOIST_E3(m, a, ...) m(a) JOIST_E2(m, __VA_ARGS__)
#define JOIST_E4(m, a, ...) m(a) JOIST_E3(m, __VA_ARGS__)
#define JOIST_E5(m, a, ...) m(a) JOIST_E4(m, __VA_ARGS__)
#define JOIST_E6(m, a, ...) m(a) JOIST_E5(m, __VA_ARGS__)
#define JOIST_E7(m, a, ...) m(a) JOIST_E6(m, __VA_ARGS__)
#define JOIST_E8(m, a, ...) m(a) JOIST_E7(m, __VA_ARGS__)
#define JOIST_E9(m, a, ...) m(a) JOIST_E8(m, __VA_ARGS__)
#define JOIST_E10(m, a, ...) m(a) JOIST_E9(m, __VA_ARGS__)
#define JOIST_E11(m, a, ...) m(a) JOIST_E10(m, __VA_ARGS__)
#define JOIST_E12(m, a, ...) m(a) JOIST_E11(m, __VA_ARGS__)
#define JOIST_E13(m, a, ...) m(a) JOIST_E12(m, __VA_ARGS__)
#define JOIST_E14(m, a, ...) m(a) JOIST_E13(m, __VA_ARGS__)
#define JOIST_E15(m, a, ...) m(a) JOIST_E14(m, __VA_ARGS__)
#define JOIST_E16(m, a, ...) m(a) JOIST_E15(m, __VA_ARGS__)

#ifndef __cplusplus

#define JOIST_HOLE_OF(type_of)                                                                     \
	_Generic((type_of), int: JOIST_HOLE_INT32, long: JOIST_HOLE_INT64,                         \
		 long long: JOIST_HOLE_INT64, unsigned: JOIST_HOLE_UINT32,                         \
		 unsigned long: JOIST_HOLE_UINT64, unsigned long long: JOIST_HOLE_UINT64,          \
		 double: JOIST_HOLE_DOUBLE, bool: JOIST_HOLE_BOOL, joist_pid: JOIST_HOLE_PID,      \
		 joist_ref: JOIST_HOLE_REF, joist_atom: JOIST_HOLE_ATOM,                           \
		 struct joist_bytes: JOIST_HOLE_BYTES, joist_term: JOIST_HOLE_TERM)

#define JOIST_TYPE_AT(p) JOIST_HOLE_OF(*(p)),
#define JOIST_TYPE(v) JOIST_HOLE_OF(v),
#define JOIST_HOLE_AT(p) (void *)(p),
#define JOIST_HOLE(v) (void *)(__typeof__(v)[1]){ v },

#define JOIST_AT(n, f, type, hole, head, pattern, ...)                                             \
	__extension__({                                                                            \
		static struct joist_site JOIST_CAT(joist_site_, n) = { "" pattern, NULL };         \
		static const unsigned char JOIST_CAT(joist_types_, n)[] = {                        \
			JOIST_EACH(type, __VA_ARGS__) JOIST_HOLE_END                               \
		};                                                                                 \
		f(JOIST_UNWRAP head, &JOIST_CAT(joist_site_, n), JOIST_CAT(joist_types_, n),       \
		  (void *const[]){ JOIST_EACH(hole, __VA_ARGS__) NULL });                          \
	})
#define JOIST_UNWRAP(...) __VA_ARGS__
#define JOIST_AT_HOLES(f, a, ...)                                                                  \
	JOIST_AT(__COUNTER__, f, JOIST_TYPE_AT, JOIST_HOLE_AT, (a), __VA_ARGS__)
#define JOIST_AT_HOLES_2(f, a, b, ...)                                                             \
	JOIST_AT(__COUNTER__, f, JOIST_TYPE_AT, JOIST_HOLE_AT, (a, b), __VA_ARGS__)
#define JOIST_AT_VALUES(f, a, ...)                                                                 \
	JOIST_AT(__COUNTER__, f, JOIST_TYPE, JOIST_HOLE, (a), __VA_ARGS__)
#define JOIST_AT_VALUES_2(f, a, b, ...)                                                            \
	JOIST_AT(__COUNTER__, f, JOIST_TYPE, JOIST_HOLE, (a, b), __VA_ARGS__)

#else

namespace joist
{

constexpr unsigned char hole(const int32_t *) { return JOIST_HOLE_INT32; }
constexpr unsigned char hole(const long *) { return JOIST_HOLE_INT64; }
constexpr unsigned char hole(const long long *) { return JOIST_HOLE_INT64; }
constexpr unsigned char hole(const uint32_t *) { return JOIST_HOLE_UINT32; }
constexpr unsigned char hole(const unsigned long *) { return JOIST_HOLE_UINT64; }
constexpr unsigned char hole(const unsigned long long *) { return JOIST_HOLE_UINT64; }
constexpr unsigned char hole(const double *) { return JOIST_HOLE_DOUBLE; }
constexpr unsigned char hole(const bool *) { return JOIST_HOLE_BOOL; }
constexpr unsigned char hole(const joist_pid *) { return JOIST_HOLE_PID; }
constexpr unsigned char hole(const joist_ref *) { return JOIST_HOLE_REF; }
constexpr unsigned char hole(const joist_atom *) { return JOIST_HOLE_ATOM; }
constexpr unsigned char hole(const joist_bytes *) { return JOIST_HOLE_BYTES; }
constexpr unsigned char hole(const joist_term *) { return JOIST_HOLE_TERM; }

/* Calls `call` with the hole types of the pointers and the pointers. */
template <class Call, class... T> auto with_holes(Call call, T *...holes)
{
	static const unsigned char types[] = { hole(static_cast<T *>(nullptr))..., JOIST_HOLE_END };
	void *const at[] = { const_cast<void *>(static_cast<const void *>(holes))..., nullptr };
	return call(types, at);
}

template <class Call, class... T> auto with_values(Call call, const T &...values)
{
	return with_holes(call, &values...);
}

} /* namespace joist */

/* The inner lambda gives each place in the code a site of its own. */
#define JOIST_AT(with, f, head, pattern, ...)                                                      \
	joist::with(                                                                               \
		[&](const unsigned char *joist_types, void *const *joist_holes) {                  \
			return f(JOIST_UNWRAP head,                                                \
				 [] {                                                              \
					 static joist_site site = { "" pattern, nullptr };         \
					 return &site;                                             \
				 }(),                                                              \
				 joist_types, joist_holes);                                        \
		} __VA_OPT__(, ) __VA_ARGS__)
#define JOIST_UNWRAP(...) __VA_ARGS__
#define JOIST_AT_HOLES(f, a, ...) JOIST_AT(with_holes, f, (a), __VA_ARGS__)
#define JOIST_AT_HOLES_2(f, a, b, ...) JOIST_AT(with_holes, f, (a, b), __VA_ARGS__)
#define JOIST_AT_VALUES(f, a, ...) JOIST_AT(with_values, f, (a), __VA_ARGS__)
#define JOIST_AT_VALUES_2(f, a, b, ...) JOIST_AT(with_values, f, (a, b), __VA_ARGS__)

#endif

/* clang-format on */

#endif
