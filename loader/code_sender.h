/* The plugin `code_sender`: gives other nodes the files of plugins, signed ones, by their hashes. */
#ifndef JOIST_LOADER_CODE_SENDER_H
#define JOIST_LOADER_CODE_SENDER_H

#include <joist/plugin.h>

/* The server, registered as code_sender. Its data is the node's struct live.
 *
 *   {offer, Plugin, Hash}    {ok, Size, Line}, what the file's signature says; or {error, Sentence}
 *   {piece, Hash, Offset}    {ok, Bytes}: at most CODE_SENDER_PIECE of a file that was offered */
extern const struct joist_plugin code_sender_plugin;

#define CODE_SENDER_PIECE 131072

#endif
