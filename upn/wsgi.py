"""The web server's way in: `gunicorn upn.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upn.settings")
application = get_wsgi_application()
