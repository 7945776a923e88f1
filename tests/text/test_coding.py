"""Texts as numbers say what their tokens say, whatever was read before and by whom."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest

from search_service.text import coding, pieces
from search_service.text.analyzer import STREAMS, Analyzer

TEXTS = [
    article[field]
    for line in files("search_service").joinpath("data/sample.jsonl").read_text(encoding="utf-8").splitlines()
    for article in [json.loads(line)]
    for field in ("title", "lead", "body")
    if article.get(field)
]


def read(analyzer: Analyzer, *texts: str) -> list[dict[str, list[str | None]]]:
    table, found, _ = analyzer.coded(*texts)
    return [{stream: [table[code][at] for code in codes] for at, stream in enumerate(STREAMS)} for codes in found]


def test_articles_are_read_as_by_their_tokens(analyzer: Analyzer) -> None:
    assert read(analyzer, *TEXTS) == [analyzer.streams(text) for text in TEXTS]


@pytest.mark.parametrize(
    "text",
    ["کتاب\nها", "می\n شود", "کتاب\u00a0ها", "گفت\tو گو", " کتاب  ها ", "\n", "بیست و\nدوم", "دلار،یورو", "۱۲.\u2028۵"],
)
def test_only_spaces_part_a_text(analyzer: Analyzer, text: str) -> None:
    assert read(analyzer, text) == [analyzer.streams(text)]


def test_row_0_is_no_words(analyzer: Analyzer) -> None:
    table, (codes,), _ = analyzer.coded("کتاب‌ها را می خوانند.")
    assert table[0] == pieces.OPEN == (None,) * len(STREAMS)
    assert 0 not in codes


def test_a_full_table_is_left_behind_and_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coding, "PIECES", 20)
    analyzer = Analyzer.default()
    found = [(analyzer.coded(text), analyzer.streams(text)) for text in TEXTS]
    assert len({id(table) for (table, *_), _ in found}) > 1
    for (table, (codes,), _), streams in found:
        assert [table[code] for code in codes] == list(zip(*streams.values(), strict=True))


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coding, "CHUNKS", 10)
    analyzer = Analyzer.default()
    for text in TEXTS[:20]:
        before = analyzer._coding
        full = before.full
        analyzer.coded(text, "ب" * 1000)
        assert (analyzer._coding is not before) == full


def test_threads_number_alike() -> None:
    analyzer, alone = Analyzer.default(), Analyzer.default()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda text: read(analyzer, text), TEXTS))
    assert found == [[alone.streams(text)] for text in TEXTS]
    table, *_ = analyzer.coded("")
    assert len(set(table)) == len(table)
