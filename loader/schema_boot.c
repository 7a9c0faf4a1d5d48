/* The keys of a boot script. A key is added here when the node has what it asks for, not before. */
#include "loader/schema.h"

#include "vm/actor/stack.h"

static const struct schema_form plugin_name = {
	"^[a-z][A-Za-z0-9_@]{0,62}$",
	"a plugin's name, such as counter",
};
static const struct schema_form export_name = {
	"^[a-z][A-Za-z0-9_@]{0,62}:[A-Za-z_][A-Za-z0-9_]*$",
	"plugin:export, such as counter:counter",
};
const struct schema_form schema_node_name = {
	"^[A-Za-z0-9_-]+@[A-Za-z0-9_.:-]+$",
	"NAME@HOST, such as demo@127.0.0.1",
};
const struct schema_form schema_address = {
	"^\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5}$|^[A-Za-z0-9._-]+:[0-9]{1,5}$",
	"ADDRESS:PORT, such as 127.0.0.1:0",
};
static const struct schema_form nonempty = { "^.", "a text that is not empty" };
static const struct schema_form short_text = { "^.{1,255}$", "a text of 1 to 255 characters" };

static const char *const policies[] = { "error_to_sender", "drop_new", "drop_old", "exit",
					"block",	   NULL };

static const struct schema_key node_keys[] = {
	{ "name", SCHEMA_TEXT, .form = &schema_node_name, .preset = "\"nonode@nohost\"",
	  .about = "The node's name; --name overrides it." },
	{ "cookie_file", SCHEMA_TEXT, .form = &nonempty,
	  .about = "A file with the secret that nodes of a cluster share." },
	{ "listen", SCHEMA_TEXT, .form = &schema_address, .preset = "\"127.0.0.1:0\"",
	  .about = "Where other nodes reach this one; port 0 lets the system choose." },
	{ "insecure", SCHEMA_BOOL, .preset = "false",
	  .about = "Allows a listen address that other machines reach, without encryption." },
	{ "hidden", SCHEMA_BOOL, .preset = "false",
	  .about = "Whether the node keeps out of the others' lists." },
	{ "epmd", SCHEMA_CHOICE, .choices = (const char *const[]){ "auto", "none", NULL },
	  .preset = "\"auto\"", .about = "Whether Erlang's port mapper is told of the node." },
	{ "net_ticktime_s", SCHEMA_WHOLE, .low = 1, .high = 86400, .preset = "60",
	  .about = "A node that is silent for so long is taken for gone." },
	{ "connect", SCHEMA_TEXTS, .form = &schema_node_name, .preset = "[]",
	  .about = "Nodes to connect to, and again whenever they are lost." },
	{ "connect_all", SCHEMA_BOOL, .preset = "true",
	  .about = "Whether the node connects to those that its visible Joist peers know." },
	{ 0 },
};
static const struct schema node = { "\"node\"", node_keys };

static const struct schema_key plugin_keys[] = {
	{ "name", SCHEMA_TEXT, .required = true, .form = &plugin_name,
	  .about = "The name that the plugin has in its note." },
	{ "file", SCHEMA_TEXT, .form = &nonempty,
	  .about = "Its .so file, relative to the script; without a slash it is looked for in "
		   "\"plugin_path\" and among the shipped plugins. NAME.so if not given." },
	{ "config", SCHEMA_ANYTHING, .preset = "{}",
	  .about = "What joist_config gives to the plugin's actors." },
	{ 0 },
};
static const struct schema plugin = { "the plugin", plugin_keys };

static const struct schema_key binding_keys[] = {
	{ "name", SCHEMA_TEXT, .required = true, .form = &plugin_name,
	  .about = "The plugin's name that its functions are called by." },
	{ "library", SCHEMA_TEXT, .required = true, .form = &nonempty,
	  .about = "Its .so file, relative to the script; without a slash it is a library of the "
		   "system." },
	{ "prototypes", SCHEMA_TEXTS, .form = &nonempty,
	  .about = "Declarations of its functions and their types, in C." },
	{ "file", SCHEMA_TEXT, .form = &nonempty,
	  .about = "A file of such declarations, relative to the script. A binding has this or "
		   "\"prototypes\"." },
	{ "trusted", SCHEMA_BOOL, .preset = "false",
	  .about = "Must be true: a wrong declaration corrupts the node's memory." },
	{ 0 },
};
static const struct schema binding = { "the binding", binding_keys };

static const struct schema_key backoff_keys[] = {
	{ "min_ms", SCHEMA_WHOLE, .low = 1, .high = 86400000, .preset = "100",
	  .about = "The wait before the second restart in a row; each one more doubles it." },
	{ "max_ms", SCHEMA_WHOLE, .low = 1, .high = 86400000, .preset = "10000",
	  .about = "The longest wait." },
	{ "jitter", SCHEMA_NUMBER, .low = 0, .high = 1, .preset = "0.2",
	  .about = "The part of each wait that is left to chance." },
	{ 0 },
};
static const struct schema backoff = { "\"backoff\"", backoff_keys };

