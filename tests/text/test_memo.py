"""What is kept is bounded, and what is asked for stays."""

from __future__ import annotations

from search_service.text.memo import Memo, Recent


def test_a_text_is_read_once() -> None:
    read: list[str] = []

    def upper(text: str) -> str:
        read.append(text)
        return text.upper()

    memo = Memo(upper, most=10, longest=5)
    assert [memo["a"], memo["b"], memo["a"]] == ["A", "B", "A"]
    assert read == ["a", "b"]


def test_what_is_asked_for_stays_and_the_rest_goes() -> None:
    read: list[str] = []

    def same(text: str) -> str:
        read.append(text)
        return text

    memo = Memo(same, most=10, longest=5)
    for number in range(100):
        assert memo["often"] == "often"
        assert memo[str(number)] == str(number)
        assert len(memo) + len(memo._early) <= 10
    assert read.count("often") == 1
    assert memo["0"] == "0"
    assert read.count("0") == 2


def test_long_texts_are_not_kept() -> None:
    memo = Memo(str.upper, most=10, longest=5)
    assert memo["letters"] == "LETTERS"
    assert not memo


def test_recent_values_are_found_and_stay_while_they_are_asked_for() -> None:
    recent: Recent[tuple[int, ...], str] = Recent(10)
    assert recent.find((0,)) is None
    for number in range(100):
        recent.keep((number,), str(number))
        assert recent.find((0,)) == "0"
        assert recent.find((number,)) == str(number)
        assert len(recent) + len(recent._early) <= 10
    assert recent.find((50,)) is None
