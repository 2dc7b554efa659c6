"""POST /api/v1/facts/: the billing system tells what just happened."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import KeyAuthentication, KeyThrottle, MayTellFacts
from api.answers import CarefulJSONParser
from api.schema import ANSWER, ERROR, MOST_FACTS, REQUEST, names_of
from billing.choices import Kind
from billing.facts import Outcome, Report, tell_numbered_facts
from billing.facts.kinds import KINDS

_MOST_BYTES = 2 * 1024 * 1024
_LONGEST_VALUE = 500
_NAMES = {kind: names_of(consists) for kind, consists in KINDS.items()}


class TooLargeError(APIException):
    status_code = 413
    default_detail = "The request is larger than 2 MB. Tell fewer facts at a time."


class FactsView(APIView):
    """Facts in a batch, each with a result of its own. The same batch again changes nothing."""

    authentication_classes = (KeyAuthentication,)
    permission_classes = (MayTellFacts,)
    throttle_classes = (KeyThrottle,)
    parser_classes = (CarefulJSONParser,)

    @extend_schema(
        operation_id="tell_facts",
        summary="Tell facts: bills, payments and the like",
        request={"application/json": REQUEST},
        responses={200: ANSWER, 400: ERROR, 401: ERROR, 403: ERROR, 413: ERROR, 429: ERROR},
    )
    def post(self, request: Request) -> Response:
        if int(request.META.get("CONTENT_LENGTH") or 0) > _MOST_BYTES:
            raise TooLargeError
        return Response(_tell(_facts(request.data)))


def _facts(body: Any) -> list[Any]:
    facts = body.get("facts") if isinstance(body, dict) else None
    if not isinstance(facts, list):
        raise ParseError('Send an object with a list: {"facts": [{"kind": "payment", …}]}.')
    if len(facts) > MOST_FACTS:
        raise ParseError(f"{len(facts)} facts are too many at once; {MOST_FACTS} are the most.")
    return facts


def _tell(facts: list[Any]) -> dict[str, Any]:
    """Bills before the payments that name them; the results in the order of the facts."""
    results: list[dict[str, Any]] = []
    told: dict[Kind, list[tuple[int, Mapping[str, str]]]] = {kind: [] for kind in Kind}
    for row, fact in enumerate(facts, start=1):
        result: dict[str, Any] = {
            "kind": "",
            "fact_id": "",
            "outcome": Outcome.REFUSED.value,
            "problem": None,
            "remarks": [],
        }
        results.append(result)
        try:
            kind, values = _read(fact)
        except _RefusedError as refused:
            result["problem"] = {"name": refused.name, "words": refused.words}
            continue
        result["kind"], result["fact_id"] = kind.value, values.get("fact_id", "")
        told[kind].append((row, values))
    for kind, rows in told.items():
        if rows:
            report = Report(kind=kind, outcomes={})
            _answer(results, tell_numbered_facts(kind, rows, report=report))
    counts = {outcome.value: 0 for outcome in Outcome}
    for result in results:
        counts[result["outcome"]] += 1
    return {**counts, "results": results}


def _answer(results: list[dict[str, Any]], report: Report) -> None:
    for row, outcome in (report.outcomes or {}).items():
        results[row - 1]["outcome"] = outcome.value
    for problem in report.problems:
        results[problem.row - 1]["problem"] = {"name": problem.column, "words": problem.problem}
    for remark in report.remarks:
        results[remark.row - 1]["remarks"].append({"name": remark.column, "words": remark.problem})


class _RefusedError(Exception):
    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name, self.words = name, words


def _read(fact: Any) -> tuple[Kind, dict[str, str]]:
    if not isinstance(fact, dict):
        raise _RefusedError("", "A fact is an object with a kind, an account and so on.")
    told = fact.get("kind")
    if told not in Kind.values:
        raise _RefusedError("kind", f"The kind must be one of {', '.join(Kind.values)}.")
    kind = Kind(told)
    values = {}
    for name, value in fact.items():
        if name not in _NAMES[kind]:
            known = ", ".join(sorted(_NAMES[kind]))
            raise _RefusedError(
                str(name)[:60], f"A {kind.label.lower()} has no such field. It has: {known}."
            )
        values[name] = _text(name, value)
    return kind, values


def _text(name: str, value: Any) -> str:
    """As a person would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**20 else "9" * 20
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else "9" * 20
    if not isinstance(value, str):
        raise _RefusedError(name, "This must be text or a number.")
    if len(value) > _LONGEST_VALUE:
        raise _RefusedError(name, f"This has more than {_LONGEST_VALUE} characters.")
    return value
