"""The tables of a run as a SQLite database: numbers that are money are texts, exact to the last digit; lists are JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from .tables import TABLES, Kind, from_fragment

_TYPES: Final[Mapping[Kind, str]] = {"integer": "INTEGER", "score": "REAL"}


def write_sqlite(fragments: Iterable[str], path: Path) -> None:
    """Write a new database, indexed by report and by subject."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")  # it is a new file: what is not whole is thrown away
        db.execute("BEGIN")
        for table, columns in TABLES.items():
            cells = ", ".join(f'"{name}" {_TYPES.get(kind, "TEXT")}' for name, kind in columns.items())
            db.execute(f"CREATE TABLE {table} ({cells})")
        inserts = {table: f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})" for table, columns in TABLES.items()}
        for fragment in fragments:
            for table, rows in from_fragment(fragment).items():
                db.executemany(inserts[table], ([_cell(cell) for cell in row] for row in rows))
        for table in TABLES:
            db.execute(f"CREATE INDEX {table}_by_report ON {table} (doc_id)")
        db.execute("CREATE INDEX facts_by_subject ON facts (subject, measure, period)")
        db.execute("COMMIT")


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
