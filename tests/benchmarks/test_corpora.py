"""What the benchmark searches is the same in every process, and like news where it matters."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.search.corpus import CorpusSpec
from benchmarks.search.generated import FUNCTION_WORDS, HALF_SPACE, Generated
from benchmarks.search.recombined import Recombined
from search_service.article import Article

SENTENCES = {
    "a": ["باران در شمال بارید.", "رود بالا آمد!", "پل بسته ماند؟", "راه باز شد."],
    "b": ["تیم شهر برد.", "داور سوت زد.", "هوادار شاد شد.", "بازی تمام شد."],
}


@pytest.fixture(scope="module")
def generated() -> Generated:
    return Generated(seed=7)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "articles.jsonl"
    articles = [
        {"id": id, "title": f"خبر {id}", "body": " ".join(body), "category": [f"دستهٔ {id}"], "published": "2023-09-19"}
        for id, body in SENTENCES.items()
    ]
    file.write_text("\n".join(json.dumps(article) for article in articles), encoding="utf-8")
    return file


def test_an_article_depends_on_the_seed_and_its_number_only(generated: Generated) -> None:
    again = Generated(seed=7)
    assert [again.article(number) for number in (5, 0, 5)] == [generated.article(number) for number in (5, 0, 5)]
    assert Generated(seed=8).article(5) != generated.article(5)


def test_made_articles_are_articles(generated: Generated) -> None:
    articles = [generated.article(number) for number in range(50)]
    assert len({article.id for article in articles}) == 50
    for article in articles:
        assert Article.parse(article.model_dump(mode="json")) == article
        assert all((article.title, article.lead, article.body, article.categories, article.published))


def test_made_words_are_as_frequent_as_words_are(generated: Generated) -> None:
    words = Counter(word for number in range(100) for word in generated.article(number).body.replace(".", "").split())
    commonest = [word for word, _ in words.most_common(5)]
    assert set(commonest) <= set(FUNCTION_WORDS)
    once = sum(count == 1 for count in words.values())
    assert 0.3 < once / len(words) < 0.7  # about half of the words of a text stand in it once
    assert any(HALF_SPACE in word for word in words)


def test_a_files_own_articles_come_first_and_new_ones_are_made_of_their_sentences(file: Path) -> None:
    corpus = Recombined(file)
    assert [corpus.article(number).id for number in (0, 1)] == ["a", "b"]
    sentences = {sentence for body in SENTENCES.values() for sentence in body}
    for number in range(2, 12):
        body = corpus.article(number).body
        assert body
        assert not set(body.replace(".", ".|").replace("!", "!|").replace("؟", "؟|").split("|")) - {
            piece for sentence in sentences for piece in (sentence, f" {sentence}", "")
        }


def test_new_articles_are_the_same_in_another_process_and_have_ids_of_their_own(file: Path) -> None:
    spec = CorpusSpec(file, seed=3)
    first, second = spec.corpus(), spec.corpus()
    made = [first.article(number) for number in range(20)]
    assert [second.article(number) for number in reversed(range(20))] == made[::-1]
    assert len({article.id for article in made}) == 20
