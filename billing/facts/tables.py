"""The SQL of telling facts: what is told is staged, then told apart from what is known.

The statements are made from the table of kinds. Each looks rows up by an index, one by one, so
that the cost of a row does not grow with the table, nor depend on what the planner believes about
a staging table that it has never seen.
"""

from billing.facts.fields import KindOfFact
from billing.facts.rows import COMMON_COLUMNS

# Which row of a slice is meant; `first_row` is set where an earlier row tells the same fact.
_SLICE = "incoming.row BETWEEN %(first)s AND %(last)s"


class Statements:
    """What is executed for one kind, in this order."""

    def __init__(self, kind: KindOfFact) -> None:
        self.staging = f"telling_{kind.kind.value}"
        self.columns = (*COMMON_COLUMNS, *(field.column for field in kind.fields))
        self._kind = kind
        self._references = {reference.column for reference in kind.references}
        self._stored = [field for field in kind.fields if field.column not in self._references]
        # Column of the fact → what it is for a new one, and for a known one.
        self._when_new = {"account_id": "incoming.account_id"}
        self._when_known = {"account_id": "incoming.account_id"}
        for field in self._stored:
            name = field.column
            told = f"incoming.{name}"
            new, known = f"coalesce({told}, {field.when_new})", f"coalesce({told}, known.{name})"
            if field.is_required:
                new = known = told
            elif field.when_known:
                known = f"coalesce({told}, {field.when_known})"
            if field.type == "timestamptz" and not field.is_required:
                new, known = f"nullif({new}, '-infinity')", f"nullif({known}, '-infinity')"
            self._when_new[name], self._when_known[name] = new, known
        for reference in kind.references:
            name = f"{reference.column}_id"
            self._when_new[name] = f"incoming.{name}"
            self._when_known[name] = f"coalesce(incoming.{name}, known.{name})"
        self._good = "incoming.problem = '' AND incoming.first_row IS NULL" + "".join(
            f" AND incoming.{column}_id IS NOT NULL"
            for column in ("account", *(r.column for r in kind.references if r.is_required))
        )
        self._differs = (
            f"({', '.join(f'known.{name}' for name in self._when_known)})"
            f" IS DISTINCT FROM ({', '.join(self._when_known.values())})"
        )

    @property
    def create(self) -> str:
        types = {"row": "int PRIMARY KEY", **{f.column: f.type for f in self._kind.fields}}
        own = ", ".join(f"{name} {types.get(name, 'text')}" for name in self.columns)
        references = "".join(f", {name}_id bigint" for name in sorted(self._references))
        return (
            f"CREATE TEMP TABLE IF NOT EXISTS {self.staging} ({own}{references},"
            " account_id bigint, known_id bigint, new_id bigint, first_row int,"
            " outcome text NOT NULL DEFAULT '', problem text NOT NULL DEFAULT '')"
        )

    @property
    def empty(self) -> str:
        """Not TRUNCATE, which makes new files and waits for the disk each time."""
        return f"DELETE FROM {self.staging}"  # noqa: S608

    @property
    def drop(self) -> str:
        return f"DROP TABLE {self.staging}"

    @property
    def copy(self) -> str:
        return f"COPY {self.staging} ({', '.join(self.columns)}) FROM STDIN"

    @property
    def analyze(self) -> str:
        return f"ANALYZE {self.staging}"

    @property
    def find_repeated(self) -> str:
        """Rows that tell a fact which an earlier row tells; `differs` where they disagree."""
        told = ", ".join(name for name in self.columns if name not in ("row", "note"))
        return f"""
            UPDATE {self.staging} AS incoming
            SET first_row = repeated.first_row,
                problem = CASE WHEN repeated.is_same THEN '' ELSE 'differs' END
            FROM (
                SELECT row, first_value(row) OVER same_fact AS first_row,
                    ({told}) IS NOT DISTINCT FROM first_value(({told})) OVER same_fact AS is_same
                FROM {self.staging}
                WINDOW same_fact AS (PARTITION BY fact_id ORDER BY row)
            ) AS repeated
            WHERE repeated.row = incoming.row AND repeated.first_row < incoming.row
        """  # noqa: S608  (names of our own tables and columns, here and below)

    @property
    def resolve(self) -> list[str]:
        """The account and the fact as known; then what the fact refers to."""
        account = "SELECT account.id FROM customers_account AS account"
        account += " WHERE account.key = incoming.account"
        found = f"({account})"
        if self._kind.account_from:
            found = f"CASE incoming.account WHEN '' THEN ({self._kind.account_from})"
            found += f" ELSE ({account}) END"
        statements = [
            f"""
            UPDATE {self.staging} AS incoming SET account_id = {found}, known_id = (
                SELECT known.id FROM {self._kind.table} AS known
                WHERE known.fact_id = incoming.fact_id
            ) WHERE {_SLICE}
            """  # noqa: S608
        ]
        if self._kind.references:
            sets = ", ".join(f"{r.column}_id = ({r.query})" for r in self._kind.references)
            said = " OR ".join(f"incoming.{r.column} IS NOT NULL" for r in self._kind.references)
            statements.append(
                f"UPDATE {self.staging} AS incoming SET {sets} WHERE {_SLICE} AND ({said})"  # noqa: S608
            )
        return statements

    @property
    def find_taken(self) -> list[str]:
        """Facts whose place another fact has: an installment's number, an account's day."""
        if not self._kind.once_by:
            return []
        mine = ", ".join(f"incoming.{name}" for name in self._kind.once_by)
        theirs = ", ".join(f"known.{name}" for name in self._kind.once_by)
        return [
            f"""
            UPDATE {self.staging} AS incoming SET problem = 'taken', note = other.fact_id
            FROM (
                SELECT row, first_value(fact_id) OVER (
                    PARTITION BY {mine} ORDER BY incoming.row
                ) AS fact_id
                FROM {self.staging} AS incoming WHERE {_SLICE} AND {self._good}
            ) AS other
            WHERE other.row = incoming.row AND other.fact_id <> incoming.fact_id
            """,  # noqa: S608
            f"""
            UPDATE {self.staging} AS incoming SET problem = 'taken', note = (
                SELECT known.fact_id FROM {self._kind.table} AS known WHERE ({theirs}) = ({mine})
            )
            WHERE {_SLICE} AND {self._good} AND EXISTS (
                SELECT FROM {self._kind.table} AS known
                WHERE ({theirs}) = ({mine}) AND known.fact_id <> incoming.fact_id
            )
            """,  # noqa: S608
        ]

    @property
    def find_taken_before(self) -> list[str]:
        """In a dry run: the same among the slices before, which made nothing."""
        if not self._kind.once_by:
            return []
        mine = ", ".join(f"incoming.{name}" for name in self._kind.once_by)
        theirs = ", ".join(f"earlier.{name}" for name in self._kind.once_by)
        return [
            f"""
            UPDATE {self.staging} AS incoming SET problem = 'taken', note = (
                SELECT earlier.fact_id FROM {self.staging} AS earlier
                WHERE ({theirs}) = ({mine}) AND earlier.outcome <> '' LIMIT 1
            )
            WHERE {_SLICE} AND {self._good} AND EXISTS (
                SELECT FROM {self.staging} AS earlier WHERE ({theirs}) = ({mine})
                    AND earlier.outcome <> '' AND earlier.fact_id <> incoming.fact_id
            )
            """,  # noqa: S608
        ]

    @property
    def index_taken(self) -> list[str]:
        """What `find_taken_before` looks up."""
        if not self._kind.once_by:
            return []
        return [f"CREATE INDEX ON {self.staging} ({', '.join(self._kind.once_by)})"]

    @property
    def would_make_new(self) -> str:
        """In a dry run."""
        return f"""
            UPDATE {self.staging} AS incoming SET outcome = 'new'
            WHERE {_SLICE} AND {self._good} AND incoming.known_id IS NULL
        """  # noqa: S608

    @property
    def make_new(self) -> list[str]:
        """Ordered, so that two that tell the same facts at once wait for each other in line; the
        one that waited finds the other's, and compares."""
        known = f"FROM {self._kind.table} AS known WHERE known.fact_id = incoming.fact_id"
        return [
            f"""
            UPDATE {self.staging} AS incoming
            SET new_id = nextval(pg_get_serial_sequence('{self._kind.table}', 'id'))
            WHERE {_SLICE} AND {self._good} AND incoming.known_id IS NULL
            """,  # noqa: S608
            f"""
            INSERT INTO {self._kind.table}
                (id, fact_id, told_at, changed_at, revision, {", ".join(self._when_new)})
            SELECT new_id, fact_id, %(now)s, %(now)s, 1, {", ".join(self._when_new.values())}
            FROM {self.staging} AS incoming WHERE {_SLICE} AND incoming.new_id IS NOT NULL
            ORDER BY incoming.fact_id
            ON CONFLICT DO NOTHING
            """,  # noqa: S608
            f"""
            UPDATE {self.staging} AS incoming SET known_id = (SELECT known.id {known}),
                outcome = CASE WHEN EXISTS (SELECT {known} AND known.id = incoming.new_id)
                    THEN 'new' ELSE '' END
            WHERE {_SLICE} AND incoming.new_id IS NOT NULL
            """,  # noqa: S608
        ]

    @property
    def find_changed(self) -> str:
        return f"""
            UPDATE {self.staging} AS incoming SET outcome = 'changed'
            WHERE {_SLICE} AND {self._good} AND incoming.outcome = '' AND (
                SELECT {self._differs} FROM {self._kind.table} AS known
                WHERE known.id = incoming.known_id
            ) RETURNING incoming.known_id
        """  # noqa: S608

    @property
    def lock_changed(self) -> str:
        return (
            f"SELECT id FROM {self._kind.table} WHERE id = ANY(%(ids)s) ORDER BY id"  # noqa: S608
            " FOR NO KEY UPDATE"
        )

    @property
    def change(self) -> str:
        """Compared once more: another may have told the same while we waited for the lock."""
        sets = ", ".join(f"{name} = {value}" for name, value in self._when_known.items())
        return f"""
            UPDATE {self._kind.table} AS known
            SET {sets}, revision = known.revision + 1, changed_at = %(now)s
            FROM {self.staging} AS incoming
            WHERE {_SLICE} AND incoming.outcome = 'changed' AND incoming.known_id = known.id
                AND {self._differs}
            RETURNING known.id
        """  # noqa: S608

    @property
    def not_changed_after_all(self) -> str:
        return f"""
            UPDATE {self.staging} AS incoming SET outcome = ''
            WHERE {_SLICE} AND incoming.outcome = 'changed' AND incoming.known_id <> ALL(%(ids)s)
        """  # noqa: S608

    @property
    def tally(self) -> str:
        """How each row of the slice came out, and what there is to say about it."""
        missing = ", ".join(
            f"incoming.{name} IS NOT NULL AND incoming.{name}_id IS NULL"
            for name in sorted(self._references)
        )
        said = ", ".join(f"incoming.{name}" for name in sorted(self._references))
        due = "incoming.due_date" if "due_date" in self.columns else "NULL::date"
        return f"""
            SELECT incoming.row, incoming.fact_id, incoming.account, incoming.account_id,
                incoming.known_id, incoming.outcome, incoming.problem, incoming.note,
                incoming.first_row, {due},
                incoming.first_row IS NULL OR EXISTS (
                    SELECT FROM {self._kind.table} AS known WHERE known.fact_id = incoming.fact_id
                ) OR EXISTS (
                    SELECT FROM {self.staging} AS earlier
                    WHERE earlier.row = incoming.first_row AND earlier.outcome <> ''
                ) AS is_first_taken,
                incoming.outcome <> '' AND (
                    SELECT account.status = 'closed' FROM customers_account AS account
                    WHERE account.id = incoming.account_id
                ) AS is_closed,
                ARRAY[{missing}]::boolean[] AS missing, ARRAY[{said}]::text[] AS said
            FROM {self.staging} AS incoming WHERE {_SLICE} ORDER BY incoming.row
        """  # noqa: S608

    @property
    def references(self) -> list[str]:
        """In the order of the tally's arrays."""
        return sorted(self._references)
