"""Django's settings: one file, read from the environment and from the data directory.

HOUJI_HOME is the data directory, DATABASE_URL a server to use instead of the embedded one, HOUJI_SECRET
the key shared by several machines, HOUJI_HOSTS the names Houji answers to, HOUJI_HTTPS=1 says that a proxy
speaks HTTPS for it, HOUJI_LOG is the level of the log.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from houji.config.database import connection_settings
from houji.config.home import derive, houji_home, installation_secret
from houji.config.locale import locale_folders

BASE_DIR = Path(__file__).resolve().parent.parent

HOME = houji_home()
HTTPS = os.environ.get("HOUJI_HTTPS", "0") == "1"
"""Whether the world reaches Houji over HTTPS, by a proxy that sets X-Forwarded-Proto."""

HOSTS = [host.strip() for host in os.environ.get("HOUJI_HOSTS", "").split(",") if host.strip()]
"""The host names Houji answers to, beside this machine's own."""

DEBUG = False
SECRET_KEY = os.environ.get("HOUJI_SECRET") or derive(installation_secret(HOME), "django")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *HOSTS]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ninja",
    "procrastinate.contrib.django",
    "django_htmx",
    "csp",
    "houji.wording",
    "houji.access",
    "houji.log",
    "houji.approvals",
    "houji.programs",
    "houji.ledger",
    "houji.members",
    "houji.rulebook",
    "houji.intake",
    "houji.earning",
    "houji.insights",
    "houji.connect",
    "houji.onboarding",
    "houji.api",
    "houji.console",
    "houji.portal",
    "houji.board",
    "houji.config",
]

MIDDLEWARE = [
    "houji.config.tracing.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "houji.config.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "houji.config.urls"
WSGI_APPLICATION = "houji.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Requests and jobs work as `default`, bound by row-level security; `owner` migrates, `worker` (which
# sees every company) is for backups and for people at the database.
DATABASES = {
    "default": connection_settings("app"),
    "owner": connection_settings("owner"),
    "worker": connection_settings("worker"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["houji.access.backend.TenantBackend"]
# Argon2 first: new passwords use it, the others only read what an older system may bring.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "houji.access.passwords.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "houji_session"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "houji_csrf"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS] if HTTPS else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 30 * 24 * 60 * 60 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# No 'unsafe-inline' and no 'unsafe-eval': htmx, Alpine and ECharts are set up to live without.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "houji_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LOCALE_PATHS = locale_folders()
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# WhiteNoise serves the files from the packages themselves: nothing is collected or built, so the
# first start is no slower and a second copy never goes stale. Browsers revalidate by ETag.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 0

HOUJI_UPLOADS = HOME / "uploads"
# Import files are streamed to disk beyond the first figure; the second bounds everything else.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("HOUJI_LOG", "WARNING")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
