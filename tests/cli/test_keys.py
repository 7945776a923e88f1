"""API keys by command."""

import json

import pytest


def test_a_key_is_shown_once_and_nothing_of_its_secret_is_listed(shell):
    made = shell("keys", "create", "سایت", "--scope", "write", "--scope", "search")
    assert made.status == 0
    key = made.out.strip()
    assert "cannot be shown again" in made.err
    secret = key.partition(".")[2]
    assert secret not in shell("keys", "list").out + shell("keys", "list", "--json").out


def test_a_key_may_end_by_itself_after_the_last_day_that_is_named_in_either_calendar(shell):
    made = shell("keys", "create", "a", "--scope", "search", "--expires", "۱۴۲۰-۰۱-۰۱", "--json").json
    assert made["expires"] == "2041-03-21T00:00:00+03:30"
    again = shell("keys", "create", "b", "--scope", "search", "--expires", "2041-05-21T10:00:00+00:00", "--json").json
    assert again["expires"] == "2041-05-21T13:30:00+03:30"
    assert [row["state"] for row in shell("keys", "list", "--json").json] == ["valid until", "valid until"]
    assert "valid until 2041-03-21" in shell("keys", "list").out


@pytest.mark.parametrize("text", ["1402-06-28", "tomorrow", "1403-13-01", ""])
def test_a_key_is_not_made_that_is_worthless_or_ends_at_no_time(shell, text):
    refused = shell("keys", "create", "a", "--scope", "search", "--expires", text)
    assert refused.status == 1
    assert len(refused.err.splitlines()) == 1
    assert shell("keys", "list", "--json").json == []


def test_states_are_told_and_a_revoked_key_stays_revoked(shell):
    prefix = shell("keys", "create", "a", "--scope", "admin", "--json").json["prefix"]
    assert "valid" in shell("keys", "list").out
    assert shell("keys", "revoke", prefix).status == 0
    (row,) = json.loads(shell("keys", "list", "--json").out)
    assert (row["state"], row["prefix"]) == ("revoked", prefix)
    assert shell("keys", "revoke", "00000000").status == 1
