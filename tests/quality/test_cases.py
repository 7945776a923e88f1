"""Checking hard cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_service.errors import ServiceError
from search_service.quality.cases import Case, check, read_cases
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

HEADER = "group\tquery\tdocument_text\texpect\twhy\n"


def case(query: str, text: str, expect: str = "match", why: str = "") -> Case:
    return Case(2, "g", query, text, "match" if expect == "match" else "no", why)


def passes(one: Case, analyzer: Analyzer, **options: bool) -> bool:
    return not check([one], analyzer, Settings(), **options).failures


def test_rows_are_read_with_quotes_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "cases.tsv"
    file.write_text(HEADER + 'phrase\t"وزیر خارجه"\tوزیر "خارجه\tno\tx\n', encoding="utf-8")
    (row,) = read_cases(file)
    assert (row.line, row.query, row.text) == (2, '"وزیر خارجه"', 'وزیر "خارجه')


@pytest.mark.parametrize("content", ["", "a\tb\n", HEADER + "g\tq\tt\tmaybe\tw\n", HEADER + "g\tq\n"])
def test_a_file_of_another_shape_is_refused_with_its_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "cases.tsv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ServiceError, match="line"):
        read_cases(file)


def test_guesses_and_relaxing_help_fallback_rows_only(analyzer: Analyzer) -> None:
    assert not passes(case("nghv", "دلار گران شد."), analyzer)
    assert passes(case("nghv", "دلار گران شد.", why="fallback: layout"), analyzer)
    assert not passes(case("nghv", "دلار گران شد.", why="fallback: layout"), analyzer, fallback=False)
    assert not passes(case("دلار طلا", "دلار گران شد."), analyzer)


def test_a_row_of_no_must_stay_unmatched_with_guesses_on(analyzer: Analyzer) -> None:
    assert not passes(case("nghv", "دلار گران شد.", "no"), analyzer)
    assert passes(case("دلار طلا", "دلار گران شد.", "no"), analyzer)


def test_together_all_texts_are_in_one_index(analyzer: Analyzer) -> None:
    rows = [
        Case(2, "a", "دلار", "دلار گران شد.", "match", ""),
        Case(3, "b", "دلار", "یورو گران شد.", "no", ""),
        Case(4, "b", "nghv", "یورو گران شد.", "match", ""),
    ]
    report = check(rows, analyzer, Settings(), together=True)
    assert report.match.model_dump() == {"passed": 1, "total": 2}
    assert report.no.model_dump() == {"passed": 1, "total": 1}
    assert report.groups["b"].model_dump() == {"passed": 1, "total": 2}
    assert [failure.line for failure in report.failures] == [4]


def test_a_query_that_is_refused_is_a_failure_with_its_reason(analyzer: Analyzer) -> None:
    (failure,) = check([case("د*", "دلار")], analyzer, Settings()).failures
    assert failure.error is not None
