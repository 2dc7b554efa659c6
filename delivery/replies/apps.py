from django.apps import AppConfig


class RepliesConfig(AppConfig):
    name = "delivery.replies"
    label = "delivery_replies"
    verbose_name = "Replies"
