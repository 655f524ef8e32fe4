"""Every endpoint of version 1, gathered from the modules that hold them."""

from __future__ import annotations

from ninja import Router

from houji.api import events, members, reports

router = Router()
router.add_router("", events.router)
router.add_router("", members.router)
router.add_router("", reports.router)
router.add_router("", members.one_router)
