"""Side-by-side measurements: ours and a yardstick in turn, in one run, on one database."""
