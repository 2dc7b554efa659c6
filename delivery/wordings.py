"""The wordings that a process has compiled. They never change, so it keeps them."""

from delivery.database import Connection
from delivery.rendering import Wording

WORDINGS: dict[int, Wording] = {}
_MOST = 500


def load_wordings(connection: Connection, ids: set[int]) -> None:
    """Have these wordings, whatever else is kept."""
    if len(WORDINGS) > _MOST:
        WORDINGS.clear()
    rows = connection.execute(
        "SELECT id, language, purpose, subject, body, text_body, voice_body, topic, tracked "
        "FROM delivery_content WHERE id = ANY(%s)",
        [list(ids - WORDINGS.keys())],
    ).fetchall()
    for row in rows:
        WORDINGS[row[0]] = Wording(*row)
