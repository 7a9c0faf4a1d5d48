/* SQLite, as the sample's sqlite.bind declares it. A round opens a database and goes through all functions,
 * as its input says: what each answers is an item of the round's answer, the last first. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "direct_calls.h"

#define TEXT_MAX 120

/* What a round is made of. */
struct round {
	struct joist_bytes file, sql, script;
	int32_t index, column;
	int64_t number;
	double real;
	bool stops; /* at the first row of the script */
};

/* ---- inputs ---- */

static const char *pick(const char *const *from, size_t count)
{
	return from[direct_chance(count)];
}

#define PICK(from) pick(from, sizeof(from) / sizeof((from)[0]))

/* Now and then none that SQLite can open. */
static const char *file(void)
{
	return direct_chance(8) ? ":memory:" : "/nonexistent/file";
}

static const char *sql(void)
{
	static const char *const forms[] = {
		"SELECT ?1, ?2, %d",
		"SELECT ?2 || ?1, 'x%d'",
		"SELECT ?1 + %d, NULL",
		"SELECT %d WHERE ?1",
		"SELECT nothing%d",
		"SELEC %d",
		"",
		"CREATE TABLE t%d(a)",
		"SELECT abs(?1), %d",
	};
	static char text[100];

	snprintf(text, sizeof(text), PICK(forms), (int)direct_chance(1000));
	return text;
}

static const char *script(void)
{
	static const char *const forms[] = {
		"SELECT 1 AS a, %d AS b UNION SELECT 2, 'two'",
		"CREATE TABLE s(a UNIQUE); INSERT INTO s VALUES(%d); SELECT * FROM s",
		"CREATE TABLE s(a UNIQUE); INSERT INTO s VALUES(1), (1), (%d)",
		"SELECT %d, NULL",
		"SELECT %d; nonsense",
		"",
	};
	static char text[100];

	snprintf(text, sizeof(text), PICK(forms), (int)direct_chance(1000));
	return text;
}

static joist_term round_input(struct joist_actor *self)
{
	int64_t number = (int64_t)(direct_chance(UINT64_MAX) >> direct_chance(64));
	int32_t index = (int32_t)direct_chance(5) - 1, column = (int32_t)direct_chance(5) - 1;
	double real = (double)(int64_t)direct_chance(UINT64_MAX) / 1024;
	bool stops = direct_chance(4) == 0;

	return joist_make(self, "[File, Sql, Index, Number, Real, Column, Script, Stops]",
			  joist_text(file()), joist_text(sql()), index,
			  direct_chance(2) ? number : -number, real, column, joist_text(script()),
			  stops);
}

static struct round round_of(joist_term input)
{
	struct round r;

	joist_match(input, "[File, Sql, Index, Number, Real, Column, Script, Stops]", &r.file,
		    &r.sql, &r.index, &r.number, &r.real, &r.column, &r.script, &r.stops);
	return r;
}

/* ---- by the compiler ---- */

/* The answers, the last first. */
struct answers {
	struct joist_actor *self;
	joist_term list;
};

static void add(struct answers *a, joist_term answer)
{
	a->list = joist_cons(a->self, answer, a->list);
}

static joist_term name_of(struct joist_actor *self, int status)
{
	static const struct {
		int status;
		const char *name;
	} names[] = {
		{ SQLITE_OK, "ok" },	     { SQLITE_ERROR, "error" },
		{ SQLITE_ABORT, "abort" },   { SQLITE_BUSY, "busy" },
		{ SQLITE_NOMEM, "nomem" },   { SQLITE_CANTOPEN, "cantopen" },
		{ SQLITE_RANGE, "range" },   { SQLITE_CONSTRAINT, "constraint" },
		{ SQLITE_MISUSE, "misuse" }, { SQLITE_ROW, "row" },
		{ SQLITE_DONE, "done" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].status == status)
			return joist_atom_term(joist_atom_new(names[i].name));
	}
	return joist_int(self, status);
}

static void add_status(struct answers *a, int status)
{
	joist_term name = name_of(a->self, status);

	add(a, status ? joist_make(a->self, "{error, Name}", name) : name);
}

static joist_term text_or_null(struct joist_actor *self, const char *text)
{
	return text ? joist_make(self, "Text", joist_text(text)) : joist_make(self, "null");
}

static void step_directly(struct answers *a, const struct round *r, sqlite3 *db,
			  sqlite3_stmt *statement)
{
	struct joist_actor *self = a->self;

	add_status(a, sqlite3_bind_int64(statement, r->index, r->number));
	add_status(a, sqlite3_bind_double(statement, 2, r->real));
	add(a, name_of(self, sqlite3_step(statement)));
	add(a, joist_int(self, sqlite3_column_int64(statement, r->column)));
	add(a, direct_real(self, sqlite3_column_double(statement, r->column)));
	add(a, text_or_null(self, (const char *)sqlite3_column_text(statement, r->column)));
	add(a, text_or_null(self, sqlite3_errmsg(sqlite3_db_handle(statement))));
	add(a, joist_bool(sqlite3_db_handle(statement) == db));
	if (r->stops) /* else finalize says what was wrong with the step, and frees it nevertheless */
		add_status(a, sqlite3_reset(statement));
	add(a, name_of(self, sqlite3_finalize(statement)));
}