static const struct schema_key mailbox_keys[] = {
	{ "messages", SCHEMA_WHOLE, .low = 0, .high = INT64_MAX, .preset = "0",
	  .about = "The most messages that may wait; 0: no limit." },
	{ "bytes", SCHEMA_WHOLE, .low = 0, .high = INT64_MAX, .preset = "0",
	  .about = "The most bytes that they may have together; 0: no limit." },
	{ "policy", SCHEMA_CHOICE, .choices = policies, .preset = "\"error_to_sender\"",
	  .about = "What happens to a message beyond that." },
	{ 0 },
};
static const struct schema mailbox = { "\"mailbox\"", mailbox_keys };

static const struct schema_key child_limits_keys[] = {
	{ "memory_bytes", SCHEMA_WHOLE, .low = 0, .high = INT64_MAX, .preset = "0",
	  .about = "The most memory the actor may have; 0: what the node's \"limits\" say." },
	{ "stack_bytes", SCHEMA_WHOLE, .low = 0, .high = STACK_BYTES_MAX, .preset = "0",
	  .about = "The stack of a loop; 0: what its export says." },
	{ "descriptors", SCHEMA_WHOLE, .low = 0, .high = 1048576, .preset = "0",
	  .about = "The most descriptors it may own; 0: what the node's \"limits\" say." },
	{ "mailbox", SCHEMA_OBJECT, .schema = &mailbox, .about = "Limits of its mailbox." },
	{ 0 },
};
static const struct schema child_limits = { "the child's \"limits\"", child_limits_keys };

static const struct schema supervisor;

static const struct schema_key child_keys[] = {
	{ "id", SCHEMA_TEXT, .required = true, .form = &short_text,
	  .about = "Its name among its supervisor's children." },
	{ "start", SCHEMA_TEXT, .form = &export_name,
	  .about = "The export to start. A child has this or \"supervisor\"." },
	{ "supervisor", SCHEMA_OBJECT, .schema = &supervisor,
	  .about = "A supervisor with children of its own." },
	{ "args", SCHEMA_TEXT, .preset = "\"[]\"",
	  .about = "What it is started with, as Erlang text." },
	{ "register", SCHEMA_TEXT, .form = &short_text,
	  .about = "The name that it is registered under." },
	{ "restart", SCHEMA_CHOICE,
	  .choices = (const char *const[]){ "permanent", "transient", "temporary", NULL },
	  .preset = "\"permanent\"", .about = "Whether it is started again when it ends." },
	{ "shutdown_ms", SCHEMA_WHOLE_OR_CHOICE, .low = 0, .high = 86400000,
	  .choices = (const char *const[]){ "brutal_kill", "infinity", NULL },
	  .about = "How long it may take to end when asked to; 5000 for an actor, infinity for a "
		   "supervisor if not given." },
	{ "start_ms", SCHEMA_WHOLE_OR_CHOICE, .low = 1, .high = 86400000,
	  .choices = (const char *const[]){ "infinity", NULL },
	  .about = "How long its start may take; infinity, and 5000 on another node, if not "
		   "given." },
	{ "node", SCHEMA_TEXT, .form = &schema_node_name,
	  .about = "The node that it runs on; its supervisor's if not given." },
	{ "nodes", SCHEMA_TEXTS, .form = &schema_node_name, .preset = "[]",
	  .about = "More of them: it runs on the first that is there." },
	{ "on_node_loss", SCHEMA_CHOICE,
	  .choices = (const char *const[]){ "wait", "elsewhere", "give_up", NULL },
	  .about = "What to do when its node is lost: wait for it, start the child elsewhere, or "
		   "end the supervisor; elsewhere with \"nodes\", else wait, if not given." },
	{ "node_wait_ms", SCHEMA_WHOLE_OR_CHOICE, .low = 0, .high = 86400000,
	  .choices = (const char *const[]){ "infinity", NULL }, .preset = "\"infinity\"",
	  .about = "How long it may wait for a node, before its supervisor ends." },
	{ "significant", SCHEMA_BOOL, .preset = "false",
	  .about = "Whether its end can end its supervisor (see auto_shutdown)." },
	{ "backoff", SCHEMA_OBJECT, .schema = &backoff,
	  .about = "Waits between restarts; none if not given." },
	{ "priority", SCHEMA_CHOICE,
	  .choices = (const char *const[]){ "low", "normal", "high", "max", NULL },
	  .preset = "\"normal\"", .about = "Its share of the processors." },
	{ "thread", SCHEMA_BOOL, .preset = "false",
	  .about = "Whether it has a thread of its own, on which all of it runs." },
	{ "limits", SCHEMA_OBJECT, .schema = &child_limits, .about = "Limits of this actor." },
	{ 0 },
};
static const struct schema child = { "the child", child_keys };

