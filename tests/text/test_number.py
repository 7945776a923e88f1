from __future__ import annotations

import pytest

from search_service.text.number import date_term, normal_forms


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("۱۲٬۵۰۰", ("12500",)),
        ("12,500", ("12500",)),
        ("٤٥٦", ("456",)),
        ("1.000.000", ("1000000",)),
        ("۱/۰۰۰/۰۰۰", ("1000000",)),
        ("۲۵،۰۰۰", ("25000",)),
        ("۲۵،۲۶", ("25", "26")),
        ("۳٫۵", ("3.5",)),
        ("۳/۵", ("3.5",)),
        ("0912", ("0912",)),
        ("007", ("007",)),
        ("1401/2/3", ("14010203",)),
        ("۱۴۰۱/۰۲/۰۳", ("14010203",)),
        ("1401-02-03", ("14010203",)),
        ("3/2/1401", ("14010203",)),
        ("98/2/3", ("13980203",)),
        ("2023-09-19", ("20230919",)),
        ("1401/13/1", ("1401", "13", "1")),
        ("1401-1402", ("1401", "1402")),
        ("1401/2", ("1401", "2")),
        ("021-66554433", ("021", "66554433")),
        ("۲۲:۰۵", ("22:05",)),
    ],
)
def test_a_number_has_one_normal_form(written: str, forms: tuple[str, ...]) -> None:
    assert normal_forms(written) == forms


def test_no_date_is_made_of_a_month_that_does_not_exist() -> None:
    assert date_term(1401, 13, 1) is None
    assert date_term(1401, 12, 29) == "14011229"
