"""What comes in: event types, mapping of files and messages to events, duplicates, members' keys."""
