"""From events to points: one transaction that locks, reads facts, decides, and writes."""