static const struct schema_key supervisor_keys[] = {
	{ "strategy", SCHEMA_CHOICE,
	  .choices = (const char *const[]){ "one_for_one", "one_for_all", "rest_for_one",
					    "simple_one_for_one", NULL },
	  .preset = "\"one_for_one\"", .about = "Which children are restarted when one ends." },
	{ "intensity", SCHEMA_WHOLE, .low = 0, .high = 1000000, .preset = "3",
	  .about = "More restarts than this within the period end the supervisor." },
	{ "period_s", SCHEMA_WHOLE, .low = 1, .high = 86400, .preset = "5",
	  .about = "The period of the intensity." },
	{ "auto_shutdown", SCHEMA_CHOICE,
	  .choices = (const char *const[]){ "never", "any_significant", "all_significant", NULL },
	  .preset = "\"never\"",
	  .about = "Whether the end of significant children ends the supervisor." },
	{ "children", SCHEMA_OBJECTS, .schema = &child, .preset = "[]",
	  .about = "Its children, in the order of their start." },
	{ 0 },
};
static const struct schema supervisor = { "the supervisor", supervisor_keys };

static const struct schema_key limits_keys[] = {
	{ "slice_us", SCHEMA_WHOLE, .low = 100, .high = 1000000, .preset = "2000",
	  .about = "How long an actor may hold a scheduler's thread." },
	{ "atoms", SCHEMA_WHOLE, .low = 4096, .high = 33554432, .preset = "1048576",
	  .about = "The most atoms that the node will make." },
	{ "actor_memory_bytes", SCHEMA_WHOLE, .low = 0, .high = INT64_MAX, .preset = "0",
	  .about = "The most memory that an actor may have; 0: no limit." },
	{ "mailbox", SCHEMA_OBJECT, .schema = &mailbox, .about = "Limits of each mailbox." },
	{ "descriptors", SCHEMA_WHOLE, .low = 0, .high = 1048576, .preset = "0",
	  .about = "The most descriptors that an actor may own; 0: no limit." },
	{ "threads", SCHEMA_WHOLE, .low = 4, .high = 32768, .preset = "4096",
	  .about = "The most threads that run actors, the schedulers' own among them." },
	{ 0 },
};
static const struct schema limits = { "\"limits\"", limits_keys };

static const struct schema_key log_keys[] = {
	{ "level", SCHEMA_CHOICE,
	  .choices = (const char *const[]){ "debug", "info", "notice", "warning", "error", NULL },
	  .preset = "\"info\"", .about = "The least level that is written." },
	{ "format", SCHEMA_CHOICE, .choices = (const char *const[]){ "text", "json", NULL },
	  .preset = "\"text\"", .about = "How lines are written." },
	{ "file", SCHEMA_TEXT, .form = &nonempty, .preset = "\"-\"",
	  .about = "Where they are written; - is standard error." },
	{ 0 },
};
static const struct schema log_schema = { "\"log\"", log_keys };

static const struct schema_key fetch_keys[] = {
	{ "peers", SCHEMA_TEXTS, .form = &schema_node_name, .preset = "[]",
	  .about = "The nodes to which signed plugins may go, and from which they may come." },
	{ "keys", SCHEMA_TEXTS, .form = &nonempty, .preset = "[]",
	  .about =
		  "Public keys whose signatures count here: files of joist keygen, relative to the "
		  "script, or their 64 digits. Without one, none comes." },
	{ "max_bytes", SCHEMA_WHOLE, .low = 1, .high = 268435456, .preset = "16777216",
	  .about = "The largest file that goes or comes." },
	{ 0 },
};
static const struct schema fetch = { "\"fetch\"", fetch_keys };

static const struct schema_key boot_keys[] = {
	{ "node", SCHEMA_OBJECT, .schema = &node, .about = "The node, as others see it." },
	{ "schedulers", SCHEMA_WHOLE, .low = 1, .high = 1024,
	  .about = "Threads that run actors; one for each processor if not given." },
	{ "plugin_path", SCHEMA_TEXTS, .form = &nonempty, .preset = "[\".\"]",
	  .about = "Directories in which plugins are looked for, relative to the script." },
	{ "plugins", SCHEMA_OBJECTS, .schema = &plugin, .preset = "[]",
	  .about = "The plugins to load." },
	{ "bindings", SCHEMA_OBJECTS, .schema = &binding, .preset = "[]",
	  .about = "Libraries whose functions are called as those of plugins." },
	{ "store", SCHEMA_TEXT, .form = &nonempty,
	  .about = "Where the files of loaded plugins are kept, relative to the script." },
	{ "fetch", SCHEMA_OBJECT, .schema = &fetch,
	  .about = "Plugins that travel between nodes, signed; none do if not given." },
	{ "supervisor", SCHEMA_OBJECT, .required = true, .schema = &supervisor,
	  .about = "The supervision tree." },
	{ "limits", SCHEMA_OBJECT, .schema = &limits, .about = "Limits of the node." },
	{ "log", SCHEMA_OBJECT, .schema = &log_schema, .about = "The node's log." },
	{ 0 },
};
const struct schema schema_boot = { "the boot script", boot_keys };
