"""API keys: made once, shown once, kept only as a digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from search_service.archive import counts
from search_service.archive.checksum import check, checksum
from search_service.article import TEHRAN
from search_service.errors import ServiceError

if TYPE_CHECKING:
    from search_service.archive.archive import Archive

SCOPES = ("search", "write", "admin")
"""What a key may be for. None includes another: a key has the scopes it was given."""

COLUMNS = "prefix, name, digest, scopes, created, expires, revoked, checksum"
MAX_NAME = 100
_SECRET_BYTES = 32
_PREFIX_BYTES = 4


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What is known of a key; times are ISO 8601."""

    prefix: str
    """The key's own beginning, by which people name it."""
    name: str
    scopes: tuple[str, ...]
    created: str
    expires: str | None
    revoked: str | None


class Keys:
    """The keys of an archive.

    A key is ``PREFIX.SECRET`` with 256 random bits in its secret, so that one round of
    SHA-256 is as good as a slow hash.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def create(self, name: str, scopes: Iterable[str], expires: datetime | None = None) -> tuple[str, KeyInfo]:
        """A new key: its text, which is never to be had again, and what is known of it.

        ``expires`` without a zone is Tehran's, and lies ahead.  Raises ``parameter_invalid``.
        """
        given = set(scopes)
        if unknown := given - set(SCOPES):
            detail = f"there is no scope {min(unknown)!r}; scopes are {', '.join(SCOPES)}"
            raise ServiceError("parameter_invalid", detail, field="scopes")
        if not given:
            raise ServiceError("parameter_invalid", f"a key needs a scope: {', '.join(SCOPES)}", field="scopes")
        if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
            raise ServiceError("parameter_invalid", f"a key's name has 1 to {MAX_NAME} characters", field="name")
        expires = _zoned(expires)
        if expires is not None and expires <= self._archive.clock():
            raise ServiceError("parameter_invalid", "the time at which the key expires has passed", field="expires")
        prefix = secrets.token_hex(_PREFIX_BYTES)
        text = f"{prefix}.{secrets.token_urlsafe(_SECRET_BYTES)}"
        end = None if expires is None else expires.isoformat(timespec="seconds")
        info = KeyInfo(prefix, name, tuple(filter(given.__contains__, SCOPES)), self._archive.time(), end, None)
        with self._archive.database.writing() as connection:
            _write(connection, info, _digest(text))
            counts.add(connection, {counts.KEYS: 1})
        return text, info

    def check(self, key_text: str, scope: str) -> KeyInfo:
        """Who asks; raises ``key_invalid``, or ``scope_missing`` naming the scope."""
        info = self.identify(key_text)
        if scope not in info.scopes:
            raise ServiceError("scope_missing", f"the API key {info.prefix} does not have the scope '{scope}'")
        return info

    def identify(self, key_text: str) -> KeyInfo:
        """Who asks, whatever for; raises ``key_invalid``."""
        known = self._find(key_text.partition(".")[0])
        # An unknown prefix takes the same comparison, so that time tells nothing.
        info, digest = known or (None, bytes(hashlib.sha256().digest_size))
        if not hmac.compare_digest(digest, _digest(key_text)) or info is None:
            raise ServiceError("key_invalid", "the API key is not known")
        if info.revoked is not None:
            raise ServiceError("key_invalid", f"the API key {info.prefix} was revoked on {info.revoked[:10]}")
        if self.expired(info):
            raise ServiceError("key_invalid", f"the API key {info.prefix} expired on {str(info.expires)[:10]}")
        return info

    def expired(self, info: KeyInfo) -> bool:
        """Whether the key's time is over."""
        return info.expires is not None and datetime.fromisoformat(info.expires) <= self._archive.clock()

    def revoke(self, prefix: str) -> KeyInfo:
        """Make a key worthless from now on; raises ``key_unknown``. Revoking again changes nothing."""
        with self._archive.database.writing() as connection:
            known = _find(connection, prefix)
            if known is None:
                raise ServiceError("key_unknown", f"there is no API key {prefix!r}")
            info, digest = known
            if info.revoked is None:
                info = replace(info, revoked=self._archive.time())
                _write(connection, info, digest)
        return info

    def list(self) -> Sequence[KeyInfo]:
        """All keys, oldest first, revoked and expired ones too."""
        with self._archive.database.reading() as connection:
            return _all(connection)

    def _find(self, prefix: str) -> tuple[KeyInfo, bytes] | None:
        with self._archive.database.reading() as connection:
            return _find(connection, prefix)


def _find(connection: sqlite3.Connection, prefix: str) -> tuple[KeyInfo, bytes] | None:
    if not prefix.isascii():
        return None
    row = connection.execute(f"SELECT {COLUMNS} FROM keys NOT INDEXED WHERE prefix = ?", (prefix,)).fetchone()
    if row is None:
        _all(connection)  # a key that is not found is one that never was, not one that damage hides
        return None
    return _read(row)


def _all(connection: sqlite3.Connection) -> list[KeyInfo]:
    rows = connection.execute(f"SELECT {COLUMNS} FROM keys NOT INDEXED ORDER BY created, prefix").fetchall()
    made = counts.value(connection, counts.KEYS)
    if len(rows) != made:
        raise ServiceError("archive_damaged", f"keys: {len(rows)} of {made} are left")
    return [_read(row)[0] for row in rows]


def _read(row: tuple[Any, ...]) -> tuple[KeyInfo, bytes]:
    *values, stored = row
    check(stored, "key", *values)
    prefix, name, digest, scopes, created, expires, revoked = values
    return KeyInfo(prefix, name, tuple(scopes.split()), created, expires, revoked), digest


def _write(connection: sqlite3.Connection, info: KeyInfo, digest: bytes) -> None:
    values = (info.prefix, info.name, digest, " ".join(info.scopes), info.created, info.expires, info.revoked)
    row = (*values, checksum("key", *values))
    connection.execute(f"INSERT OR REPLACE INTO keys ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)


def _digest(key_text: str) -> bytes:
    return hashlib.sha256(key_text.encode("utf-8", "surrogatepass")).digest()


def _zoned(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=TEHRAN) if moment.tzinfo is None else moment.astimezone(TEHRAN)
