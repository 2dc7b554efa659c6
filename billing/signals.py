"""News for the rooms above: facts were told, and are committed."""

from django.dispatch import Signal

# Sent after the commit with kind=Kind value (str), ids=list[int]: the rows that are new or were
# corrected, at most CHUNK of them at a time. Unchanged facts are no news.
facts_told = Signal()
CHUNK = 5_000
