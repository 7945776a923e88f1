"""An admin's file of synonyms: read line by line, at once, and never an error to readers."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.text.analyzer import Analyzer
from search_service.text.synonyms import MOST_BYTES, MOST_REPORTED, Rule, Synonyms, SynonymsFile, parse


def synonyms(text: str, analyzer: Analyzer) -> Synonyms:
    return Synonyms.of([rule for _, rule in parse(text) if isinstance(rule, Rule)], analyzer)


def of(query: str, rules: str, analyzer: Analyzer) -> list[tuple[tuple[str, ...], ...]]:
    """The synonyms of each word of the query."""
    return [word.synonyms for word in synonyms(rules, analyzer).fill(analyzer.words(query))]


def test_equivalents_find_each_other(analyzer: Analyzer) -> None:
    rules = "ماشین = خودرو = اتومبیل"
    assert of("ماشین", rules, analyzer) == [(("خودرو",), ("اتومبیل",))]
    assert of("اتومبیل", rules, analyzer) == [(("ماشین",), ("خودرو",))]


def test_an_arrow_points_one_way(analyzer: Analyzer) -> None:
    assert of("میوه", "میوه -> سیب", analyzer) == [(("سیب",),)]
    assert of("سیب", "میوه -> سیب", analyzer) == [()]


def test_several_lines_add_up_and_do_not_chain(analyzer: Analyzer) -> None:
    assert of("میوه", "میوه -> سیب\nمیوه -> انار\nسیب -> گلابی", analyzer) == [(("سیب",), ("انار",))]


@pytest.mark.parametrize("query", ["ایالات متحده", "ایالات‌متحده", "اياﻻت متحده"])
def test_several_words_are_one_left_side_in_any_spelling(query: str, analyzer: Analyzer) -> None:
    found = of(f"انتخابات {query} امسال", "ایالات متحده = آمریکا", analyzer)
    assert found[0] == found[-1] == ()
    assert set(found[1:-1]) == {(("آمریکا",),)}


def test_a_part_of_a_left_side_is_not_enough(analyzer: Analyzer) -> None:
    assert of("متحده ایالات", "ایالات متحده = آمریکا", analyzer) == [(), ()]


def test_several_words_on_the_right_are_a_phrase(analyzer: Analyzer) -> None:
    assert ("ایالت", "متحده") in of("آمریکا", "ایالات متحده = آمریکا", analyzer)[0]


def test_other_forms_of_a_word_have_its_synonyms(analyzer: Analyzer) -> None:
    assert of("ماشین‌هایشان", "ماشین = خودرو", analyzer) == [(("خودرو",),)]


def test_half_spaces_on_the_right_find_the_joined_spelling_too(analyzer: Analyzer) -> None:
    assert {("زرین", "شهرک"), ("زرینشهرک",)} <= set(of("قدیم", "قدیم -> زرین‌شهرک", analyzer)[0])


def test_a_word_with_synonyms_is_no_candidate_for_a_correction(analyzer: Analyzer) -> None:
    assert not analyzer.words("قبلاغ")[0].known
    assert synonyms("قبلاغ -> قورباغه", analyzer).fill(analyzer.words("قبلاغ"))[0].known


def test_the_analyser_knows_nothing_of_them(analyzer: Analyzer) -> None:
    before = analyzer.words("ماشین")
    synonyms("ماشین = خودرو", analyzer).fill(before)
    assert analyzer.words("ماشین") == before
    assert before[0].synonyms == ()


def test_comments_and_empty_lines_are_no_rules() -> None:
    assert list(parse("\ufeff# سرآغاز\n\n  \nالف = ب  # یادداشت\r\nسی‌شارپ = C#\n")) == [
        (4, Rule(("الف", "ب"), ("الف", "ب"))),
        (5, Rule(("سی‌شارپ", "C#"), ("سی‌شارپ", "C#"))),
    ]


@pytest.mark.parametrize("line", ["الف", "الف =", "= الف", "الف -> ب -> پ", "الف = ب -> پ", "- = ؟", "ا " * 9 + "= ب"])
def test_a_broken_line_is_told_by_its_number(line: str) -> None:
    ((number, reason),) = parse(f"\n{line}")
    assert number == 2
    assert isinstance(reason, str)


@given(text=st.text())
def test_no_file_raises(text: str, analyzer: Analyzer) -> None:
    synonyms(text, analyzer).fill(analyzer.words(text[:100]))


class TestFile:
    """The file is looked at whenever its synonyms are asked for."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "synonyms.txt"

    @pytest.fixture
    def file(self, path: Path) -> SynonymsFile:
        return SynonymsFile(path)

    def found(self, file: SynonymsFile, analyzer: Analyzer) -> tuple[tuple[str, ...], ...]:
        return file.current(analyzer).fill(analyzer.words("ماشین"))[0].synonyms

    def test_no_file_no_synonyms(self, file: SynonymsFile, analyzer: Analyzer) -> None:
        assert self.found(file, analyzer) == ()

    def test_what_changes_acts_at_once(self, file: SynonymsFile, path: Path, analyzer: Analyzer) -> None:
        assert self.found(file, analyzer) == ()
        path.write_text("ماشین = خودرو", "utf-8")
        assert self.found(file, analyzer) == (("خودرو",),)
        path.write_text("ماشین = اتومبیل", "utf-8")
        assert self.found(file, analyzer) == (("اتومبیل",),)
        path.unlink()
        assert self.found(file, analyzer) == ()

    def test_a_file_put_in_its_place_is_noticed_whatever_its_size_and_time(
        self, file: SynonymsFile, path: Path, analyzer: Analyzer
    ) -> None:
        path.write_text("ماشین = خودرو", "utf-8")
        assert self.found(file, analyzer) == (("خودرو",),)
        other = path.with_name("other")
        other.write_text("ماشین = قطاری", "utf-8")
        time = path.stat().st_mtime_ns
        os.utime(other, ns=(time, time))
        other.replace(path)
        assert self.found(file, analyzer) != (("خودرو",),)

    def test_what_stays_is_read_once_for_each_analyser(
        self, file: SynonymsFile, path: Path, analyzer: Analyzer
    ) -> None:
        path.write_text("ماشین = خودرو", "utf-8")
        assert file.current(analyzer) is file.current(analyzer)
        other = analyzer.with_learned("")
        assert file.current(other) is not file.current(analyzer)

    def test_a_broken_line_is_one_line_in_the_log_and_the_others_act(
        self, file: SynonymsFile, path: Path, analyzer: Analyzer, caplog: pytest.LogCaptureFixture
    ) -> None:
        path.write_bytes("ماشین خودرو\nماشین = اتومبیل\n".encode() + b"\xff\xfe = x\n")
        for _ in range(3):
            assert self.found(file, analyzer) == (("اتومبیل",),)
        assert [("line 1 " in text, "line 3 " in text) for text in caplog.messages] == [(True, False), (False, True)]

    def test_many_broken_lines_do_not_fill_the_log(
        self, file: SynonymsFile, path: Path, analyzer: Analyzer, caplog: pytest.LogCaptureFixture
    ) -> None:
        path.write_text("خراب\n" * 500, "utf-8")
        file.current(analyzer)
        assert len(caplog.messages) == MOST_REPORTED + 1
        assert f"{500 - MOST_REPORTED} more" in caplog.messages[-1]

    def test_what_cannot_be_read_gives_none_and_says_so(
        self, tmp_path: Path, path: Path, analyzer: Analyzer, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert self.found(SynonymsFile(tmp_path), analyzer) == ()
        path.write_bytes(b"#" * (MOST_BYTES + 1))
        assert self.found(SynonymsFile(path), analyzer) == ()
        assert self.found(SynonymsFile(tmp_path / "named", expected=True), analyzer) == ()
        assert [record.levelno for record in caplog.records] == [logging.WARNING] * 3
