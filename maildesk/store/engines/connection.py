"""One database connection, and the few words in which the two databases differ.

SQL stands as text where it is used. SQLAlchemy compiles each text once per database; after that a statement costs what
the driver costs (5 µs instead of 37 to 60 on SQLite, measured), which is what keeps a decision under a millisecond.
What differs is marked in the text:
`IN :name` takes a sequence · `{pg: …}` is only for PostgreSQL · `{clock}` is the database's own clock in microseconds ·
`{list:name}` is a sequence as rows of one column, `item`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Dialect, Table, text

T = TypeVar("T")
Row = tuple[Any, ...]
Params = Mapping[str, Any]

_IN = re.compile(r"\bIN :(\w+)")
_PG = re.compile(r"\{pg: ([^}]*)\}")
_LIST = re.compile(r"\{list:(\w+)\}")
_CLOCK = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)",
}
_ROWS = {
    "sqlite": r"(SELECT value AS item FROM json_each(:\1))",
    "postgresql": r"(SELECT unnest(CAST(:\1 AS text[])) AS item)",
}
_MOST_PLACES = 512


class Connection:
    """A cursor that knows its dialect; transactions are begun and ended by who made it.

    `memory` holds answers that cannot have changed since they were read: SQLite's one writer has one, which it empties when
    another process has written or something was taken back (see `Writer`). Who changes what is remembered says so by `forget`.
    """

    __slots__ = ("_cursor", "_dialect", "memory", "sqlite", "version")

    def __init__(self, cursor: Any, dialect: Dialect) -> None:
        self._cursor = cursor
        self._dialect = dialect
        self.sqlite = dialect.name == "sqlite"
        self.memory: dict[str, Any] | None = None
        self.version: int | None = None  # what `PRAGMA data_version` says in this transaction, where that is known

    def all(self, sql: str, **params: Any) -> list[Row]:
        """Give every row."""
        self._execute(sql, params)
        rows: list[Row] = self._cursor.fetchall()
        return rows

    def one(self, sql: str, **params: Any) -> Row | None:
        """Give the first row, if there is one."""
        self._execute(sql, params)
        row: Row | None = self._cursor.fetchone()
        return row

    def value(self, sql: str, **params: Any) -> Any:
        """Give the first column of the first row; None without a row."""
        row = self.one(sql, **params)
        return row[0] if row else None

    def pairs(self, sql: str, **params: Any) -> dict[Any, Any]:
        """Give rows of two columns as a dict; of equal keys the last row counts."""
        return dict(self.all(sql, **params))

    def run(self, sql: str, **params: Any) -> int:
        """Change rows; give how many."""
        self._execute(sql, params)
        changed: int = self._cursor.rowcount
        return changed

    def insert(self, sql: str, **params: Any) -> int | None:
        """Insert a row of a table that numbers its rows; give its id, or None where a conflict left things as they were."""
        if not self.sqlite:
            return self.value(f"{sql} RETURNING id", **params)  # type: ignore[no-any-return]
        self._execute(sql, params)  # RETURNING would cost a third more here
        return self._cursor.lastrowid if self._cursor.rowcount > 0 else None

    def remember(self, name: str, ask: Callable[[], T]) -> T:
        """Give what `ask` gives; where nobody else can have changed it, without asking again."""
        if self.memory is None:
            return ask()
        if name not in self.memory:
            self.memory[name] = ask()
        known: T = self.memory[name]
        return known

    def know(self, name: str, value: object) -> None:
        """Remember what was just written."""
        if self.memory is not None:
            self.memory[name] = value

    def forget(self, name: str) -> None:
        """Ask again next time: this has changed."""
        if self.memory is not None:
            self.memory.pop(name, None)

    def many(self, sql: str, rows: Sequence[Params]) -> None:
        """Run one changing statement for each of many rows."""
        if rows:
            self._cursor.executemany(_compile(sql, self._dialect, ())[0], rows)

    def _execute(self, sql: str, params: dict[str, Any]) -> None:
        lists = _lists(sql)
        if not lists:
            self._cursor.execute(_compile(sql, self._dialect, ())[0], params)
        elif self.sqlite:
            self._execute_lists(sql, params, lists)
        else:
            for name in lists:
                params[name] = list(params[name])
            self._cursor.execute(_compile(sql, self._dialect, ())[0], params)

    def _execute_lists(self, sql: str, params: dict[str, Any], lists: tuple[str, ...]) -> None:
        """Fill `IN` places one by one: json_each, which needs no places, costs three times as much for short lists."""
        places = tuple((name, _places(len(params[name]))) for name in lists)
        compiled, as_json = _compile(sql, self._dialect, places)
        for name, count in places:
            value = params.pop(name)
            if name in as_json:
                params[name] = json.dumps(value)
                continue
            padded = [*value, *[value[-1] if value else None] * (count - len(value))]
            params.update(zip(_names(name, count), padded, strict=True))
        self._cursor.execute(compiled, params)


def insert_into(table: Table, *columns: str, tail: str = "") -> str:
    """Word an INSERT of named columns; a column that the table does not have is a KeyError at import."""
    names = [table.columns[column].name for column in columns]
    places = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places}) {tail}"  # noqa: S608 -- names of our tables


def _places(count: int) -> int:
    """Round up to a power of two, so that few different statements are prepared."""
    return 1 << max(count - 1, 0).bit_length()


@lru_cache(maxsize=1024)
def _names(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}_{position}" for position in range(count))


@lru_cache(maxsize=2048)
def _lists(sql: str) -> tuple[str, ...]:
    """Say which parameters of a statement are lists."""
    return tuple(dict.fromkeys((*_IN.findall(sql), *_LIST.findall(sql))))


@lru_cache(maxsize=2048)
def _compile(sql: str, dialect: Dialect, places: tuple[tuple[str, int], ...]) -> tuple[str, frozenset[str]]:
    """Put a statement into the driver's words; say which lists it wants as JSON."""
    wanted = dict(places)
    as_json = set(_LIST.findall(sql)) | {name for name, count in places if count > _MOST_PLACES}
    sql = _PG.sub(r"\1" if dialect.name == "postgresql" else "", sql)
    sql = _LIST.sub(_ROWS[dialect.name], sql).replace("{clock}", _CLOCK[dialect.name])

    def write_in(found: re.Match[str]) -> str:
        name = found[1]
        if dialect.name == "postgresql":
            return f"= ANY(:{name})"
        if name in as_json:
            return f"IN (SELECT value FROM json_each(:{name}))"  # noqa: S608 -- the name of a place, not its value
        return "IN (" + ", ".join(f":{place}" for place in _names(name, wanted[name])) + ")"

    return str(text(_IN.sub(write_in, sql)).compile(dialect=dialect)), frozenset(as_json)
