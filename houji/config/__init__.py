"""How Houji runs: settings, addresses, the embedded PostgreSQL, the command line.

The top layer: it may import every package, and no package imports it.
"""
