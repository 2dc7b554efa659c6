"""The browser on this machine, if there is one."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = "a browser test: it needs Chromium or Chrome (on Debian: apt-get install chromium)"
ARGUMENTS = ["--disable-background-networking", "--disable-dev-shm-usage"]


def find() -> str | None:
    """The path of an installed Chromium or Chrome; CHROMIUM in the environment comes first."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def arguments() -> list[str]:
    # Chromium's sandbox does not work for root.
    return [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
