"""News for the rooms above."""

from django.dispatch import Signal

# Sent with number=<E.164> in the transaction that records it, when somebody texts YES, START or
# what means the same.
yes_received = Signal()
