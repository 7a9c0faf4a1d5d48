/* Small questions to a boot script. Owns nothing; any thread. */
#include "loader/script.h"

#include <string.h>

const char *script_path(struct script *script, const char *path)
{
	size_t directory = strlen(script->directory), size = strlen(path) + 1;
	char *joined;

	if (path[0] == '/')
		return path;
	joined = (char *)arena_take(&script->arena, (directory + 1 + size) / 8 + 1);
	if (!joined)
		return NULL;
	memcpy(joined, script->directory, directory);
	joined[directory] = '/';
	memcpy(joined + directory + 1, path, size);
	return joined;
}

const char *script_text(const struct value *object, const char *key)
{
	const struct value *value = value_get(object, key);

	return value && value->kind == VALUE_TEXT ? value->text : NULL;
}

int64_t script_whole(const struct value *object, const char *key, int64_t otherwise)
{
	const struct value *value = value_get(object, key);

	return value && value->kind == VALUE_WHOLE ? value->whole : otherwise;
}

struct script_plugin *script_plugin(const struct script *script, struct joist_bytes name)
{
	for (size_t i = 0; i < script->plugin_count; i++) {
		struct script_plugin *plugin = &script->plugins[i];

		if (strlen(plugin->name) == name.size &&
		    !memcmp(plugin->name, name.data, name.size))
			return plugin;
	}
	return NULL;
}
