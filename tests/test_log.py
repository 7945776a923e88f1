"""What a process has to say is told in lines, whatever text they hold."""

import io
import json
import logging
import logging.config

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.log import JsonFormatter, TextFormatter, config, escaped
from search_service.settings import Settings

UNSEEN = "\u202e\u2066\u2028\x85\x9b\x7f"


def record(message, *arguments, error=None, **fields):
    found = logging.LogRecord("a.room", logging.WARNING, "x.py", 1, message, arguments, error)
    found.fields = fields
    return found


@given(st.text())
def test_a_line_is_one_line_whatever_text_it_holds(text):
    line = JsonFormatter().format(record("%s", text, value=text))
    assert len(line.splitlines()) == 1
    assert line.isprintable() or escaped(line) == line
    read = json.loads(line)
    assert (read["message"], read["value"]) == (text, text)
    assert len(TextFormatter().format(record("%s", text, value=text)).splitlines()) <= 1


def test_what_is_not_seen_is_escaped():
    for formatter in (JsonFormatter(), TextFormatter()):
        line = formatter.format(record("a%sb", UNSEEN))
        assert not set(UNSEEN) & set(line)
        assert r"\u202e" in line


def test_a_failure_carries_its_traceback():
    try:
        raise ValueError("line\nbreak\x1b[31m")
    except ValueError as error:
        failed = record("failed", error=(ValueError, error, error.__traceback__))
    line = JsonFormatter().format(failed)
    assert len(line.splitlines()) == 1
    assert "Traceback" in json.loads(line)["exception"]
    text = TextFormatter().format(failed)
    assert "Traceback" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(("form", "kind"), [("json", JsonFormatter), ("text", TextFormatter), ("auto", JsonFormatter)])
def test_the_form_is_a_setting(form, kind, monkeypatch):
    monkeypatch.setattr("sys.stderr", io.StringIO())
    named = config(Settings(log_format=form))["formatters"]["line"]["()"]
    assert named.endswith(f".{kind.__name__}")
