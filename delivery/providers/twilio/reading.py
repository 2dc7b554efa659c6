"""One of Twilio's statuses in our terms."""

from dataclasses import dataclass

from delivery.choices import Status


@dataclass(frozen=True, slots=True)
class Reading:
    """`status` is None where a status says nothing that we keep."""

    status: Status | None
    code: str = ""
    reason: str = ""
    bad_address: bool = False
    opted_out: bool = False
