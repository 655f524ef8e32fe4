"""The WSGI application that granian serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from houji.config.memory import collect_rarely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houji.config.settings")

application = get_wsgi_application()
collect_rarely()
