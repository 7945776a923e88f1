"""One SQLite file that many threads and processes read and write at once.

A connection is never used by two threads at once, and none goes through a fork: before
a process forks, all its connections are closed, since SQLite's locks belong to a
process and a child would believe that it holds them
(https://sqlite.org/howtocorrupt.html, section 2.6).
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from search_service.durable import sync
from search_service.errors import ServiceError

BUSY_SECONDS = 30.0
"""How long a writer waits for the others before it gives up with ``archive_busy``."""

PRAGMAS = (
    "synchronous = FULL",  # a commit returns once its log is on the disk
    "fullfsync = ON",  # where fsync alone does not reach the disk (macOS)
    "journal_size_limit = 67108864",  # the log shrinks again after a large transaction
    "cell_size_check = ON",  # notice a damaged page before reading past its cells
    "trusted_schema = OFF",
)

# Bytes that are no UTF-8 are damage: kept as they are, they fail the row's checksum.
_text = partial(str, encoding="utf-8", errors="surrogateescape")

_gate = threading.Condition()
"""Shut while the process forks; guards ``_in_use`` and all pools."""
_in_use = 0
_databases: weakref.WeakSet[Database] = weakref.WeakSet()


class Database:
    """The file, and a pool of connections to it: as many as threads have used at once.

    Nothing else in the process may open and close the file: that would give up SQLite's
    locks on it.
    """

    def __init__(self, path: Path) -> None:
        """Nothing is opened yet; ``create`` or the first use does."""
        self.path = path.absolute()
        self._idle: list[sqlite3.Connection] = []
        self._file: tuple[int, int] | None = None
        self._closed = False
        # Threads of one process queue here; SQLite would let them sleep and poll.
        self._turn = threading.Lock()
        weakref.finalize(self, _close_all, self._idle)
        _databases.add(self)

    def alone(self) -> bool:
        """Whether nothing else in this process has the file open."""
        with _gate:
            others = [each for each in _databases if each is not self and not each._closed]
            return not any(each._file is not None and each._file == _identity(self.path) for each in others)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection whose statements all see one state of the file."""
        with _translated(self.path), self._connection() as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone among all writers: on the disk when it ends, undone when it raises."""
        with _translated(self.path), self._connection() as connection:
            if not self._turn.acquire(timeout=BUSY_SECONDS):
                raise _busy(self.path)
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                self._turn.release()

    def create(self) -> None:
        """Make the folder and an empty file where they are missing."""
        if self.path.is_dir():
            raise ServiceError("folder_not_writable", f"{self.path} is a folder; the archive is a file")
        try:
            _make_folder(self.path.parent)
            if not self.path.exists():
                with suppress(FileExistsError):
                    self.path.touch(exist_ok=False)
        except OSError as error:
            raise ServiceError("folder_not_writable", f"{self.path} cannot be made: {error.strerror}") from error

    @contextmanager
    def preparing(self) -> Iterator[sqlite3.Connection]:
        """A connection outside any transaction, for what SQLite does not do in one."""
        with _translated(self.path), self._connection() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections; the last one of all processes folds the log into the file."""
        with _gate:
            self._closed = True
            _close_all(self._idle)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """One of the pool, or a new one; what it left undone is rolled back, and one that failed is closed."""
        global _in_use
        with _gate:
            if self._closed:
                raise ValueError("the archive is closed")
            file = self._find()
            connection = self._idle.pop() if self._idle else None
            _in_use += 1
        sound = False
        try:
            connection = connection or self._connect()
            try:
                yield connection
            except ServiceError:
                connection.rollback()
                sound = True
                raise
            sound = not connection.in_transaction
        finally:
            with _gate:
                if connection is not None:
                    self._idle.append(connection)
                    if not sound or self._closed or file != self._file:
                        _close_all(self._idle)
                _in_use -= 1
                _gate.notify_all()

    def _find(self) -> tuple[int, int]:
        """The file's identity; connections to another one, since taken away or replaced, are closed."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            raise ServiceError("archive_damaged", f"{self.path} is gone") from None
        except OSError as error:
            raise ServiceError("folder_not_writable", f"{self.path} cannot be opened: {error.strerror}") from error
        file = (status.st_dev, status.st_ino)
        if file != self._file:
            _close_all(self._idle)
            self._file = file
        return file

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.text_factory = _text
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").close()
        except BaseException:
            connection.close()
            raise
        return connection


def is_busy(error: sqlite3.Error) -> bool:
    """Whether others hold the file, so that trying again helps."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _close_all(connections: list[sqlite3.Connection]) -> None:
    while connections:
        connection = connections.pop()
        with suppress(sqlite3.Error):  # a failing disk has nothing to say here: what was acknowledged is on it
            connection.rollback()
        with suppress(sqlite3.Error):
            connection.close()


def _make_folder(folder: Path) -> None:
    """Make the folder and those above it, each entry on the disk."""
    for place in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        place.mkdir(exist_ok=True)
        sync(place.parent)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """SQLite's errors as those of the table, with the file's path."""
    try:
        yield
    except UnicodeDecodeError as error:  # in a message that quotes a damaged schema
        raise ServiceError("archive_damaged", f"{path}: {error}") from error
    except sqlite3.Error as error:
        if isinstance(error, sqlite3.ProgrammingError):
            raise
        raise _service_error(error, path) from error


def _service_error(error: sqlite3.Error, path: Path) -> ServiceError:
    if is_busy(error):
        return _busy(path)
    exact = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", "")
    not_writable = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN)
    unread = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ)
    code = _code(error)
    if code in not_writable or (code == sqlite3.SQLITE_IOERR and exact not in unread):
        return ServiceError("folder_not_writable", f"{path} cannot be written to: {error} ({name})")
    return ServiceError("archive_damaged", f"{path}: {error}")


def _busy(path: Path) -> ServiceError:
    return ServiceError("archive_busy", f"{path} was held by other writers for {BUSY_SECONDS:.0f} seconds")


def _code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None: the error is Python's."""
    exact: int | None = getattr(error, "sqlite_errorcode", None)
    return None if exact is None else exact & 0xFF


def _before_fork() -> None:
    """Let running statements end and close every connection; none begins until the fork is done."""
    _gate.acquire()
    _gate.wait_for(lambda: _in_use == 0, timeout=BUSY_SECONDS)
    for database in list(_databases):
        _close_all(database._idle)


os.register_at_fork(before=_before_fork, after_in_parent=_gate.release, after_in_child=_gate.release)
