from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.text.analyzer import STREAMS, Analyzer

SAMPLES = (
    "وزیر نیرو گفت: «۲۰٪ نیروگاه ها تعمیر می شوند» و رفته‌اند.",
    "بی بی سی و سی‌ان‌ان در ۵ مهر ۱۴۰۱ (۱۴۰۱/۰۷/۰۵) نوشتند:\nدو هزار و پانصد نفر",
    "رئيس جمهور، رئیس‌جمهور و رئیسجمهور؛ U.N. و F-35 و 🎉",
    "گفت و گوهای تلفنی، گفت‌وگوی تلفنی و گفت وگوها؛ خانه ی ما، حرفه ای",
)
PERSIAN = st.text(
    alphabet=st.sampled_from("آابپتجدرزسشعفقکگلمنوهیئأؤء \u200c\u200f\u064b.،«»۱۲3٪/-\n") | st.characters(), max_size=60
)
PIECES = st.lists(
    st.sampled_from(
        [
            "می",
            "نمی",
            "شود",
            "رفت",
            "رفته",
            "اند",
            "ام",
            "ای",
            "ها",
            "های",
            "تر",
            "ترین",
            "ی",
            "اش",
            "شان",
            "کتاب",
            "خانه",
            "گفت",
            "و",
            "گو",
            "وگوی",
            "بی",
            "سی",
            "ان",
            "رئیس",
            "جمهور",
            "هم",
            "کار",
            "دو",
            "هزار",
            "بیست",
            "دوم",
            "۲۵",
            "مهر",
            "آبان",
            "ماه",
            "۱۴۰۲",
            "سال",
            "صد",
            "میلیون",
            "،",
            ".",
            "\n",
            "به",
            "عنوان",
            "علی\u200cرغم",
            "آن",
            "که",
            "این",
        ]
    ),
    max_size=14,
).map(" ".join)


@pytest.mark.parametrize("text", SAMPLES)
def test_streams_and_tokens_are_the_same(analyzer: Analyzer, text: str) -> None:
    check(analyzer, text)


@settings(deadline=None)
@given(PERSIAN)
def test_any_text_is_read_with_true_offsets(analyzer: Analyzer, text: str) -> None:
    check(analyzer, text)


@settings(deadline=None)
@given(PIECES)
def test_any_order_of_affixes_and_parts_is_read_with_true_offsets(analyzer: Analyzer, text: str) -> None:
    check(analyzer, text)


def check(analyzer: Analyzer, text: str) -> None:
    tokens = analyzer.analyze(text)
    streams = analyzer.streams(text)
    assert [token.position for token in tokens] == list(range(len(tokens)))
    assert all(text[token.start : token.end] == token.text and token.text for token in tokens)
    spans = [(token.start, token.end) for token in tokens]
    assert all(one == other or one[1] <= other[0] for one, other in pairwise(spans))
    assert list(streams) == list(STREAMS)
    assert streams == {stream: [token.terms.get(stream) for token in tokens] for stream in STREAMS}
    table, (codes,), _ = analyzer.coded(text)
    assert [table[code] for code in codes] == list(zip(*streams.values(), strict=True))
    assert all(token.terms["exact"] and token.terms["lemma"] for token in tokens)
    assert all(term.encode() for token in tokens for term in token.terms.values())
    words = analyzer.words(text)
    assert [token for word in words for token in word.tokens] == tokens
    assert all(text[word.start : word.end] == word.text for word in words)


@pytest.mark.parametrize(
    "text", ["", "\ud800", "ایر\udfffان", "\u202eکتاب\u202c", "🇮🇷👩‍👩‍👧", "ء", "\u200c\u200c", "ـ", "%", "\x00", "ه‍.ش"]
)
def test_no_input_raises(analyzer: Analyzer, text: str) -> None:
    check(analyzer, text)


