"""Named mappings: how the columns of a file become events."""
