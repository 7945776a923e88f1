"""API keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from search_service.archive.archive import Archive
from search_service.archive.keys import SCOPES, Keys
from search_service.errors import ServiceError

START = datetime(2023, 9, 19, 10, 35, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(path: Path, clock: Clock) -> Iterator[Keys]:
    archive = Archive.open(path, clock)
    yield Keys(archive)
    archive.close()


def refusal(keys: Keys, text: str, scope: str = "write") -> str:
    with pytest.raises(ServiceError) as error:
        keys.check(text, scope)
    secret = text.partition(".")[2]
    assert not secret or secret not in error.value.detail
    return error.value.code


def test_a_key_opens_what_it_is_for_and_nothing_else(keys: Keys) -> None:
    text, info = keys.create("cms", ["write", "search"])
    assert keys.check(text, "write") == info
    assert keys.check(text, "search") == info
    assert refusal(keys, text, "admin") == "scope_missing"
    assert info.scopes == ("search", "write")
    assert info.created == "2023-09-19T14:05:00.000+03:30"


def test_admin_includes_no_other_scope(keys: Keys) -> None:
    text, _ = keys.create("admin", ["admin"])
    assert refusal(keys, text, "write") == "scope_missing"


def test_only_a_digest_of_a_key_is_kept(keys: Keys, path: Path) -> None:
    text, info = keys.create("cms", SCOPES)
    keys._archive.close()
    data = path.read_bytes()
    assert info.prefix.encode() in data
    assert text.partition(".")[2].encode() not in data


def test_keys_are_long_and_all_different(keys: Keys) -> None:
    texts = [keys.create("cms", ["write"])[0] for _ in range(20)]
    assert len(set(texts)) == 20
    assert all(len(text.partition(".")[2]) == 43 for text in texts)


@pytest.mark.parametrize(
    "change",
    [lambda text: text[:-1], lambda text: text + "a", lambda text: ("1" if text[0] == "0" else "0") + text[1:]],
)
def test_a_changed_key_is_not_known(keys: Keys, change: Callable[[str], str]) -> None:
    text, _ = keys.create("cms", ["write"])
    assert refusal(keys, change(text)) == "key_invalid"


@pytest.mark.parametrize("text", ["", ".", "کلید", "\ud800", "a" * 100_000, "' OR 1=1 --"])
def test_what_is_no_key_is_not_known(keys: Keys, text: str) -> None:
    keys.create("cms", ["write"])
    assert refusal(keys, text) == "key_invalid"


def test_a_key_expires_when_its_time_has_come(keys: Keys, clock: Clock) -> None:
    text, info = keys.create("cms", ["write"], expires=START + timedelta(hours=1))
    assert info.expires == "2023-09-19T15:05:00+03:30"
    keys.check(text, "write")
    clock.now += timedelta(hours=1)
    assert refusal(keys, text) == "key_invalid"


@pytest.mark.parametrize("hours", [0, -1])
def test_a_key_that_would_be_worthless_is_not_made(keys: Keys, hours: int) -> None:
    with pytest.raises(ServiceError) as error:
        keys.create("cms", ["write"], expires=START + timedelta(hours=hours))
    assert (error.value.code, error.value.field) == ("parameter_invalid", "expires")
    assert keys.list() == []


def test_who_asks_is_known_whatever_it_asks_for(keys: Keys) -> None:
    text, info = keys.create("cms", ["search"])
    assert keys.identify(text) == info
    with pytest.raises(ServiceError) as error:
        keys.identify(text + "x")
    assert error.value.code == "key_invalid"


def test_a_time_without_a_zone_is_tehrans(keys: Keys) -> None:
    _, info = keys.create("cms", ["write"], expires=datetime(2024, 1, 1, 12))
    assert info.expires == "2024-01-01T12:00:00+03:30"


def test_a_revoked_key_is_worthless_at_once_and_stays_listed(keys: Keys, clock: Clock) -> None:
    text, info = keys.create("cms", ["write"])
    other, _ = keys.create("other", ["write"])
    first = keys.revoke(info.prefix)
    assert refusal(keys, text) == "key_invalid"
    keys.check(other, "write")
    clock.now += timedelta(days=1)
    assert keys.revoke(info.prefix) == first
    assert {key.name: key.revoked for key in keys.list()} == {"cms": first.revoked, "other": None}


@pytest.mark.parametrize("prefix", ["", "00000000", "\ud800", "ک"])
def test_an_unknown_key_cannot_be_revoked(keys: Keys, prefix: str) -> None:
    with pytest.raises(ServiceError) as error:
        keys.revoke(prefix)
    assert error.value.code == "key_unknown"


@pytest.mark.parametrize(
    ("name", "scopes", "field"),
    [("cms", [], "scopes"), ("cms", ["write", "all"], "scopes"), ("", ["write"], "name"), ("a\nb", ["write"], "name")],
)
def test_a_key_without_name_or_known_scope_is_not_made(keys: Keys, name: str, scopes: list[str], field: str) -> None:
    with pytest.raises(ServiceError) as error:
        keys.create(name, scopes)
    assert (error.value.code, error.value.field) == ("parameter_invalid", field)
    assert keys.list() == []


def test_scopes_changed_behind_its_back_are_noticed(keys: Keys) -> None:
    text, _ = keys.create("cms", ["search"])
    with keys._archive.database.writing() as connection:
        connection.execute("UPDATE keys SET scopes = 'admin'")
    assert refusal(keys, text, "admin") == "archive_damaged"
