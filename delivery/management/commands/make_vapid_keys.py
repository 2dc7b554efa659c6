"""`manage.py make_vapid_keys`: the pair of keys by which push services know this site."""

from typing import Any

from django.core.management.base import BaseCommand

from delivery.providers.push.vapid import make_keys


class Command(BaseCommand):
    help = (
        "Print a new pair of VAPID keys for Web Push, as lines for the environment. Make them "
        "once: with other keys, every browser has to subscribe again."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        private, public = make_keys()
        self.stdout.write(f"VAPID_PRIVATE_KEY={private}\nVAPID_PUBLIC_KEY={public}")
