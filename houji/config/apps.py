"""The app of ``houji.config``: it has static files and templates of its own, and no tables."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Names the package for Django."""

    name = "houji.config"
