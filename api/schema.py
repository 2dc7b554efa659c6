"""What the API says of itself, made from the table of kinds."""

from typing import Any

from billing.facts.fields import KindOfFact
from billing.facts.kinds import KINDS
from billing.facts.rows import ACCOUNT, FACT_ID, SEPARATOR

MOST_FACTS = 1_000

_TEXT_OR_NUMBER: dict[str, Any] = {"oneOf": [{"type": "string"}, {"type": "number"}]}
_SAYS = {
    "bigint": 'Money: dollars (1234.56 or "$1,234.56"), or whole cents under the name …_cents.',
    "date": "2026-11-22 or 11/22/2026.",
    "timestamptz": "2026-11-22T14:05:00-05:00; without an offset on the utility's own clock.",
    "numeric(12,3)": "kWh.",
    "boolean": "true or false.",
}


def names_of(consists: KindOfFact) -> frozenset[str]:
    """Under which a fact's values may be told."""
    own = {way.name for field in consists.fields for way in field.ways}
    return frozenset({"kind", FACT_ID, ACCOUNT, SEPARATOR, *own})


def _fact(consists: KindOfFact) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "kind": {"type": "string", "enum": [consists.kind.value]},
        FACT_ID: {"type": "string", "description": "The billing system's own id of the fact."},
        ACCOUNT: {"type": "string", "example": "162033-001"},
    }
    required = ["kind"] if consists.account_from else ["kind", ACCOUNT]
    if consists.derived_id is None:
        required.append(FACT_ID)
    for field in consists.fields:
        for way in field.ways:
            kind: dict[str, Any] = (
                {"type": "boolean"} if field.type == "boolean" else dict(_TEXT_OR_NUMBER)
            )
            properties[way.name] = {**kind, "description": _SAYS.get(field.type, field.label)}
        if field.is_required and len(field.ways) == 1:
            required.append(field.ways[0].name)
    return {
        "type": "object",
        "title": str(consists.kind.label),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


_STATEMENT = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "words": {"type": "string"}},
}
REQUEST: dict[str, Any] = {
    "type": "object",
    "required": ["facts"],
    "properties": {
        "facts": {
            "type": "array",
            "maxItems": MOST_FACTS,
            "items": {"oneOf": [_fact(consists) for consists in KINDS.values()]},
        }
    },
}
ERROR: dict[str, Any] = {"type": "object", "properties": {"error": {"type": "string"}}}
ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        **{name: {"type": "integer"} for name in ("new", "changed", "unchanged", "refused")},
        "results": {
            "type": "array",
            "description": "One for each fact, in the order in which they were told.",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string"},
                    "fact_id": {"type": "string"},
                    "outcome": {
                        "type": "string",
                        "enum": ["new", "changed", "unchanged", "refused"],
                    },
                    "problem": {**_STATEMENT, "nullable": True},
                    "remarks": {"type": "array", "items": _STATEMENT},
                },
            },
        },
    },
}
