"""All settings. Each comes from the environment through `env`, and fails loudly, by name."""

import os
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import django_stubs_ext
import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from upn import embedded
from upn.logging import logging_settings

# Lets `ModelForm[…]` and its like be written with their types, at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# ── where things are ────────────────────────────────────────────────────────────────────────
DATA_DIR = Path(env.str("UPN_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}")
# A production site names its database; without one this is a demonstration on one machine.
DEMO = "DATABASE_URL" not in os.environ
DEBUG = env.bool("UPN_DEBUG", default=False)


def _secret_key() -> str:
    """The environment's key, or, for a demonstration, one kept in the data directory."""
    if key := env.str("SECRET_KEY", default=""):
        return str(key)
    if not DEMO:
        raise ImproperlyConfigured("SECRET_KEY must be set in the environment of a real site.")
    path = DATA_DIR / "secret-key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(os.urandom(32).hex())
    return path.read_text()


SECRET_KEY = _secret_key()
# Keys of before, so that links in mail that was sent with them still work.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=["127.0.0.1", "localhost", "[::1]", urlsplit(PUBLIC_URL).hostname or ""],
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL.startswith("https://") else []

# ── apps ────────────────────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "django_htmx",
    "phonenumber_field",
    "rest_framework",
    "drf_spectacular",
    "upn",
    "common",
    "customers",
    "billing",
    "delivery",
    "delivery.tracking",
    "delivery.replies",
    "alerts",
    "alerts.verification",
    "mass_notifications",
    "portal",
    "console",
    "api",
]
MIDDLEWARE = [
    "upn.middleware.RequestIdMiddleware",
    "upn.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Providers' webhooks go no further: what follows is for people and their browsers.
    "upn.middleware.HooksMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "console.second_factor.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "upn.urls"
WSGI_APPLICATION = "upn.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context.utility",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── database, broker, cache ─────────────────────────────────────────────────────────────────
DATABASE_URL = env.str("DATABASE_URL", default=embedded.database_url(DATA_DIR))
DATABASES = {
    "default": {
        **environ.Env.db_url_config(DATABASE_URL),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
REDIS_URL = env.str("REDIS_URL", default=embedded.redis_url(DATA_DIR))
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}


def _kombu_url(url: str) -> str:
    """Redis's own `unix:///path?db=1` as kombu spells it."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?virtual_host={parse_qs(parts.query).get('db', ['0'])[0]}"


CELERY_BROKER_URL = _kombu_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "billing-tell-forgotten-news": {
        "task": "billing.tell_forgotten_news",
        "schedule": 10.0,
        "options": {"expires": 20},
    },
    "customers-seal-ledger": {
        "task": "customers.seal_ledger",
        "schedule": 2.0,
        "options": {"expires": 4},
    },
    "customers-anchor-ledger": {
        "task": "customers.anchor_ledger",
        "schedule": crontab(hour=9, minute=17),
    },
    "billing-fact-files": {
        "task": "billing.ask_for_fact_files",
        "schedule": 20.0,
        "options": {"expires": 40},
    },
    "delivery-collect-reactions": {
        "task": "delivery.collect_reactions",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "delivery-forget-reactions": {"task": "delivery.forget_reactions", "schedule": 24 * 3600.0},
    "delivery-sweep": {
        "task": "delivery.sweep",
        "schedule": 5.0,
        "options": {"expires": 30, "queue": "sweep"},
    },
    "delivery-ask-last-words": {
        "task": "delivery.ask_last_words",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "delivery-forget-webhooks": {"task": "delivery.forget_webhooks", "schedule": 3600.0},
    "delivery-fetch-bounces": {
        "task": "delivery.fetch_bounces",
        "schedule": 120.0,
        "options": {"expires": 110},
    },
    "delivery-sandbox-reports": {
        "task": "delivery.sandbox_reports",
        "schedule": 2.0,
        "options": {"expires": 4},
    },
    "alerts-sweep": {"task": "alerts.sweep", "schedule": 10.0, "options": {"expires": 20}},
    "alerts-calendar": {
        "task": "alerts.run_calendar",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "alerts-opt-ins": {"task": "alerts.opt_ins", "schedule": 300.0, "options": {"expires": 300}},
    "alerts-start-accounts": {"task": "alerts.start_accounts", "schedule": 24 * 3600.0},
    "mass-notifications-run-due": {
        "task": "mass_notifications.run_due",
        "schedule": 10.0,
        "options": {"expires": 20},
    },
}

# ── language and time ───────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = env.str("UPN_TIME_ZONE", default="America/New_York")
PHONENUMBER_DEFAULT_REGION = "US"
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "NATIONAL"

# ── static files and uploads ────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "uploads")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
UPN_MAX_FILE_BYTES = env.int("UPN_MAX_FILE_MB", default=50) * 1024 * 1024
UPN_MAX_FILE_ROWS = env.int("UPN_MAX_FILE_ROWS", default=500_000)
FILE_UPLOAD_HANDLERS = [
    "common.upload_limit.UploadLimit",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# An email service's batch of a thousand events has more than Django's 2.5 MB, written as a form.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# ── sign-in (RULES 26) ──────────────────────────────────────────────────────────────────────
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "console.sign_in.StaffAdapter"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Attempts are counted in the broker, so for all processes together.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
}
# How many proxies of our own stand in front: the address that attempts are counted by is theirs
# to tell. A site with https has one, since gunicorn itself speaks http.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int(
    "TRUSTED_PROXY_COUNT", default=1 if PUBLIC_URL.startswith("https://") else 0
)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = env.str("UTILITY_SHORT_NAME", default="Pine River Electric")
# Browsers give passkeys to https and to localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PUBLIC_URL.startswith("https://")
# The link of an invitation or of a forgotten password is good for a day.
PASSWORD_RESET_TIMEOUT = 24 * 3600
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
EMAIL_BACKEND = "upn.mail_backend.ProviderBackend"
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="alerts@pineriver.example.com")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
# Staff sign in with a second factor; a demonstration may be looked at without one.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEMO)

# ── the API ─────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.answers.in_words",
}
SPECTACULAR_SETTINGS = {"TITLE": "Customer contact", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}
# Of one key; a request may hold up to 1,000 facts.
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=12_000)

# ── security ────────────────────────────────────────────────────────────────────────────────
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PUBLIC_URL.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    # A provider does not follow with its POST; and what it signed names https or is refused.
    SECURE_REDIRECT_EXEMPT = [r"^hooks/"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)

# The utility's other subdomains, and the browsers' preload list, are not ours to decide on.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# ── the utility ─────────────────────────────────────────────────────────────────────────────
UTILITY_NAME = env.str("UTILITY_NAME", default="Pine River Electric Cooperative")
UTILITY_SHORT_NAME = env.str("UTILITY_SHORT_NAME", default="Pine River Electric")
UTILITY_ADDRESS = env.str("UTILITY_ADDRESS", default="1 Main St, Pine River GA 30000")
UTILITY_PHONE = env.str("UTILITY_PHONE", default="+14785550100")
# Where a called person opts out by calling back (toll-free, RULES 10); it may be Twilio's number.
UTILITY_OPT_OUT_PHONE = env.str("UTILITY_OPT_OUT_PHONE", default="") or UTILITY_PHONE
UTILITY_STATE = env.str("UTILITY_STATE", default="GA")
# Those that still say the demonstration's.
UNSET_UTILITY = [
    name for name in ("UTILITY_NAME", "UTILITY_ADDRESS", "UTILITY_PHONE") if name not in os.environ
]

# ── providers: what isn't set is the sandbox ────────────────────────────────────────────────
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_FROM = env.str("EMAIL_FROM", default="alerts@pineriver.example.com")
# The mailbox that returned mails come to: imaps://user:password@host/folder?done=Handled
BOUNCE_IMAP_URL = env.str("BOUNCE_IMAP_URL", default="")
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", default="")
TWILIO_MESSAGING_SERVICE_SID = env.str("TWILIO_MESSAGING_SERVICE_SID", default="")
TWILIO_FROM_NUMBER = env.str("TWILIO_FROM_NUMBER", default="")
TWILIO_VOICE_NUMBER = env.str("TWILIO_VOICE_NUMBER", default=TWILIO_FROM_NUMBER)
# Tell machines from people, and leave the machine its own message after the beep (Twilio charges
# for it; a person hears a short silence first).
TWILIO_MACHINE_DETECTION = env.bool("TWILIO_MACHINE_DETECTION", default=True)
TWILIO_API_URL = env.str("TWILIO_API_URL", default="https://api.twilio.com")
# What kind of line a number is, and its carrier: each look costs about a cent, so it is asked for.
TWILIO_LOOKUP = env.bool("TWILIO_LOOKUP", default=False)
TWILIO_LOOKUP_URL = env.str("TWILIO_LOOKUP_URL", default="https://lookups.twilio.com")
TWILIO_LOOKUP_DAYS = env.int("TWILIO_LOOKUP_DAYS", default=365)
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
VAPID_PUBLIC_KEY = env.str("VAPID_PUBLIC_KEY", default="")
# Hosts of push endpoints that need be neither https nor public: for an endpoint on this machine.
UPN_PUSH_ALLOW_HOSTS = env.list("UPN_PUSH_ALLOW_HOSTS", default=[])
VAPID_CONTACT = env.str("VAPID_CONTACT", default=f"mailto:{EMAIL_FROM}")
FIREBASE_CREDENTIALS = env.str("FIREBASE_CREDENTIALS", default="")
FCM_API_URL = env.str("FCM_API_URL", default="https://fcm.googleapis.com")

# ── webhooks: see docs/webhooks.md ──────────────────────────────────────────────────────────
# "name:password" in the addresses that email services are given.
WEBHOOK_SECRET = env.str("WEBHOOK_SECRET", default="")
SENDGRID_WEBHOOK_KEY = env.str("SENDGRID_WEBHOOK_KEY", default="")
MAILGUN_WEBHOOK_KEY = env.str("MAILGUN_WEBHOOK_KEY", default="")
RESEND_WEBHOOK_KEY = env.str("RESEND_WEBHOOK_KEY", default="")
MANDRILL_WEBHOOK_KEY = env.str("MANDRILL_WEBHOOK_KEY", default="")
# Of the topics that SES may tell us through; empty: any that knows our secret.
SES_TOPIC_ARNS = env.list("SES_TOPIC_ARNS", default=[])
# Where requests to Amazon SNS go instead of to Amazon.
SNS_API_URL = env.str("SNS_API_URL", default="")
# Seconds after which what a provider signed is refused. They try for hours to reach a site that
# was down, so it is long; copies are told apart by their keys, which are kept for longer.
WEBHOOK_MAX_AGE = env.int("WEBHOOK_MAX_AGE", default=24 * 3600)
WEBHOOK_KEEP_DAYS = env.int("WEBHOOK_KEEP_DAYS", default=30)

# ── rules with a date or a dispute: the strict reading is the default ───────────────────────
# RULES 9: every text and call that is not an emergency keeps to the hours.
QUIET_HOURS_EXEMPT_PURPOSES = env.list(
    "QUIET_HOURS_EXEMPT_PURPOSES", default=["emergency", "verification"]
)
QUIET_HOURS_OPEN = env.str("QUIET_HOURS_OPEN", default="08:00")
QUIET_HOURS_CLOSE = env.str("QUIET_HOURS_CLOSE", default="21:00")
# A number that is newly subscribed to account texts is asked to reply YES first (docs/opt-in.md).
SMS_DOUBLE_OPT_IN = env.bool("SMS_DOUBLE_OPT_IN", default=False)
# Days until the one reminder, and until the wait is over.
SMS_OPT_IN_REMIND_DAYS = env.int("SMS_OPT_IN_REMIND_DAYS", default=2)
SMS_OPT_IN_EXPIRE_DAYS = env.int("SMS_OPT_IN_EXPIRE_DAYS", default=14)
# RULES 8: what one STOP stops: "all", or messages of the same "kind", which the FCC's waiver allows
# until a date.
STOP_SCOPE = env.str("STOP_SCOPE", default="all")
STOP_SCOPE_KIND_UNTIL = date.fromisoformat(env.str("STOP_SCOPE_KIND_UNTIL", default="2027-01-31"))
# RULES 6: the confirmation asks whether all or only this kind should stop.
STOP_ASKS_SCOPE = env.bool("STOP_ASKS_SCOPE", default=True)
# States whose hours differ from the table in common/quiet_hours.py: OK=08:00-20:00,TX=09:00-21:00.
QUIET_HOURS_OF_STATES = env.list("QUIET_HOURS_OF_STATES", default=[])
# Newsletters and marketing keep off the days on which a state allows no solicitations, too.
QUIET_DAYS = env.bool("QUIET_DAYS", default=True)
# RULES 10: so many calls in 30 days to a number that nobody gave us consent for.
CALLS_WITHOUT_CONSENT = env.int("CALLS_WITHOUT_CONSENT", default=3)
# How often one message may ring a number, whatever came of the calls before.
CALLS_OF_A_MESSAGE = env.int("CALLS_OF_A_MESSAGE", default=4)
# Mass notifications to more members than this need a second person; 0: never.
APPROVAL_ABOVE = env.int("APPROVAL_ABOVE", default=0)

# ── the consent ledger ──────────────────────────────────────────────────────────────────────
# Where the head of its chain is written down once a day, out of the database's reach.
LEDGER_ANCHORS = env.str("LEDGER_ANCHORS", default=str(DATA_DIR / "ledger-anchors.jsonl"))

# ── opens and clicks: not counted unless a purpose is named here ────────────────────────────
# Of mass notifications by email alone, e.g. newsletter,marketing.
TRACKED_PURPOSES = env.list("TRACKED_PURPOSES", default=[])
# So long it is known who opened what; then only how many.
TRACKING_DAYS = env.int("TRACKING_DAYS", default=90)

# ── delivery ────────────────────────────────────────────────────────────────────────────────
DELIVERY_WINDOW = env.int("DELIVERY_WINDOW", default=50)
DELIVERY_DRAINS_PER_LANE = env.int("DELIVERY_DRAINS_PER_LANE", default=2)
# Seconds that an urgent drain listens for the next message before it ends.
DELIVERY_LINGER = env.float("DELIVERY_LINGER", default=2.0)

# What is answered to a text that asks for nothing we know, once a day; our own words where empty.
REPLY_STANDARD_ANSWERS = {
    "en": env.str("REPLY_STANDARD_ANSWER", default=""),
    "es": env.str("REPLY_STANDARD_ANSWER_ES", default=""),
}

# ── logs, health and metrics ────────────────────────────────────────────────────────────────
LOGGING = logging_settings(
    format=env.str("UPN_LOG_FORMAT", default="plain" if DEMO else "json"),
    level=env.str("UPN_LOG_LEVEL", default="INFO").upper(),
)
# /readyz says "not ready" where an urgent message has been due for longer.
READY_OLDEST_DUE_SECONDS = env.int("READY_OLDEST_DUE_SECONDS", default=300)
# A bearer token for /metrics; without one it answers this machine alone.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
