"""A PostgreSQL of Houji's own: found, initialised, started, shared between processes and stopped.

It listens on a unix socket only, in a directory that only its own user may enter.
"""
