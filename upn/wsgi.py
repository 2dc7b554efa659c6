"""The web server's way in: `gunicorn upn.wsgi`."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upn.settings")
application = get_wsgi_application()
# All pages are loaded here, once and before gunicorn forks: each process would do it in its first
# request, which took a second of processor time, and providers' webhooks queued up behind it.
import_module(settings.ROOT_URLCONF)
