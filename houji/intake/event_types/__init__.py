"""The kinds of events intake knows: their schemas, names and sentences as data, and their checks."""
