from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ConsoleConfig(AppConfig):
    name = "console"
    verbose_name = "Console"

    def ready(self) -> None:
        from console.roles import make_groups

        # After the last app whose permissions migrate makes; apps without models hear nothing.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(make_groups, sender=last, dispatch_uid="console.roles.make_groups")
