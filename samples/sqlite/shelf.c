/* A database as actors have it: its connection and its statements are handles, which the actor owns and
 * which are closed with it; rows come to a callback. SQLite knows nothing of Joist, nor does this link it:
 * sqlite.bind says how its functions are called. */
#include <joist/joist.h>

static joist_term sqlite(struct joist_actor *self, const char *function, joist_term args)
{
	return joist_apply(self, function, args);
}

static void show(struct joist_actor *self, const char *what, joist_term answer)
{
	joist_print(self, "%s: %s", what, joist_format(self, answer));
}

static joist_term exec(struct joist_actor *self, joist_term db, const char *sql, joist_term row)
{
	return sqlite(self, "sqlite:sqlite3_exec",
		      joist_make(self, "[Db, Sql, Row]", db, joist_text(sql), row));
}

/* Called for each row, in the middle of sqlite3_exec: 0 has it go on. */
static joist_term row(struct joist_actor *self, joist_term values, joist_term names)
{
	joist_print(self, "row of %s: %s", joist_format(self, names), joist_format(self, values));
	return joist_int(self, 0);
}

/* Rows that come as messages while the call is under way. */
static void tell(struct joist_actor *self, joist_term db)
{
	joist_term me = joist_make(self, "{send, Self, row}", joist_self(self)), values;

	show(self, "told", exec(self, db, "SELECT title FROM books WHERE year < 1960", me));
	while (joist_receive_match(self, 0, "{row, Values, _}", &values))
		joist_print(self, "told of %s", joist_format(self, values));
}

static void search(struct joist_actor *self, joist_term db)
{
	const char *sql = "SELECT title, year FROM books WHERE year > ? ORDER BY year";
	joist_term statement, args, found;

	joist_match(sqlite(self, "sqlite:sqlite3_prepare_v2",
			   joist_make(self, "[Db, Sql]", db, joist_text(sql))),
		    "{ok, Statement}", &statement);
	args = joist_make(self, "[Statement]", statement);
	sqlite(self, "sqlite:sqlite3_bind_int64",
	       joist_make(self, "[Statement, 1, 1960]", statement));
	while (joist_is_atom(sqlite(self, "sqlite:sqlite3_step", args), "row")) {
		found = sqlite(self, "sqlite:sqlite3_column_text",
			       joist_make(self, "[Statement, 0]", statement));
		show(self, "found", found);
	}
	found = sqlite(self, "sqlite:sqlite3_errmsg", joist_make(self, "[Statement]", statement));
	joist_print(self, "a statement is no database: %s",
		    joist_match(found, "{error, {badarg, _}}") ? "refused" : "taken");
	show(self, "finalized", sqlite(self, "sqlite:sqlite3_finalize", args));
	found = sqlite(self, "sqlite:sqlite3_step", args);
	joist_print(self, "what is finalized: %s",
		    joist_match(found, "{error, {badarg, _}}") ? "refused" : "taken");
}

static void shelf(struct joist_actor *self, joist_term args)
{
	joist_term db, null = joist_make(self, "null");

	(void)args;
	joist_match(sqlite(self, "sqlite:sqlite3_open", joist_make(self, "[<<\":memory:\">>]")),
		    "{ok, Db}", &db);
	show(self, "created",
	     exec(self, db, "CREATE TABLE books (title TEXT, year INTEGER)", null));
	show(self, "inserted",
	     exec(self, db,
		  "INSERT INTO books VALUES ('Il deserto dei Tartari', 1940), ('Il visconte "
		  "dimezzato', "
		  "1952), ('Lessico famigliare', 1963), ('Le cosmicomiche', NULL)",
		  null));
	show(self, "asked",
	     exec(self, db, "SELECT * FROM books ORDER BY title",
		  joist_make(self, "{apply, shelf, row}")));
	tell(self, db);
	search(self, db);
	show(self, "nonsense", exec(self, db, "SELECT * FROM shelves", null));
	show(self, "why", sqlite(self, "sqlite:sqlite3_errmsg", joist_make(self, "[Db]", db)));
	show(self, "nobody answers",
	     exec(self, db, "SELECT 1", joist_make(self, "{apply, shelf, nothing}")));
	/* What is open is closed with the actor. */
}

JOIST_PLUGIN("shelf", "1.0", JOIST_ACTOR(shelf), JOIST_FUN(row, 2));
