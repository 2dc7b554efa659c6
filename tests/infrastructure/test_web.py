"""The web server's processes, before anybody asks them for something."""

import subprocess
import sys

LOOK = """
import sys
from upn.wsgi import application
from django.urls import resolve

loaded = set(sys.modules)
for path in ("/hooks/twilio/status/", "/console/", "/accounts/login/", "/api/v1/facts/"):
    resolve(path)
print(*sorted(set(sys.modules) - loaded))
"""


def test_pages_are_loaded_before_the_first_request() -> None:
    """With --preload that is before gunicorn forks: no request waits for imports."""
    found = subprocess.run(
        [sys.executable, "-c", LOOK], capture_output=True, text=True, timeout=100, check=True
    )
    assert found.stdout.split() == []
