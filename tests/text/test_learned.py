"""What an archive teaches: compounds only, and each treated as a known one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.text import learned
from search_service.text.analyzer import Analyzer, outdated
from search_service.text.fold import ZWNJ, fold
from search_service.text.learned import Compound
from search_service.text.lexicon import Lexicon

LEARNED = learned.dump([Compound(("نوسان", "گیران"), 12, 3, 4), Compound(("مالیات", "ستانی"), 7, 0, 2)])


@pytest.fixture(scope="module")
def taught(analyzer: Analyzer) -> Analyzer:
    return analyzer.with_learned(LEARNED)


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        ("نوسان‌گیران", ("نوسان", "گیران")),
        ("نوسان‌گیران‌ها", ("نوسان", "گیران")),
        ("مالیات‌ستانی", ("مالیات", "ستانی")),
        ("بی‌سروصدا", ("بی", "سروصدا")),
    ],
)
def test_a_compound_that_no_list_holds_is_recognised(form: str, parts: tuple[str, ...], lexicon: Lexicon) -> None:
    assert learned.unlisted(fold(form), lexicon) == parts


@pytest.mark.parametrize(
    "form",
    [
        "بین‌المللی",  # a known compound
        "کتاب‌خانه",  # its whole is a headword
        "کتاب‌خانه‌ها",
        "چشم‌گیری",  # its whole is a form of one
        "کتاب‌هایشان",  # an affix
        "معتقد‌ید",
        "روبه‌روست",
        "می‌رود",  # verbs
        "برمی‌گردد",
        "شده‌بود",
        "تصریح‌کرد",
        "اعلام‌داشت",
        "گوش‌کند",
        "کشته‌شدن",
        "این‌صورت",  # a word that stands before any other
        "به‌گزارش",
        "همه‌چیز",
        "هیچ‌فرد",
        "من‌وتو",
        "بیست‌وسوم",  # numbers
        "یک‌میلیون",
        "ان‌پی‌تی",  # letters
        "شیشه‌ایسعادت",  # a part that is no word
        "کتاب",
        "‌",
        "",
    ],
)
def test_anything_else_is_refused(form: str, lexicon: Lexicon) -> None:
    assert learned.unlisted(fold(form), lexicon) == ()


@given(form=st.lists(st.text("ابپتدرسشکمنویهآئء", max_size=7), max_size=4).map(ZWNJ.join))
def test_nothing_known_is_ever_learned(form: str, lexicon: Lexicon) -> None:
    parts = learned.unlisted(form, lexicon)
    whole = "".join(parts)
    assert not parts or not (lexicon.flags(whole) or lexicon.known(whole) or lexicon.verbs.finite(whole))


def test_the_three_spellings_of_a_learned_compound_stand_at_the_same_positions(
    analyzer: Analyzer, taught: Analyzer
) -> None:
    spellings = ("نوسان‌گیران", "نوسان گیران", "نوسانگیران")
    assert len({len(analyzer.analyze(text)) for text in spellings}) > 1
    found = [taught.streams(f"بازار {text} امروز") for text in spellings]
    assert found[0] == found[1] == found[2]
    assert found[0]["exact"] == ["بازار", "نوسان", "گیران", "امروز"]
    assert found[0]["joined"][1] == "نوسانگیران"


def test_a_learned_compound_is_inflected_like_a_known_one(taught: Analyzer) -> None:
    assert [taught.streams(text)["exact"][0] for text in ("مالیاتستانی‌ها", "مالیات ستانی‌ها")] == ["مالیات"] * 2


def test_a_learned_compound_is_known_to_spelling(analyzer: Analyzer, taught: Analyzer) -> None:
    assert not analyzer.words("نوسانگیران")[0].known
    assert taught.words("نوسانگیران")[0].known


def test_words_that_were_not_learned_are_read_as_before(analyzer: Analyzer, taught: Analyzer) -> None:
    text = "وزیر خارجه بین‌المللی کتاب‌هایشان را می‌خواند و نوسان قیمت‌ها را می‌گفت."
    assert taught.streams(text) == analyzer.streams(text)


def test_the_file_is_readable_and_the_same_for_any_order() -> None:
    rows = learned.parse(LEARNED)
    assert learned.dump(reversed(rows)) == LEARNED
    assert "نوسان‌گیران\t12\t3\t4\n" in LEARNED
    assert LEARNED.startswith("# ")


@pytest.mark.parametrize("line", ["نوسان‌گیران\t12\t3", "نوسان‌گیران\t12\t3\tx", "نوسان\t1\t1\t1", "\t1\t1\t1"])
def test_a_damaged_file_names_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 3"):
        learned.parse(f"{learned.HEADING}\n{learned.COLUMNS}\n{line}\n")


def test_a_generation_keeps_what_was_learned(taught: Analyzer, tmp_path: Path) -> None:
    for name, data in taught.files().items():
        (tmp_path / name).write_bytes(data)
    assert (tmp_path / "learned.tsv").read_text("utf-8") == LEARNED
    loaded = Analyzer.load(tmp_path)
    assert loaded.fingerprint == taught.fingerprint
    assert loaded.streams("نوسانگیران") == taught.streams("نوسانگیران")


def test_what_was_learned_is_a_part_of_the_fingerprint_and_makes_nothing_outdated(
    analyzer: Analyzer, taught: Analyzer
) -> None:
    other = analyzer.with_learned(learned.dump([]))
    assert len({analyzer.fingerprint, taught.fingerprint, other.fingerprint}) == 3
    assert not any(outdated(each.fingerprint) for each in (analyzer, taught, other))
    assert outdated("0123456789abcdef")
    assert outdated("")


def test_learning_anew_replaces_what_was_learned_before(analyzer: Analyzer, taught: Analyzer) -> None:
    forgot = taught.with_learned(learned.dump([]))
    assert forgot.streams("نوسانگیران") == analyzer.streams("نوسانگیران")


def test_what_a_known_analyser_has_is_not_read_again(analyzer: Analyzer, tmp_path: Path) -> None:
    for name, data in analyzer.files().items():
        (tmp_path / name).write_bytes(data)
    assert Analyzer.load(tmp_path, analyzer) is analyzer
    (tmp_path / "learned.tsv").write_text(LEARNED, encoding="utf-8")
    other = Analyzer.load(tmp_path, analyzer)
    assert other.fingerprint == Analyzer.load(tmp_path).fingerprint != analyzer.fingerprint
    assert other.lexicon.words is analyzer.lexicon.words
    (tmp_path / "lexicon").write_bytes(b"damaged")
    with pytest.raises(ValueError, match="damaged"):
        Analyzer.load(tmp_path, analyzer)
