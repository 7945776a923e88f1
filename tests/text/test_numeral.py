from __future__ import annotations

import pytest

from search_service.text.numeral import day_of, read


@pytest.mark.parametrize(
    ("words", "value", "length"),
    [
        ("دو هزار", 2000, 2),
        ("یک میلیون", 1_000_000, 2),
        ("سه هزار و پانصد تومان", 3500, 4),
        ("بیست و یک", 21, 3),
        ("بیست و یکم", 21, 3),
        ("صد و پنجاه و سه", 153, 5),
        ("2 هزار و 500", 2500, 4),
        ("12 میلیارد تومان", 12 * 10**9, 2),
        ("هزار و سیصد و نود و نه", 1399, 7),
        ("یک میلیون و دویست هزار", 1_200_000, 5),
        ("سی و دوم", 32, 3),
        ("دوازدهم", 12, 1),
        ("دو و سه", 2, 1),
        ("پنج شش", 5, 1),
    ],
)
def test_a_number_in_words_is_read(words: str, value: int, length: int) -> None:
    run = read(words.split())
    assert run is not None
    assert (run.value, run.length) == (value, length)


@pytest.mark.parametrize("words", ["کتاب", "500 نفر", "و دو", ""])
def test_other_words_are_no_number(words: str) -> None:
    assert read(words.split()) is None


def test_a_date_in_words_is_of_one_calendar() -> None:
    assert day_of(1401, "مهر", 5) == "14010705"
    assert day_of(2022, "مارس", 5) == "20220305"
    assert day_of(2022, "مهر", 5) is None
