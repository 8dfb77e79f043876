import sqlite3

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.engines.connection import Connection, insert_into
from maildesk.store.schema import meta


@pytest.fixture
def db() -> Connection:
    """An SQLite database in memory."""
    cursor = sqlite3.connect(":memory:", isolation_level=None).cursor()
    cursor.execute("CREATE TABLE meta (id INTEGER PRIMARY KEY, key TEXT UNIQUE, value TEXT)")
    return Connection(cursor, sqlite.dialect(paramstyle="named"))


class Recorder:
    """A cursor that only writes down what it is told."""

    rowcount = 0

    def execute(self, sql: str, params: object) -> None:
        """Remember."""
        self.sql, self.params = sql, params

    def fetchall(self) -> list[object]:
        """Find nothing."""
        return []


@pytest.mark.parametrize("count", [0, 1, 2, 3, 8, 9, 600])
def test_a_list_of_any_length_is_found(db: Connection, count: int) -> None:
    """`IN :keys` takes sequences of every length, none too."""
    db.many("INSERT INTO meta (key, value) VALUES (:key, :key)", [{"key": str(n)} for n in range(700)])
    found = db.all("SELECT key FROM meta WHERE key IN :keys AND value IN :keys", keys=[str(n) for n in range(count)])
    assert {key for (key,) in found} == {str(n) for n in range(count)}
    assert len(db.all("SELECT item FROM {list:keys} AS l", keys=[str(n) for n in range(count)])) == count


def test_an_insert_tells_its_id_or_that_it_was_there(db: Connection) -> None:
    """A conflict gives None, never the id of the row before."""
    sql = insert_into(meta, "key", "value", tail="ON CONFLICT (key) DO NOTHING")
    assert db.insert(sql, key="a", value="1") == 1
    assert db.insert(sql, key="a", value="2") is None
    assert db.insert(sql, key="b", value="3") == 2
    assert db.pairs("SELECT key, value FROM meta") == {"a": "1", "b": "3"}


def test_each_database_gets_its_own_words() -> None:
    """What is marked for PostgreSQL reaches only PostgreSQL; percent signs and colons of texts stay texts."""
    sql = "SELECT 'mail:' || id FROM meta WHERE key IN :keys AND value LIKE 'agent:%' {pg: FOR UPDATE SKIP LOCKED}"
    recorder = Recorder()
    Connection(recorder, postgresql.psycopg.dialect()).all(sql, keys=("a", "b"))
    assert recorder.sql == (
        "SELECT 'mail:' || id FROM meta WHERE key = ANY(%(keys)s) AND value LIKE 'agent:%%' FOR UPDATE SKIP LOCKED"
    )
    assert recorder.params == {"keys": ["a", "b"]}
    Connection(recorder, sqlite.dialect(paramstyle="named")).all(sql, keys=("a", "b", "c"))
    assert recorder.sql.strip() == (
        "SELECT 'mail:' || id FROM meta WHERE key IN (:keys_0, :keys_1, :keys_2, :keys_3) AND value LIKE 'agent:%'"
    )


def test_a_column_that_does_not_exist_is_noticed_at_once() -> None:
    """A statement with a misspelt column fails where it is written, not when it is run."""
    with pytest.raises(KeyError):
        insert_into(meta, "kye")
