"""How the interpreter looks after memory in a process that works in batches."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """Keep what was loaded at the start out of every collection, and collect much less often.

    A batch of a thousand events makes tens of thousands of objects that reference counting frees;
    with Python's defaults the cycle collector walks them, and all of Django, over and over: a
    quarter of an import's processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
