from django.apps import AppConfig


class MassNotificationsConfig(AppConfig):
    name = "mass_notifications"
    verbose_name = "Mass notifications"
