from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "delivery"
    verbose_name = "Delivery"

    def ready(self) -> None:
        # Registered by being imported: Celery's own search finds delivery/tasks.py alone.
        from delivery import checks  # noqa: F401
        from delivery.providers.sandbox import tasks as sandbox_tasks  # noqa: F401
        from delivery.webhooks import tasks as webhook_tasks  # noqa: F401