@pytest.mark.parametrize("text", ["ا" + "\u064b" * 10**6, "ب" * 10**6, "ها " * 50_000, "1" * 10**5, "1," * 10**5])
def test_an_endless_word_is_read_in_time_and_cut_in_its_terms(analyzer: Analyzer, text: str) -> None:
    before = time.process_time()
    tokens = analyzer.analyze(text)
    assert time.process_time() - before < 10
    assert all(len(term) <= 130 for token in tokens for term in token.terms.values())


@pytest.mark.parametrize(
    "spellings",
    [
        ("بی‌نتیجه", "بی نتیجه"),
        ("برمی‌گردد", "بر می گردد", "بر می‌گردد", "برمیگردد"),
        ("میرفتند", "می رفتند", "می‌رفتند", "ميرفتند"),
        ("گلدانها", "گلدان ها", "گلدان‌ها"),
        ("پخته‌ای", "پخته ای"),
        ("زیباترین", "زیبا ترین", "زیبا‌ترین"),
        ("سه‌شنبه", "سه شنبه", "سهشنبه"),
        ("بین‌المللی", "بین المللی", "بینالمللی"),
        ("تصمیم‌گیری‌های", "تصمیم گیری های", "تصمیمگیریهای"),
        ("گفت‌وگوها", "گفت‌و‌گوها", "گفت و گوها", "گفتگوها", "گفت وگوها"),
        ("حمل‌ونقل", "حمل و نقل", "حمل ونقل"),
        ("به‌دلیل", "به دلیل", "بهدلیل"),
        ("سی‌ان‌ان", "سی ان ان", "سیانان"),
        ("خانه‌ی", "خانه ی", "خانۀ", "خانهٔ"),
        ("۲۰٪", "20 درصد", "٢٠ ٪"),
    ],
)
def test_spellings_of_a_word_have_the_same_terms(analyzer: Analyzer, spellings: tuple[str, ...]) -> None:
    readings = {
        tuple((token.terms["exact"], token.terms["lemma"]) for token in analyzer.analyze(spelling))
        for spelling in spellings
    }
    assert len(readings) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("شأن او", ["شأن", "او"]),
        ("کاسه آش", ["کاسه", "آش"]),
        ("سلام ای دوست", ["سلام", "ای", "دوست"]),
        ("بی ام و خرید", ["بی", "ام", "و", "خرید"]),
        ("می نوشید", ["می نوشید"]),
        ("می، نوشید", ["می", "نوشید"]),
        ("گل\nها", ["گل", "ها"]),
    ],
)
def test_only_a_suffix_is_joined_to_its_host(analyzer: Analyzer, text: str, words: list[str]) -> None:
    assert [token.text for token in analyzer.analyze(text)] == words


def test_a_plural_and_a_suffix_after_silent_heh_stay_apart(analyzer: Analyzer) -> None:
    plural, adjective, joined = (analyzer.analyze(text)[0].terms for text in ("حرف‌های", "حرفه‌ای", "حرفهای"))
    assert not {plural["exact"], plural["lemma"]} & {adjective["exact"], adjective["lemma"]}
    assert {joined["lemma"], joined["alternate"]} == {plural["lemma"], adjective["lemma"]}


def test_a_compound_written_as_one_carries_its_whole_text_at_every_position(analyzer: Analyzer) -> None:
    assert {(token.text, token.start, token.end) for token in analyzer.analyze("تصمیم‌گیری")} == {("تصمیم‌گیری", 0, 10)}
    assert [token.text for token in analyzer.analyze("تصمیم گیری")] == ["تصمیم", "گیری"]


def test_a_generation_keeps_an_equal_analyser(analyzer: Analyzer, tmp_path: Path) -> None:
    for name, data in analyzer.files().items():
        (tmp_path / name).write_bytes(data)
    other = Analyzer.load(tmp_path)
    assert other.fingerprint == analyzer.fingerprint
    assert all(other.streams(text) == analyzer.streams(text) for text in SAMPLES)


def test_a_damaged_file_is_refused(analyzer: Analyzer, tmp_path: Path) -> None:
    for name, data in analyzer.files().items():
        (tmp_path / name).write_bytes(data[:-1])
    with pytest.raises(ValueError, match="damaged"):
        Analyzer.load(tmp_path)
