"""Django's own settings, made of Milepost's for the project folder that MILEPOST_FOLDER names."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from milepost.server import settings as own
from milepost.server.databases import database
from milepost.server.mail_backends import mail

FOLDER = Path(os.environ.get("MILEPOST_FOLDER", ".")).resolve()
MILEPOST = own.read(FOLDER)

SECRET_KEY = own.secret_key(MILEPOST)
_url = urlsplit(MILEPOST.text("url"))
_secure = _url.scheme == "https"

DEBUG = False
ALLOWED_HOSTS = sorted({_url.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [f"{_url.scheme}://{_url.netloc}"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "anymail",
    "milepost.server",
]
MIDDLEWARE = [
    "milepost.server.watching.Watched",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "milepost.server.safety.SafeHeaders",
    "milepost.server.safety.NoNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "milepost.server.web.language.OwnLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "milepost.server.web.waiting.Waiting",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
ROOT_URLCONF = "milepost.server.urls"
WSGI_APPLICATION = "milepost.server.wsgi.application"

DATABASES = {"default": database(MILEPOST)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "server.Member"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", **options}
    for name, options in (
        ("MinimumLengthValidator", {"OPTIONS": {"min_length": 12}}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"OPTIONS": {"user_attributes": ("email", "name")}}),
    )
]
PASSWORD_HASHERS = ["milepost.server.hashing.Argon2"]
PASSWORD_RESET_TIMEOUT = 3600
CSRF_FAILURE_VIEW = "milepost.server.failures.forged"
SESSION_COOKIE_NAME = "milepost"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
# A survey in eleven languages with ten questions of many options is one form.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("da", "Dansk"), ("zh-hans", "简体中文")]
FORMAT_MODULE_PATH = "milepost.server.formats"

STATIC_URL = "/static/"
STATICFILES_DIRS: list[str] = []
# The package's files are served as they lie: no step that gathers them before a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

vars().update(mail(MILEPOST))
LOGGING_CONFIG = None
SILENCED_SYSTEM_CHECKS: list[str] = []
