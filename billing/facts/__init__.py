"""The one way in for facts: file, API and console alike.

report = tell_facts(Kind.PAYMENT, [{"fact_id": "P-1", "account": "162033-001", "at": "2026-11-22",
                                    "amount": "$80.12", "method": "card"}])
"""

from billing.facts.report import Outcome, Report
from billing.facts.tell import tell_facts, tell_numbered_facts

__all__ = ["Outcome", "Report", "tell_facts", "tell_numbered_facts"]
