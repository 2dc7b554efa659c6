"""News for the rooms above: facts were told, and are committed."""

from django.dispatch import Signal

# Sent after the commit with kind=Kind value (str), ids=list[int]: the rows that are new or were
# corrected. Unchanged facts are no news. It is sent within a transaction: what a receiver writes
# counts together with "this was told". Where a receiver raises, it is told again later.
facts_told = Signal()
