"""The tables, and one source a protocol over them; each module holds an entity's source and its mapping to rows."""
