"""What a run has done so far, in a SQLite database beside the output: each report's result is there whole or not at all.

A run that was killed, or whose disk or power failed, leaves the database behind; the same command opens it again and goes on.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS settings (value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reports (
    source BLOB PRIMARY KEY, position INTEGER, size INTEGER, modified INTEGER,
    done INTEGER NOT NULL DEFAULT 0, error TEXT, facts INTEGER, claims INTEGER, characters INTEGER, fragment BLOB
);
CREATE INDEX IF NOT EXISTS positions ON reports (position);
"""
_PLANNED: Final = """
INSERT INTO reports (source, position, size, modified) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (source) DO UPDATE SET position = coalesce(position, excluded.position),
    done = done AND size IS excluded.size AND modified IS excluded.modified, size = excluded.size, modified = excluded.modified
"""
_PUT: Final = "UPDATE reports SET done = 1, error = ?2, facts = ?3, claims = ?4, characters = ?5, fragment = ?6 WHERE source = ?1"
_TOTALS: Final = "SELECT count(*), coalesce(sum(facts), 0), coalesce(sum(claims), 0), coalesce(sum(characters), 0) FROM reports WHERE done"
_AHEAD: Final = 256  # rows fetched at a time


class StoreError(RuntimeError):
    """The store of a run cannot be used; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Done:
    """A report's result: what goes into the output, compressed, or the object of its error too; and its size."""

    fragment: bytes
    error: Mapping[str, Any] | None = None
    facts: int = 0
    claims: int = 0
    characters: int = 0


def pack(text: str) -> bytes:
    """A fragment of an output as the store keeps it."""
    return zlib.compress(text.encode(), 1)


def unpack(fragment: bytes) -> str:
    """A fragment as it was packed."""
    return zlib.decompress(fragment).decode()


class Store:
    """The reports of one run in their order, each with its result once it is done.

    Args:
        settings: all that decides what the results look like; a store of other settings is not gone on with.

    Raises:
        StoreError: another run is writing here, the store is of other settings, or it cannot be written.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        self.path, self._removed = path, False
        try:
            self._db = sqlite3.connect(path, timeout=0, isolation_level=None)
        except sqlite3.Error as error:
            raise StoreError(_reason(path, error)) from error
        try:
            self._open(json.dumps(settings, sort_keys=True, ensure_ascii=False))
        except sqlite3.Error as error:
            self._db.close()
            raise StoreError(_reason(path, error)) from error

    def _open(self, wanted: str) -> None:
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # a power failure may cost the last results, never the store
        self._db.executescript(_SCHEMA)
        row = self._db.execute("SELECT value FROM settings").fetchone()
        if row is None or not self.totals()[0]:
            self._db.execute("DELETE FROM settings")
            self._db.execute("INSERT INTO settings VALUES (?)", (wanted,))
        elif row[0] != wanted:
            self._db.close()
            raise StoreError(f"{self.path} is an unfinished run with other settings: give the same options to go on, or delete it to begin afresh")

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, sqlite3.Error):
            self._db.close()
            raise StoreError(_reason(self.path, error)) from error
        if not self._removed and not self.totals()[0]:
            self.remove()
        self._db.close()

    def plan(self, paths: Iterable[Path]) -> int:
        """Set down the reports of the run in their order; what is done stays done where the file is unchanged. Returns their number."""
        self._db.execute("BEGIN")
        self._db.execute("UPDATE reports SET position = NULL")
        for position, path in enumerate(paths):
            self._db.execute(_PLANNED, (os.fsencode(path), position, *_stamp(path)))
        self._db.execute("DELETE FROM reports WHERE position IS NULL")
        self._db.execute("COMMIT")
        return int(self._db.execute("SELECT count(*) FROM reports").fetchone()[0])

    def todo(self) -> Iterator[str]:
        """The sources of the reports that are not done, in order."""
        at = -1
        while rows := self._db.execute(
            "SELECT position, source FROM reports WHERE NOT done AND position > ? ORDER BY position LIMIT ?", (at, _AHEAD)
        ).fetchall():
            yield from (os.fsdecode(source) for _, source in rows)
            at = rows[-1][0]

    def put(self, source: str, done: Done) -> None:
        """Keep the result of a report: whole, or not at all."""
        error = json.dumps(done.error, ensure_ascii=False) if done.error else None
        self._db.execute(_PUT, (os.fsencode(source), error, done.facts, done.claims, done.characters, done.fragment))

    def fragments(self) -> Iterator[str]:
        """The fragments of all reports in order."""
        for (fragment,) in self._db.execute("SELECT fragment FROM reports WHERE done ORDER BY position"):
            try:
                yield unpack(fragment)
            except (zlib.error, ValueError) as error:
                raise StoreError(f"{self.path} is damaged: delete it to begin afresh") from error

    def errors(self) -> Iterator[dict[str, Any]]:
        """The objects of the reports that failed, in order."""
        for (error,) in self._db.execute("SELECT error FROM reports WHERE error IS NOT NULL AND done ORDER BY position"):
            yield json.loads(error)

    def totals(self) -> tuple[int, int, int, int]:
        """Of the reports that are done: their number, facts, claims, characters."""
        reports, facts, claims, characters = self._db.execute(_TOTALS).fetchone()
        return reports, facts, claims, characters

    def remove(self) -> None:
        """Delete the store: the output is whole."""
        self._removed = True
        self._db.close()
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)


def _stamp(path: Path) -> tuple[int | None, int | None]:
    """Size and time of change, by which a file is known to be the same; None where it is missing."""
    try:
        found = path.stat()
    except OSError:
        return None, None
    return found.st_size, found.st_mtime_ns


def _reason(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"another run is writing {path}: wait for it, or name another output"
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return f"{path} is damaged or no store of a run: delete it to begin afresh"
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return f"cannot write {path}: {error}: make room, then give the same command to go on"
    return f"cannot write {path}: {error}"