struct rows {
	struct answers *answers;
	bool stops;
};

static joist_term texts(struct joist_actor *self, int count, char **from)
{
	joist_term list = joist_nil();

	while (count-- > 0)
		list = joist_cons(self, text_or_null(self, from[count]), list);
	return list;
}

static int take_row(void *rows, int count, char **values, char **names)
{
	const struct rows *r = rows;
	struct joist_actor *self = r->answers->self;

	if (!r->stops)
		add(r->answers, joist_make(self, "{row, Values, Names}", texts(self, count, values),
					   texts(self, count, names)));
	return r->stops;
}

static const char *text_of(struct joist_bytes bytes, char to[static TEXT_MAX])
{
	snprintf(to, TEXT_MAX, "%.*s", (int)bytes.size, (const char *)bytes.data);
	return to;
}

static void use_directly(struct answers *a, const struct round *r, sqlite3 *db)
{
	struct rows rows = { a, r->stops };
	sqlite3_stmt *statement;
	char text[TEXT_MAX];

	add_status(a, sqlite3_prepare_v2(db, r->sql.data, (int)r->sql.size, &statement, NULL));
	if (statement)
		step_directly(a, r, db, statement);
	add_status(a, sqlite3_exec(db, text_of(r->script, text), take_row, &rows, NULL));
	add(a, text_or_null(a->self, sqlite3_errmsg(db)));
	add(a, joist_int(a->self, sqlite3_last_insert_rowid(db)));
}

static joist_term call_round(struct joist_actor *self, joist_term input)
{
	struct answers a = { self, joist_nil() };
	struct round r = round_of(input);
	char text[TEXT_MAX];
	sqlite3 *db;
	int status;

	add(&a, text_or_null(self, sqlite3_libversion()));
	status = sqlite3_open(text_of(r.file, text), &db);
	add_status(&a, status);
	if (!status)
		use_directly(&a, &r, db);
	status = sqlite3_close_v2(db);
	if (joist_list_size(a.list) > 2)
		add_status(&a, status);
	return a.list;
}

/* ---- by the binding ---- */

#define SQLITE(a, name, ...)                                                                       \
	joist_apply((a)->self, "sqlite:sqlite3_" name, joist_make((a)->self, __VA_ARGS__))

static void step_bound(struct answers *a, const struct round *r, joist_term statement)
{
	joist_term db;

	add(a, SQLITE(a, "bind_int64", "[S, I, N]", statement, r->index, r->number));
	add(a, SQLITE(a, "bind_double", "[S, 2, X]", statement, r->real));
	add(a, SQLITE(a, "step", "[S]", statement));
	add(a, SQLITE(a, "column_int64", "[S, C]", statement, r->column));
	add(a, SQLITE(a, "column_double", "[S, C]", statement, r->column));
	add(a, SQLITE(a, "column_text", "[S, C]", statement, r->column));
	db = SQLITE(a, "db_handle", "[S]", statement);
	add(a, SQLITE(a, "errmsg", "[Db]", db));
	add(a, joist_bool(joist_type(db) == JOIST_REFERENCE));
	if (r->stops)
		add(a, SQLITE(a, "reset", "[S]", statement));
	add(a, SQLITE(a, "finalize", "[S]", statement));
}

joist_term direct_stop(struct joist_actor *self, joist_term values, joist_term names)
{
	(void)values, (void)names;
	return joist_int(self, 1);
}

static joist_term exec_bound(struct answers *a, const struct round *r, joist_term db)
{
	struct joist_actor *self = a->self;
	joist_term answer, row, target;

	target = r->stops ? joist_make(self, "{apply, direct, direct_stop}")
			  : joist_make(self, "{send, Self, row}", joist_self(self));
	answer = SQLITE(a, "exec", "[Db, Script, Target]", db, r->script, target);
	while (joist_receive_match(self, 0, "Row", &row))
		add(a, row);
	return answer;
}

static joist_term bound_round(struct joist_actor *self, joist_term input)
{
	struct answers a = { self, joist_nil() };
	struct round r = round_of(input);
	joist_term db, statement, answer;

	add(&a, SQLITE(&a, "libversion", "[]"));
	answer = SQLITE(&a, "open", "[File]", r.file);
	if (!joist_match(answer, "{ok, Db}", &db)) {
		add(&a, answer);
		return a.list;
	}
	add(&a, joist_make(self, "ok"));
	answer = SQLITE(&a, "prepare_v2", "[Db, Sql]", db, r.sql);
	if (joist_match(answer, "{ok, S}", &statement))
		answer = joist_make(self, "ok");
	else
		statement = joist_make(self, "null");
	add(&a, answer);
	if (!joist_is_atom(statement, "null"))
		step_bound(&a, &r, statement);
	answer = exec_bound(&a, &r, db);
	add(&a, answer);
	add(&a, SQLITE(&a, "errmsg", "[Db]", db));
	add(&a, SQLITE(&a, "last_insert_rowid", "[Db]", db));
	add(&a, SQLITE(&a, "close_v2", "[Db]", db));
	return a.list;
}

const struct direct direct_sqlite[] = {
	{ "sqlite", "round", round_input, call_round, bound_round },
	{ 0 },
};
