/* Prepares typed functions when their plugin is loaded, so that a mistake in their types is an error of
 * the plugin, and no call finds one. Any thread that may load. */
#include "loader/typed_export.h"

#include "vm/typed/serial.h"
#include "vm/typed/typed.h"

static joist_term call(struct joist_actor *self, const void *data, const joist_term *arguments)
{
	return typed_call(self, data, arguments);
}

static void free_typed(void *typed)
{
	typed_free(typed);
}

static void free_serial(void *serial)
{
	serial_destroy(serial);
}

/* What is not safe on several threads takes turns with what else the plugin has of that kind. */
static bool take_turns(struct code *code, struct typed *typed, const struct joist_signature *of)
{
	if (of->flags & JOIST_F_THREADSAFE)
		return true;
	if (!code->serial) {
		code->serial = serial_create();
		if (!code->serial || !code_own(code, code->serial, free_serial)) {
			serial_destroy(code->serial);
			code->serial = NULL;
			return false;
		}
	}
	typed_take_turns(typed, code->serial);
	return true;
}

static bool tell(const struct joist_export *from, const struct typed_mistake *mistake,
		 const char *file, struct report *report)
{
	const struct place place = { 0 };

	if (!mistake->what[0])
		return report_short(report, file);
	if (mistake->parameter < 0)
		return report_error(report, file, place, "%s %s", from->name, mistake->what);
	if (mistake->parameter == 0)
		return report_error(report, file, place, "the result of %s %s", from->name,
				    mistake->what);
	return report_error(report, file, place, "parameter %d of %s %s", mistake->parameter,
			    from->name, mistake->what);
}

bool typed_export_fill(struct export *to, const struct joist_export *from, const char *file,
		       struct report *report)
{
	struct typed_mistake mistake;
	struct typed *typed;

	if (from->kind != JOIST_EXPORT_TYPED)
		return true;
	typed = typed_prepare(from->data, from->code, &mistake);
	if (!typed)
		return tell(from, &mistake, file, report);
	if (typed_arity(typed) != from->arity) {
		report_error(report, file, (struct place){ 0 },
			     "%s takes %u terms, not %u; declare it with JOIST_FUNCTION",
			     from->name, typed_arity(typed), from->arity);
		typed_free(typed);
		return false;
	}
	if (!take_turns(to->code, typed, from->data) || !code_own(to->code, typed, free_typed)) {
		typed_free(typed);
		return report_short(report, file);
	}
	to->body = (void (*)(void))call;
	to->data = typed;
	return true;
}
