"""The hard cases: what must be found, and what must stay away."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from search_service.quality.cases import CaseReport, Failure, check, read_cases
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

CASES = Path(__file__).with_name("cases.tsv")
LEAST_MATCHED = 0.97
LEAST_OF_A_GROUP = 0.9


@pytest.fixture(scope="module", params=[False, True], ids=["each alone", "all together"])
def report(request: pytest.FixtureRequest, analyzer: Analyzer) -> CaseReport:
    return check(read_cases(CASES), analyzer, Settings(), together=request.param)


def test_nothing_is_found_that_should_not_be(report: CaseReport) -> None:
    _none(failure for failure in report.failures if failure.expect == "no")


def test_nearly_all_is_found_that_should_be(report: CaseReport) -> None:
    if report.match.passed < LEAST_MATCHED * report.match.total:
        _none(failure for failure in report.failures if failure.expect == "match")


def test_no_group_misses_more_than_one_or_a_tenth(report: CaseReport) -> None:
    weak = {
        name
        for name, count in report.groups.items()
        if count.total - count.passed > 1 and count.passed < LEAST_OF_A_GROUP * count.total
    }
    _none(failure for failure in report.failures if failure.group in weak)


def _none(failures: Iterable[Failure]) -> None:
    """Fail with a line a case."""
    listed = [_line(failure) for failure in failures]
    if listed:
        pytest.fail("\n".join([f"{len(listed)} cases came out otherwise:", *listed]), pytrace=False)


def _line(failure: Failure) -> str:
    should = "should find" if failure.expect == "match" else "must not find"
    reason = failure.error or failure.why
    return f"  line {failure.line}, {failure.group}: «{failure.query}» {should} «{failure.document_text}» ({reason})"
