from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AlertsConfig(AppConfig):
    name = "alerts"
    verbose_name = "Alerts"

    def ready(self) -> None:
        from alerts.news import hear
        from alerts.seed import seed_after_migrate
        from billing.signals import facts_told

        facts_told.connect(hear, dispatch_uid="alerts.news.hear")
        post_migrate.connect(
            seed_after_migrate, sender=self, dispatch_uid="alerts.seed.seed_after_migrate"
        )
