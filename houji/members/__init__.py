"""The enterprises that hold points, the people who speak for them, and what they agreed to."""
