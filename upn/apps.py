from django.apps import AppConfig


class UpnConfig(AppConfig):
    name = "upn"
    verbose_name = "UPN"

    def ready(self) -> None:
        from upn import checks, heartbeat  # noqa: F401  (registers the checks)
        from upn.logging import follow_work_into_celery

        follow_work_into_celery()
        heartbeat.beat_with_celery()
