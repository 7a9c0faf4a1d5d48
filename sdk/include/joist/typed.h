/* Plain functions of C as exports, and as methods of objects: their types, told once more, are what
 * terms are checked by.
 *
 *   static int64_t gcd(int64_t a, int64_t b) { ... }
 *   JOIST_PLUGIN("calc", "1.0", JOIST_FUNCTION(int64_t, gcd, int64_t, int64_t));
 *
 * A term that does not fit is no call: its answer is {error, {badarg, Map}}, and the C code is not
 * entered. */
#ifndef JOIST_TYPED_H
#define JOIST_TYPED_H

#include <limits.h>

#include <joist/ctype.h>
#include <joist/joist.h>

/* JOIST_FUNCTION(result, function, parameters...)
 * Among the exports of a plugin: a plain function of C, called with terms as "plugin:function". The types
 * are as in C, or, where these do not say enough, one of the words below; others than the function's are a
 * compile error. A parameter counts another by its place, from 1 on.
 *
 *   JOIST_AS(type, ctype)               as that ctype has it: an enum, a struct by value, a handle
 *   JOIST_NULLABLE(type, ctype)         the same, or null
 *   JOIST_IN(type, ctype)               a pointer to one such, which is read; written: JOIST_OUT;
 *                                       both: JOIST_INOUT
 *   JOIST_CLOSES(type, ctype)           a handle, whose end the call is
 *   JOIST_BYTES(type, counter)          a pointer to bytes that the parameter `counter` counts, read;
 *                                       written, and room for as many as a term says: JOIST_BYTES_OUT;
 *                                       both: JOIST_BYTES_INOUT
 *   JOIST_ITEMS(type, ctype, counter)   a pointer to items; likewise JOIST_ITEMS_OUT, JOIST_ITEMS_INOUT
 *   JOIST_TEXT_OUT(type, counter)       room for a string
 *   void *                              NULL
 *   JOIST_LENGTH(type)                  what counts; JOIST_LENGTH_AT(type, ctype): behind a pointer, where
 *                                       the function leaves how much it wrote */
