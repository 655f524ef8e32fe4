"""Every endpoint of version 1, gathered from the modules that hold them."""

from __future__ import annotations

from ninja import Router

from houji.api import events, members

router = Router()
router.add_router("", events.router)
router.add_router("", members.router)
