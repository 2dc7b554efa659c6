"""What the rules know of each kind of fact: one file a topic."""

from alerts.rules.account_changes import ACCOUNT_CHANGES
from alerts.rules.arrangements import ARRANGEMENTS, INSTALLMENTS
from alerts.rules.base import FactKind
from alerts.rules.bills import BILLS
from alerts.rules.disconnects import DISCONNECTS
from alerts.rules.payments import PAYMENTS, RETURNED_CHECKS
from alerts.rules.usage import USAGE

KINDS: dict[str, FactKind] = {
    kind.kind.value: kind
    for kind in (
        BILLS,
        PAYMENTS,
        RETURNED_CHECKS,
        ARRANGEMENTS,
        INSTALLMENTS,
        USAGE,
        DISCONNECTS,
        ACCOUNT_CHANGES,
    )
}