#define JOIST_FUNCTION(result, function, ...)                                                      \
	JOIST_TYPED(#function, JOIST_F_THREADSAFE, result, function, __VA_ARGS__)

/* JOIST_FUNCTION_AS(name, result, function, parameters...)
 * The same under another name than it has in C. */
#define JOIST_FUNCTION_AS(name, result, function, ...)                                             \
	JOIST_TYPED(name, JOIST_F_THREADSAFE, result, function, __VA_ARGS__)

/* JOIST_FUNCTION_WITH(flags, result, function, parameters...)
 * The same with flags of enum joist_function_flag. */
#define JOIST_FUNCTION_WITH(flags, result, function, ...)                                          \
	JOIST_TYPED(#function, JOIST_F_THREADSAFE | (flags), result, function, __VA_ARGS__)

/* JOIST_METHOD(result, function, state, parameters...)
 * An entry of a list of methods, which { 0 } ends: a function whose first parameter, `state`, points to the
 * state of the object, called by {function, Argument...}; with flags: JOIST_METHOD_WITH. */
#define JOIST_METHOD(result, function, state, ...)                                                 \
	JOIST_METHOD_WITH(0, result, function, state, __VA_ARGS__)

/* JOIST_STRUCT(ctype, type, fields...)
 * Declares `ctype`, by which a map stands for a struct: JOIST_FIELD(type, type_of_field, field), with
 * JOIST_AS where C says too little. */
#define JOIST_STRUCT(ctype, type, ...)                                                             \
	static const struct joist_field ctype##_fields_[] = { __VA_ARGS__ };                       \
	JOIST_STATIC_CTYPE(ctype, JOIST_C_STRUCT, sizeof(type), NULL,                              \
			   sizeof(ctype##_fields_) / sizeof(*ctype##_fields_), ctype##_fields_,    \
			   NULL, NULL, NULL)

#define JOIST_FIELD(struct_, type, field) JOIST_FIELD_OF(struct_, type, field)

/* JOIST_ENUM(ctype, type, { name, value }...)
 * Declares `ctype`, by which atoms stand for the values of an enum. */
#define JOIST_ENUM(ctype, type, ...)                                                               \
	static const struct joist_enumerator ctype##_names_[] = { __VA_ARGS__ };                   \
	JOIST_STATIC_CTYPE(ctype, JOIST_C_ENUM, 0, JOIST_CTYPE(type),                              \
			   sizeof(ctype##_names_) / sizeof(*ctype##_names_), NULL, ctype##_names_, \
			   NULL, NULL)

/* JOIST_HANDLE(ctype, destroy)
 * Declares `ctype` of pointers to what a library keeps: a reference stands for one, which belongs to the
 * actor that got it. If nothing has closed it, `destroy` (or NULL) is called after the turn when no term
 * stands for it any more, or when the actor ends. */
#define JOIST_HANDLE(ctype, destroy)                                                               \
	JOIST_STATIC_CTYPE(ctype, JOIST_C_HANDLE, 0, NULL, 0, NULL, NULL,                          \
			   (void (*)(void *))(destroy), NULL)

/* JOIST_CALLBACK(ctype, failure, result, parameters...)
 * Declares `ctype` of pointers to functions: {send, Dest, Tag}, {call, Dest, Tag} or {apply, Module,
 * Function} stand for one. It returns `failure` if nobody answers. */
#define JOIST_CALLBACK(ctype, failure, ...)                                                        \
	JOIST_STATIC_CTYPE(ctype, JOIST_C_CALLBACK, 0, NULL, 0, NULL, NULL, NULL,                  \
			   JOIST_SIGNATURE(failure, 0, __VA_ARGS__))

/* JOIST_CHARS(ctype, size) and JOIST_ARRAY(ctype, item, count)
 * Declare `ctype` of a field: chars that hold a text, and an array of the ctype `item`. */
#define JOIST_CHARS(ctype, size)                                                                   \
	JOIST_STATIC_CTYPE(ctype, JOIST_C_CHARS, 0, NULL, size, NULL, NULL, NULL, NULL)
#define JOIST_ARRAY(ctype, item, count)                                                            \
	JOIST_STATIC_CTYPE(ctype, JOIST_C_ARRAY, 0, &(item), count, NULL, NULL, NULL, NULL)

/* ---- how the macros are made ---- */

/* It takes these macros apart. */
/* clang-format off */

#define JOIST_CTYPE_INIT(name, kind, bytes, of, count, fields, names, destroy, calls)              \
	{ name, kind, 0, bytes, of, count, fields, names, destroy, calls, { NULL, NULL } }
#define JOIST_STATIC_CTYPE(ctype, kind, bytes, of, count, fields, names, destroy, calls)           \
	__attribute__((unused)) static const struct joist_ctype ctype =                            \
		JOIST_CTYPE_INIT(#ctype, kind, bytes, of, count, fields, names, destroy, calls)

#define JOIST_AS(type, ctype) JOIST_SAID(type, &ctype, 0, 0)
#define JOIST_NULLABLE(type, ctype) JOIST_SAID(type, &ctype, JOIST_P_NULLABLE, 0)
#define JOIST_IN(type, ctype) JOIST_SAID(type, JOIST_TO(JOIST_C_POINTER, ctype), 0, 0)
#define JOIST_OUT(type, ctype) JOIST_SAID(type, JOIST_TO(JOIST_C_POINTER, ctype), JOIST_P_OUT, 0)
#define JOIST_INOUT(type, ctype) JOIST_SAID(type, JOIST_TO(JOIST_C_POINTER, ctype), JOIST_P_INOUT, 0)
#define JOIST_CLOSES(type, ctype) JOIST_SAID(type, &ctype, JOIST_P_CLOSES, 0)
#define JOIST_BYTES(type, counter) JOIST_SAID(type, &joist_ctype_bytes, 0, counter)
#define JOIST_BYTES_OUT(type, counter)                                                             \
	JOIST_SAID(type, &joist_ctype_bytes, JOIST_P_OUT | JOIST_P_ROOM, counter)
#define JOIST_BYTES_INOUT(type, counter) JOIST_SAID(type, &joist_ctype_bytes, JOIST_P_INOUT, counter)
#define JOIST_ITEMS(type, ctype, counter) JOIST_SAID(type, JOIST_TO(JOIST_C_ARRAY, ctype), 0, counter)
#define JOIST_ITEMS_OUT(type, ctype, counter)                                                      \
	JOIST_SAID(type, JOIST_TO(JOIST_C_ARRAY, ctype), JOIST_P_OUT | JOIST_P_ROOM, counter)
#define JOIST_ITEMS_INOUT(type, ctype, counter)                                                    \
	JOIST_SAID(type, JOIST_TO(JOIST_C_ARRAY, ctype), JOIST_P_INOUT, counter)
#define JOIST_TEXT_OUT(type, counter)                                                              \
	JOIST_SAID(type, &joist_ctype_string, JOIST_P_OUT | JOIST_P_ROOM, counter)
#define JOIST_LENGTH(type) JOIST_SAID(type, JOIST_CTYPE(type), JOIST_P_LENGTH, 0)
#define JOIST_LENGTH_AT(type, ctype)                                                               \
	JOIST_SAID(type, JOIST_TO(JOIST_C_POINTER, ctype), JOIST_P_LENGTH | JOIST_P_INOUT, 0)

/* A parameter is a type, or what JOIST_SAID makes: a list in parentheses. */
#define JOIST_SAID(type, ctype, flags, length) (type, ctype, flags, length)
#define JOIST_OF(what, p) JOIST_CAT(JOIST_##what##_, JOIST_IS_SAID(p))(p)
#define JOIST_IS_SAID(p) JOIST_SECOND(JOIST_PROBE p, 0)
#define JOIST_PROBE(...) _, 1
#define JOIST_SECOND(...) JOIST_SECOND_(__VA_ARGS__, _)
#define JOIST_SECOND_(_, b, ...) b

#define JOIST_TO_NAME(kind) ((kind) == JOIST_C_ARRAY ? "list" : "pointer")
#define JOIST_TAKES_TERM(flags)                                                                    \
	(!((flags) & JOIST_P_LENGTH) && (!((flags) & JOIST_P_OUT) || ((flags) & JOIST_P_ROOM)))

#ifndef __cplusplus

#if CHAR_MIN < 0
#define JOIST_CTYPE_CHAR joist_ctype_int8
#else
#define JOIST_CTYPE_CHAR joist_ctype_uint8
#endif

/* The ctype of a type of C that needs no more words. */
#define JOIST_CTYPE(type)                                                                          \
	_Generic((type *)NULL, void *: &joist_ctype_void, bool *: &joist_ctype_bool,               \
		 char *: &JOIST_CTYPE_CHAR, signed char *: &joist_ctype_int8,                      \
		 short *: &joist_ctype_int16, int *: &joist_ctype_int32,                           \
		 long *: &joist_ctype_int64, long long *: &joist_ctype_int64,                      \
		 unsigned char *: &joist_ctype_uint8, unsigned short *: &joist_ctype_uint16,       \
		 unsigned *: &joist_ctype_uint32, unsigned long *: &joist_ctype_uint64,            \
		 unsigned long long *: &joist_ctype_uint64, float *: &joist_ctype_float,           \
		 double *: &joist_ctype_double, const char **: &joist_ctype_string,                \
		 void **: &joist_ctype_null,                                                      \
		 joist_term *: &joist_ctype_term, struct joist_actor **: &joist_ctype_actor)

#define JOIST_TO(kind, ctype)                                                                      \
	(&(const struct joist_ctype)JOIST_CTYPE_INIT(JOIST_TO_NAME(kind), kind, 0, &(ctype), 0,    \
						       NULL, NULL, NULL, NULL))
#define JOIST_TYPE_0(p) p
#define JOIST_TYPE_1(p) JOIST_SAID_TYPE p
#define JOIST_SAID_TYPE(type, ctype, flags, length) type
#define JOIST_CTYPE_0(p) JOIST_CTYPE(p)
#define JOIST_CTYPE_1(p) JOIST_SAID_CTYPE p
#define JOIST_SAID_CTYPE(type, ctype, flags, length) ctype
#define JOIST_PARAMETER_0(p) { JOIST_CTYPE(p), NULL, 0, 0, 0, 0, NULL }
#define JOIST_PARAMETER_1(p) JOIST_SAID_PARAMETER p
#define JOIST_SAID_PARAMETER(type, ctype, flags, length) { ctype, NULL, flags, length, 0, 0, NULL }
#define JOIST_TAKES_0(p) _Generic((p *)NULL, struct joist_actor **: 0, void **: 0, default: 1)
#define JOIST_TAKES_1(p) JOIST_SAID_TAKES p
#define JOIST_SAID_TAKES(type, ctype, flags, length) JOIST_TAKES_TERM(flags)

#define JOIST_COMMA_TYPE(p) , JOIST_OF(TYPE, p)
#define JOIST_PARAMETER_COMMA(p) JOIST_OF(PARAMETER, p),
#define JOIST_PLUS_TAKES(p) + JOIST_OF(TAKES, p)
#define JOIST_PLUS_ONE(p) + 1
#define JOIST_TYPES(...) JOIST_CAT(JOIST_TYPES_, JOIST_ANY(__VA_ARGS__))(__VA_ARGS__)
#define JOIST_ANY(...) JOIST_SECOND(_ __VA_OPT__(, 1), 0)
#define JOIST_TYPES_0(...) (void)
#define JOIST_TYPES_1(p, ...) (JOIST_OF(TYPE, p) JOIST_EACH(JOIST_COMMA_TYPE, __VA_ARGS__))

/* A field of another type in C than declared is a compile error. */
#define JOIST_FIELD_OF(struct_, type, field)                                                       \
	{ #field, _Generic(&((struct_ *)NULL)->field, JOIST_OF(TYPE, type) *: JOIST_OF(CTYPE, type)), \
	  offsetof(struct_, field) }

#define JOIST_TYPED_TERMS(result, ...) (0 JOIST_EACH(JOIST_PLUS_TAKES, __VA_ARGS__))
#define JOIST_TYPED_CODE(function, result, ...)                                             \
	JOIST_CODE(JOIST_OF(TYPE, result), function, JOIST_TYPES(__VA_ARGS__))
#define JOIST_SIGNATURE(failure, flags, result, ...)                                               \
	(&(const struct joist_signature){ sizeof(struct joist_signature), flags, NULL,             \
	  JOIST_OF(PARAMETER, result), (const struct joist_parameter[]){                           \
	  JOIST_EACH(JOIST_PARAMETER_COMMA, __VA_ARGS__) { NULL, NULL, 0, 0, 0, 0, NULL } },       \
	  (0 JOIST_EACH(JOIST_PLUS_ONE, __VA_ARGS__)), 0, 0, failure })

#else

namespace joist
{

template <class T> struct ctype_of {
	static constexpr const joist_ctype *value = ctype_of<__underlying_type(T)>::value;
};
#define JOIST_CTYPE_OF(type, ctype)                                                                \
	template <> struct ctype_of<type> {                                                        \
		static constexpr const joist_ctype *value = &joist_ctype_##ctype;                  \
	};
JOIST_CTYPE_OF(void, void)
JOIST_CTYPE_OF(bool, bool)
JOIST_CTYPE_OF(signed char, int8)
JOIST_CTYPE_OF(short, int16)
JOIST_CTYPE_OF(int, int32)
JOIST_CTYPE_OF(long, int64)
JOIST_CTYPE_OF(long long, int64)
JOIST_CTYPE_OF(unsigned char, uint8)
JOIST_CTYPE_OF(unsigned short, uint16)
JOIST_CTYPE_OF(unsigned, uint32)
JOIST_CTYPE_OF(unsigned long, uint64)
JOIST_CTYPE_OF(unsigned long long, uint64)
JOIST_CTYPE_OF(float, float)
JOIST_CTYPE_OF(double, double)
JOIST_CTYPE_OF(const char *, string)
JOIST_CTYPE_OF(void *, null)
JOIST_CTYPE_OF(joist_term, term)
JOIST_CTYPE_OF(joist_actor *, actor)
#undef JOIST_CTYPE_OF

template <uint32_t kind, const joist_ctype *of> struct to {
	static constexpr joist_ctype value = JOIST_CTYPE_INIT(
		JOIST_TO_NAME(kind), kind, 0, of, 0, nullptr, nullptr, nullptr, nullptr);
};

template <class T, const joist_ctype *ctype, uint32_t flags, uint16_t length> struct said {};

template <class P> struct parameter {
	using type = P;
	static constexpr const joist_ctype *ctype = ctype_of<P>::value;
	static constexpr joist_parameter value = { ctype, nullptr, 0, 0, 0, 0, nullptr };
	static constexpr uint32_t terms = ctype != &joist_ctype_actor && ctype != &joist_ctype_null;
};

template <class T, const joist_ctype *said_ctype, uint32_t flags, uint16_t length>
struct parameter<said<T, said_ctype, flags, length>> {
	using type = T;
	static constexpr const joist_ctype *ctype = said_ctype;
	static constexpr joist_parameter value = { ctype, nullptr, flags, length, 0, 0, nullptr };
	static constexpr uint32_t terms = JOIST_TAKES_TERM(flags);
};

template <class T, class P> constexpr const joist_ctype *ctype_of_field()
{
	static_assert(__is_same(T, typename parameter<P>::type), "the field is of another type");
	return parameter<P>::ctype;
}

template <int64_t failure, uint32_t flags, class R, class... P> struct typed {
	using code = typename parameter<R>::type (*)(typename parameter<P>::type...);
	static constexpr uint32_t terms = (0 + ... + parameter<P>::terms);
	static constexpr joist_parameter parameters[] = { parameter<P>::value..., {} };
	static constexpr joist_signature signature = { sizeof(joist_signature), flags, nullptr,
		parameter<R>::value, parameters, sizeof...(P), 0, 0, failure };
};

} /* namespace joist */

#define JOIST_CTYPE(type) (joist::ctype_of<type>::value)
#define JOIST_TO(kind, ctype) (&joist::to<kind, &ctype>::value)
#define JOIST_CXX_0(p) p
#define JOIST_CXX_1(p) JOIST_SAID_CXX p
#define JOIST_SAID_CXX(type, ctype, flags, length) joist::said<type, ctype, flags, length>
#define JOIST_COMMA_CXX(p) , JOIST_OF(CXX, p)
#define JOIST_FIELD_OF(struct_, type, field)                                                       \
	{ #field, joist::ctype_of_field<decltype(((struct_ *)nullptr)->field), JOIST_OF(CXX, type)>(), \
	  offsetof(struct_, field) }
#define JOIST_CXX(failure, flags, result, ...)                                                     \
	joist::typed<failure, flags, JOIST_OF(CXX, result) JOIST_EACH(JOIST_COMMA_CXX, __VA_ARGS__)>
#define JOIST_TYPED_TERMS(...) JOIST_CXX(0, 0, __VA_ARGS__)::terms
#define JOIST_TYPED_CODE(function, ...)                                                            \
	(reinterpret_cast<void (*)(void)>(static_cast<JOIST_CXX(0, 0, __VA_ARGS__)::code>(&function)))
#define JOIST_SIGNATURE(...) (&JOIST_CXX(__VA_ARGS__)::signature)

#endif

#define JOIST_TYPED(name, flags, result, function, ...)                                            \
	{ name, JOIST_EXPORT_TYPED, JOIST_TYPED_TERMS(result __VA_OPT__(,) __VA_ARGS__),    \
	  JOIST_TYPED_CODE(function, result __VA_OPT__(,) __VA_ARGS__), NULL,               \
	  JOIST_SIGNATURE(0, flags, result __VA_OPT__(,) __VA_ARGS__), 0, { NULL, NULL } }
#define JOIST_METHOD_WITH(flags_, result, function, state, ...)                                    \
	{ #function,                                                                               \
	  JOIST_TYPED_CODE(function, result,                                                       \
			   JOIST_SAID(state, &joist_ctype_state, 0, 0) __VA_OPT__(,) __VA_ARGS__), \
	  JOIST_SIGNATURE(0, JOIST_F_THREADSAFE | (flags_), result,                                \
			  JOIST_SAID(state, &joist_ctype_state, 0, 0) __VA_OPT__(,) __VA_ARGS__),  \
	  sizeof(*(state)NULL) }

/* clang-format on */

#endif
