"""Generated articles that look like news: few words are common, most are rare, some have other forms."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from search_service.engine.base import Document
from tests.engine.documents import DAY, NOW, document

STEMS = (
    "شهر",
    "کتاب",
    "دولت",
    "مردم",
    "خبر",
    "سال",
    "روز",
    "کار",
    "تیم",
    "بازی",
    "جهان",
    "زن",
    "راه",
    "آب",
    "نفت",
    "بازار",
    "قیمت",
    "مجلس",
    "وزیر",
    "هنر",
)
ENDINGS = ("", "", "", "ها", "های", "ی")
FUNCTION = ("و", "در", "به", "از", "که", "این", "را", "با")
CATEGORIES = ("sport=ورزش", "politics=سیاست", "art=هنر", "economy=اقتصاد")
MONTHS = (14010112, 14010530, 14020228, 14020301, 14020628)


def word(random: Random) -> str:
    """A word as ``documents.streams`` reads it: its form, its lemma where that is another, a second reading."""
    if random.random() < 0.35:
        return random.choice(FUNCTION)
    # The first stems are far more frequent than the last.
    stem = STEMS[min(int(random.expovariate(0.25)), len(STEMS) - 1)]
    ending = random.choice(ENDINGS)
    if not ending:
        return stem
    return f"{stem}{ending}|{stem}" + (f"|{random.choice(STEMS)}" if random.random() < 0.1 else "")


def text(random: Random, words: int) -> str:
    """A text with some positions left open."""
    return " ".join("_" if random.random() < 0.02 else word(random) for _ in range(words))


def article(id: str, version: int, random: Random) -> Document:
    """An article."""
    return document(
        id,
        text(random, random.randint(0, 90)),
        title=text(random, random.randint(1, 8)),
        lead=text(random, random.choice((0, 0, 12))),
        version=version,
        published=None if random.random() < 0.1 else NOW - random.randrange(900) * DAY,
        day=random.choice(MONTHS),
        category=random.sample(CATEGORIES, random.randint(0, 2)),
        tag=random.sample(STEMS, random.randint(0, 3)),
    )


def history(random: Random, commits: Sequence[int], deletions: int) -> list[tuple[list[Document], list[str]]]:
    """Commits of so many new articles, each with updates of older ones and deletions."""
    ids: list[str] = []
    found = []
    for number, size in enumerate(commits):
        fresh = [f"{number}-{i}" for i in range(size)]
        again = random.sample(ids, min(len(ids), size // 4))
        gone = random.sample(ids, min(len(ids), deletions))
        found.append(([article(id, number, random) for id in fresh + again], gone))
        ids = [id for id in ids + fresh if id not in gone]
    return found
