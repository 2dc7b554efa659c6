"""For how long a message is worth having."""

from datetime import timedelta

from common.choices import Purpose

# After so long nobody wants to read it (seconds). The code of a verification lives ten minutes
# (RULES 26); news of an outage is old after some hours; the rest may wait for a day.
TIME_TO_LIVE = {
    Purpose.VERIFICATION: 600,
    Purpose.OUTAGE: 4 * 3600,
    Purpose.EMERGENCY: 4 * 3600,
}
TIME_TO_LIVE_OTHERWISE = 24 * 3600


def lifetime_of(purpose: str) -> timedelta:
    return timedelta(seconds=TIME_TO_LIVE.get(Purpose(purpose), TIME_TO_LIVE_OTHERWISE))
