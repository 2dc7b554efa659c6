"""News for the rooms above: facts were told."""

from django.dispatch import Signal

# Sent with kind=Kind value (str), ids=list[int]: the rows that are new or were corrected. Unchanged
# facts are no news. It is sent within a transaction, that of the facts themselves where they are
# few: what a receiver writes counts together with "this was told". Where a receiver raises, the
# facts are taken all the same, and it is told again later.
facts_told = Signal()
