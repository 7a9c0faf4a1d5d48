/* An interpreter as a plugin: Lua, from the distribution's package, as it is. Each actor has a Lua of its
 * own, with its memory from the actor, so that both go together, however they end.
 *
 * A call is a text in Lua, and its answer {ok, Text} or {error, Text}; a cast is a text to which nobody
 * wants an answer. It may never end, or bring Lua itself down: that concerns one actor. */
#include <joist/server.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

struct interpreter {
	lua_State *lua;
};

static void *allocate(void *self, void *block, size_t old_size, size_t size)
{
	(void)old_size;
	if (size)
		return joist_realloc(self, block, size);
	joist_free(self, block);
	return NULL;
}

/* How deep a table of tables is. Whoever wrote it did not think of a table that is inside itself. */
static int depth(lua_State *lua)
{
	lua_Integer deepest = 0;

	luaL_checkstack(lua, 4, NULL);
	for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
		if (lua_istable(lua, -1)) {
			depth(lua);
			if (lua_tointeger(lua, -1) > deepest)
				deepest = lua_tointeger(lua, -1);
			lua_pop(lua, 1);
		}
	}
	lua_pushinteger(lua, deepest + 1);
	return 1;
}

static void init(struct joist_actor *self, void *state, joist_term args)
{
	lua_State *lua = lua_newstate(allocate, self);
	int64_t number;

	if (!lua || !joist_get_int(args, &number))
		joist_exit(self, joist_make(self, "no_lua"));
	luaL_openlibs(lua);
	lua_register(lua, "depth", depth);
	lua_pushinteger(lua, number);
	lua_setglobal(lua, "number");
	((struct interpreter *)state)->lua = lua;
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	lua_State *lua = ((struct interpreter *)state)->lua;
	struct joist_bytes text, answer;
	bool ok;

	if (!joist_match(request, "Text", &text))
		joist_exit(self, joist_make(self, "{not_lua, Request}", request));
	lua_settop(lua, 0);
	ok = luaL_loadbuffer(lua, text.data, text.size, "=text") == LUA_OK &&
	     lua_pcall(lua, 0, 1, 0) == LUA_OK;
	answer.data = luaL_tolstring(lua, -1, &answer.size);
	return joist_make(self, "{Result, Answer}", joist_atom_new(ok ? "ok" : "error"), answer);
}

static void cast(struct joist_actor *self, void *state, joist_term message)
{
	call(self, state, message);
}

static const struct joist_server state = {
	.state_size = sizeof(struct interpreter),
	.init = init,
	.call = call,
	.cast = cast,
};

JOIST_PLUGIN("lua", "1.0", JOIST_SERVER(state));
