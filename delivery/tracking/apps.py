from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "delivery.tracking"
    label = "delivery_tracking"
    verbose_name = "Opens and clicks"

    def ready(self) -> None:
        # Registered by being imported.
        from delivery.tracking import checks, tasks  # noqa: F401
