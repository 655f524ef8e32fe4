"""``python -m houji <command>``."""

from __future__ import annotations

import sys

from houji.config.cli import main

if __name__ == "__main__":
    sys.exit(main())
