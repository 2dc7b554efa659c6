"""What is tracked must be allowed to be."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from common.choices import Purpose

# Never counted: what is about one's own account or safety, and codes.
NEVER = frozenset({Purpose.ACCOUNT, Purpose.CURTAILMENT, Purpose.EMERGENCY, Purpose.VERIFICATION})


@register(Tags.compatibility)
def tracked_purposes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    allowed = [purpose.value for purpose in Purpose if purpose not in NEVER]
    wrong = [purpose for purpose in settings.TRACKED_PURPOSES if purpose not in allowed]
    if not wrong:
        return []
    return [
        Error(
            f"TRACKED_PURPOSES names {', '.join(wrong)}; opens and clicks can be counted for "
            f"{', '.join(allowed)}.",
            id="delivery.E020",
        )
    ]
