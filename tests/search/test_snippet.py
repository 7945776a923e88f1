"""What is shown of an article."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.article import Article
from search_service.engine import memory
from search_service.engine.query import Term
from search_service.indexing.document import document
from search_service.search.answer import Fragment, Fragments
from search_service.search.compile import Compiler
from search_service.search.marks import html
from search_service.search.parser import parse
from search_service.search.snippet import LONGEST, Snippets, shown
from search_service.settings import Settings
from search_service.text import stored
from search_service.text.analyzer import Analyzer

SENTENCES = (
    "قیمت دلار امروز در بازار آزاد تهران بالا رفت.",
    "کتاب‌های کودک در نمایشگاه فروخته می‌شود؟",
    "او گفت: «رئیس‌جمهور به ژنو می‌رود»!",
    "راهپیمایی بیست و دوم بهمن برگزار شد؛",
    "متن\u200c\u200cبا نیم‌فاصله‌های تکراری و \u202eنشانهٔ پنهان\u202c.",
    'English words & <b>signs</b> "quoted".',
)


def fragments(q: str, title: str, lead: str, body: str, analyzer: Analyzer, kicker: str = "") -> Fragments:
    shown = {"title": title, "kicker": kicker, "lead": lead, "body": body}
    article = Article.model_construct(**Article(id="1", title="x").model_dump() | shown)
    searcher = memory.searcher([document(article, analyzer)])
    query = Compiler(analyzer, searcher, Settings()).compile(parse(q, Settings())).node()
    hit = searcher.get("1")
    assert hit is not None
    return Snippets(query, searcher, {"1": stored.load(hit.stored)}).fragments("1")


def text(fragment: Fragment) -> str:
    return "".join(piece.text for piece in fragment)


def marked(fragment: Fragment) -> list[str]:
    return [piece.text for piece in fragment if piece.match]


def test_the_title_is_whole_and_marks_are_whole_words(analyzer: Analyzer) -> None:
    title = "گشایش نمایشگاه کتاب‌هایشان در تهران"
    found = fragments("کتاب تهرانی", title, "", "متن", analyzer)
    assert text(found.title) == title
    assert marked(fragments("کتاب", title, "", "متن", analyzer).title) == ["کتاب‌هایشان"]


def test_a_phrase_is_marked_only_where_it_stands(analyzer: Analyzer) -> None:
    body = "وزیر به سفر رفت. سیاست خارجه تغییر کرد. سپس وزیر خارجه آمد."
    (fragment,) = fragments("«وزیر خارجه»", "", "", body, analyzer).body
    assert marked(fragment) == ["وزیر خارجه"]


def test_excluded_words_are_never_marked(analyzer: Analyzer) -> None:
    (fragment,) = fragments("دلار -یورو", "", "", "دلار و یورو", analyzer).body
    assert marked(fragment) == ["دلار"]


def test_a_number_in_words_is_marked_whole(analyzer: Analyzer) -> None:
    (fragment,) = fragments("۲۲ بهمن", "", "", "راهپیمایی بیست و دوم بهمن برگزار شد.", analyzer).body
    assert marked(fragment) == ["بیست و دوم بهمن"]


def test_a_prefix_marks_the_whole_word(analyzer: Analyzer) -> None:
    (fragment,) = fragments("راهپ*", "", "", "راهپیمایی برگزار شد.", analyzer).body
    assert marked(fragment) == ["راهپیمایی"]


def test_a_word_of_the_title_only_is_not_marked_elsewhere(analyzer: Analyzer) -> None:
    found = fragments("title:دلار", "قیمت دلار", "", "دلار گران شد.", analyzer)
    assert marked(found.title) == ["دلار"]
    assert marked(found.body[0]) == []


def test_the_passage_with_most_words_of_the_query_comes_first(analyzer: Analyzer) -> None:
    filler = "این جمله چیزی از آن ندارد و تنها جا را پر می‌کند تا متن بلند شود. " * 12
    body = f"قیمت نان ثابت ماند. {filler}قیمت دلار بالا رفت. {filler}دلار نایاب شد."
    first, *others = fragments("قیمت دلار", "", "", body, analyzer).body
    assert marked(first) == ["قیمت دلار"]
    assert len(others) == 2


def test_passages_do_not_overlap_and_are_not_repeated(analyzer: Analyzer) -> None:
    body = "قیمت دلار بالا رفت. " * 60
    found = [text(fragment) for fragment in fragments("دلار", "", "", body, analyzer).body]
    assert len(set(found)) == len(found) < 3


def test_without_a_match_the_beginning_is_shown(analyzer: Analyzer) -> None:
    assert text(fragments("", "", "لید خبر.", "متن خبر.", analyzer).body[0]) == "لید خبر."
    beginning = fragments("", "", "", "این یک جملهٔ بلند است. " * 50, analyzer).body[0]
    assert 100 < len(text(beginning)) <= LONGEST
    assert text(beginning).endswith(".")
    assert fragments("", "عنوان", "", "", analyzer).body == ()


def test_hidden_control_characters_are_not_shown() -> None:
    assert shown("الف\u202eب\u2066ج\u2069\x00") == "الفبج"
    assert shown("می\u200c\u200c\u200cشود\n") == "می\u200cشود\n"


def test_html_escapes_everything_before_it_marks(analyzer: Analyzer) -> None:
    (fragment,) = fragments("دلار", "", "", "<script>alert(\"دلار\")</script> & 'x'", analyzer).body
    assert html(fragment) == ("&lt;script&gt;alert(&quot;<mark>دلار</mark>&quot;)&lt;/script&gt; &amp; &#x27;x&#x27;")


def test_a_long_text_is_looked_through_to_its_end(analyzer: Analyzer) -> None:
    filler = "سخنی که به کار نمی‌آید در این متن بسیار است. " * 10_000
    (fragment,) = fragments("دلار", "", "", f"{filler}دلار", analyzer).body
    assert marked(fragment) == ["دلار"]


def test_a_kicker_moves_no_mark_of_the_lead(analyzer: Analyzer) -> None:
    found = fragments("دلار", "", "قیمت دلار بالا رفت.", "", analyzer, kicker="دلار و یورو")
    assert [marked(fragment) for fragment in found.body] == [["دلار"]]
    assert text(found.body[0]) == "قیمت دلار بالا رفت."


@pytest.mark.parametrize("hidden", ["\u202e", "\u202e\u200c\u200c", "\x00\x07"])
def test_marks_stand_where_the_words_are_shown(analyzer: Analyzer, hidden: str) -> None:
    body = f"{hidden}قیمت{hidden} {hidden}دلار بالا رفت.{hidden}"
    (fragment,) = fragments("دلار", "", "", body, analyzer).body
    assert [piece.strip("\u200c") for piece in marked(fragment)] == ["دلار"]


def test_of_an_index_that_does_not_tell_where_words_stand_nothing_is_marked(analyzer: Analyzer) -> None:
    article = {"title": "دلار", "body": "قیمت دلار"}
    searcher = memory.searcher([document(Article.model_validate({"id": "1"} | article), analyzer)])
    found = Snippets(Term("body", "exact", "دلار"), searcher, {"1": article}).fragments("1")
    assert [text(found.title), *map(text, found.body)] == ["دلار", "قیمت دلار"]
    assert not any(map(marked, (found.title, *found.body)))


@given(
    body=st.lists(st.sampled_from(SENTENCES) | st.text(max_size=40), min_size=1, max_size=40).map(" ".join),
    q=st.sampled_from(["دلار", "کتاب کودک", "«بازار آزاد»", "رئیس جمهور", "۲۲ بهمن", "نیم‌فاصله", "words", "می‌رود"]),
)
def test_fragments_are_true_to_the_text(analyzer: Analyzer, body: str, q: str) -> None:
    body = re.sub("[\ud800-\udfff]", "", body)
    found = fragments(q, "عنوان", "", body, analyzer)
    assert len(found.body) <= 3
    for fragment in found.body:
        piece = text(fragment)
        assert piece in shown(body)
        assert len(piece) <= LONGEST + 60
        assert all(part.text for part in fragment)
        at = shown(body).index(piece)
        assert not (at and piece[:1].isalpha() and shown(body)[at - 1].isalpha())
        spans = {(token.start, token.end) for token in analyzer.analyze(piece)}
        starts, ends = {start for start, _ in spans}, {end for _, end in spans}
        offset = 0
        for part in fragment:
            if part.match:
                assert offset in starts
                assert offset + len(part.text) in ends
            offset += len(part.text)


@pytest.mark.parametrize("q", ["دلار", "قیمت دلار تهران"])
def test_a_fragment_is_cut_between_words(analyzer: Analyzer, q: str) -> None:
    body = "دلار " + "کتاب ها و خانه‌های‌مان در شهرهای‌کوچک و بزرگ‌ترین " * 40 + "قیمت دلار تهران"
    words = set(body.split())
    for fragment in fragments(q, "", "", body, analyzer).body:
        assert set(text(fragment).split()) <= words


@pytest.mark.parametrize("shift", range(0, 16, 2))
def test_a_word_that_holds_a_space_is_not_cut(analyzer: Analyzer, shift: int) -> None:
    body = "کتاب ها " * 60 + "و" * shift + " دلار " + "کتاب ها " * 60
    (fragment,) = fragments("دلار", "", "", body, analyzer).body
    assert text(fragment).startswith("کتاب ها")
    assert text(fragment).endswith("کتاب ها")
