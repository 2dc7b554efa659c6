from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "alerts.verification"
    label = "alerts_verification"
    verbose_name = "Verification"

    def ready(self) -> None:
        from alerts.verification.double_opt_in import hear_of_changes, hear_yes
        from billing.signals import facts_told
        from delivery.signals import yes_received

        yes_received.connect(hear_yes, dispatch_uid="alerts.verification.hear_yes")
        facts_told.connect(hear_of_changes, dispatch_uid="alerts.verification.hear_of_changes")
