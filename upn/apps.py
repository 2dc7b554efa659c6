from django.apps import AppConfig


class UpnConfig(AppConfig):
    name = "upn"
    verbose_name = "UPN"

    def ready(self) -> None:
        # The Celery app, the checks and the heartbeat register themselves.
        from upn import celery, checks, heartbeat  # noqa: F401
        from upn.logging import follow_work_into_celery

        follow_work_into_celery()
        heartbeat.beat_with_celery()
