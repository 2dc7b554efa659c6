from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConsoleConfig(AppConfig):
    name = "console"
    verbose_name = "Console"

    def ready(self) -> None:
        from console.roles import make_groups

        post_migrate.connect(make_groups, sender=self, dispatch_uid="console.roles.make_groups")
