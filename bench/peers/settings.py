"""A Django project that has nothing but the peer that is measured."""

import os

import environ

SECRET_KEY = "bench"  # noqa: S105
INSTALLED_APPS = ["django.contrib.contenttypes", "post_office"]
DATABASES = {"default": environ.Env.db_url_config(os.environ["PEER_DATABASE_URL"])}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["PEER_SMTP_PORT"])
EMAIL_BACKEND = "post_office.EmailBackend"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
POST_OFFICE = {
    "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
    "BATCH_SIZE": 1000,
    "THREADS_PER_PROCESS": 1,
    "LOG_LEVEL": 0,
}
LOGGING_CONFIG = None
