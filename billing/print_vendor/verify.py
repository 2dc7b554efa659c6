"""Reading a written file back and holding it against its manifest."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from billing.print_vendor import layout

_COUNTED = {"BIL": "bills", "NAM": "names", "SVC": "services", "USE": "usages", "MSG": "messages"}
_SEQUENCE = slice(3, 11)  # in the records of a bill, right after the type


def problems_of(path: Path, manifest: dict[str, Any]) -> list[str]:
    """What does not add up, in words; empty where everything does."""
    found = _manifest_alone(manifest)
    reading = _Reading()
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            digest.update(raw)
            size += len(raw)
            if wrong := reading.take(raw):
                return [*found, f"Line {number}: {wrong}"]
    if not reading.ended:
        found.append("The file has no trailer at its end.")
    expected = {
        "bytes": (size, manifest["bytes"]),
        "SHA-256": (digest.hexdigest(), manifest["sha256"]),
        "records": (dict(reading.records), manifest["records"]),
        "bills": (reading.records["BIL"], manifest["bills"]["printed"]),
        "amount": (reading.amount, manifest["amount_cents"]["printed"]),
        "balance": (reading.balance, manifest["balance_cents"]["printed"]),
        "messages": (
            reading.records["MSG"],
            sum(message["bills"] for message in manifest["messages"]),
        ),
    }
    found += [
        f"{name}: the file has {in_file}, the manifest says {said}"
        for name, (in_file, said) in expected.items()
        if in_file != said
    ]
    return found


def _manifest_alone(manifest: dict[str, Any]) -> list[str]:
    """The parts must make the whole: printed and emailed together are the run."""
    bills = manifest["bills"]
    found = [
        f"{name}: printed and emailed only do not make the run"
        for name in ("bills", "amount_cents", "balance_cents")
        if manifest[name]["printed"] + manifest[name]["emailed_only"] != manifest[name]["in_run"]
    ]
    if bills["by_choice"] + bills["because_no_email_reaches"] != bills["printed"]:
        found.append("bills: by choice and because no email reaches do not make those printed")
    return found


class _Reading:
    """What the lines say so far. A bill is BIL, NAM, SVC, perhaps USE, then its MSG."""

    def __init__(self) -> None:
        self.records: Counter[str] = Counter()
        self.amount = 0
        self.balance = 0
        self.ended = False
        self._sequence = 0
        self._messages_to_come = 0
        self._before = ""

    def take(self, raw: bytes) -> str:
        """What is wrong with this line, if anything."""
        if len(raw) != layout.LENGTH + 2 or not raw.endswith(layout.LINE_END):
            return f"it has {len(raw)} bytes, not {layout.LENGTH} and CRLF"
        text = raw[: layout.LENGTH].decode(layout.ENCODING)
        record = text[:3]
        if record not in layout.RECORDS:
            return f"“{record}” is no record type"
        if wrong := self._out_of_order(record):
            return wrong
        self._before = record
        self.records[record] += 1
        values = layout.read(text) if record in {"BIL", "TRL"} else {}
        if record == "BIL":
            self._sequence += 1
            self.amount += int(values["amount_cents"])
            self.balance += int(values["balance_cents"])
            self._messages_to_come = int(values["messages"])
        elif record == "MSG":
            self._messages_to_come -= 1
        elif record == "TRL":
            self.ended = True
            return self._trailer(values)
        if record != "HDR" and int(text[_SEQUENCE]) != self._sequence:
            return f"it belongs to bill {text[_SEQUENCE]}, not to {self._sequence}"
        return ""

    def _out_of_order(self, record: str) -> str:
        after = {
            "": {"HDR"},
            "HDR": {"BIL", "TRL"},
            "BIL": {"NAM"},
            "NAM": {"SVC"},
            "TRL": set(),
        }
        allowed: set[str] = after.get(self._before, set())
        if self._before in {"SVC", "USE", "MSG"}:
            allowed = {"MSG"} if self._messages_to_come else {"BIL", "TRL"}
            if self._before == "SVC":
                allowed |= {"USE"}
        if record in allowed:
            return ""
        return f"{record} does not follow {self._before or 'the beginning'}"

    def _trailer(self, values: dict[str, str]) -> str:
        said = {name: int(values[name]) for name in _COUNTED.values()}
        counted = {name: self.records[record] for record, name in _COUNTED.items()}
        sums = (int(values["amount_cents"]), int(values["balance_cents"]))
        if said != counted or sums != (self.amount, self.balance):
            return "the trailer does not add up"
        if int(values["records"]) != sum(self.records.values()):
            return "the trailer counts other records than there are"
        return ""
