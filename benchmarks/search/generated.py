"""Articles made of nothing: words of Persian-like syllables, as frequent as words are in a language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from random import Random

import numpy as np
from numpy.typing import NDArray

from search_service.article import TEHRAN, Article

HALF_SPACE = "\u200c"
STEMS = 40_000
FUNCTION_WORDS = [
    "و",
    "در",
    "به",
    "از",
    "که",
    "این",
    "را",
    "با",
    "است",
    "برای",
    "آن",
    "یک",
    "خود",
    "تا",
    "کرد",
    "بر",
    "هم",
    "نیز",
    "می\u200cشود",
    "شد",
    "اما",
    "یا",
    "شده",
    "ما",
    "او",
    "باید",
    "هر",
    "دو",
    "بود",
    "دارد",
    "وی",
    "پس",
    "اگر",
    "بین",
    "پیش",
    "همه",
    "هیچ",
    "چند",
    "نه",
    "مورد",
]
CATEGORIES = (
    "سیاسی", "اقتصادی", "ورزشی", "فرهنگی", "اجتماعی", "بین‌الملل", "علمی", "هنری", "استان‌ها", "سلامت", "فناوری",
    "حوادث", "آموزش", "محیط زیست", "گردشگری", "رسانه", "کتاب", "سینما", "بازار کار", "انرژی",
)  # fmt: skip
ENDINGS = ("", f"{HALF_SPACE}ها", f"{HALF_SPACE}های", "ی", "ان", "هایی", f"{HALF_SPACE}تر", f"{HALF_SPACE}شان", "ات")
ENDING_SHARES = (0.87, 0.03, 0.04, 0.03, 0.01, 0.005, 0.005, 0.005, 0.005)

_ONSETS = "بپتجچخدرزسشفقکگلمنهیآغ"
_VOWELS = ("ا", "و", "ی", "", "", "")
_CODAS = ("", "", "ر", "ن", "م", "ش", "ت", "د", "ل", "ک", "س", "ز", "ب")
# Zipf and Mandelbrot: the word of rank r is seen in proportion to (r + shift) ** -exponent.
_EXPONENT, _SHIFT = 1.3, 5.0
_MEDIAN_LENGTH, _LENGTH_SPREAD = 425, 0.6  # log-normal; with title and lead about 575 words on average
_THEME, _THEME_SHARE = 12, 0.12  # words that an article returns to, and how much of it they are
_FIRST_DAY, _DAYS = datetime(2016, 3, 20, tzinfo=TEHRAN), 3_200


class Generated:
    """As many articles as are asked for; each depends on the seed and its own number only."""

    name = "generated articles"

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed

    def article(self, number: int) -> Article:
        """The article of this number, from 0."""
        chance = np.random.default_rng([self._seed, number])
        category = int(len(CATEGORIES) * chance.random() ** 2)  # the first ones are the commonest
        names = dict.fromkeys((CATEGORIES[category], CATEGORIES[int(len(CATEGORIES) * chance.random() ** 2)]))
        theme = chance.choice(self._themes[category], _THEME)
        body = self._sentences(int(chance.lognormal(np.log(_MEDIAN_LENGTH), _LENGTH_SPREAD)) + 30, theme, chance)
        share = 1 - chance.random() ** 2  # later days have more articles
        return Article.stored(
            {
                "id": f"g{number:07}",
                "version": 1,
                "title": " ".join(self._words(int(chance.integers(5, 11)), theme, chance)),
                "lead": " ".join(self._sentences(25, theme, chance)),
                "body": "\n".join(" ".join(body[at : at + 4]) for at in range(0, len(body), 4)),
                "categories": list(names)[: 1 + int(chance.random() < 0.3)],
                "tags": [self.vocabulary[each] for each in theme[:2]],
                "published": _FIRST_DAY + timedelta(days=int(share * _DAYS), seconds=int(chance.integers(86_400))),
            }
        )

    @cached_property
    def vocabulary(self) -> list[str]:
        """All stems, the commonest first: function words, then made ones."""
        chance = Random(self._seed)
        words = dict.fromkeys(FUNCTION_WORDS)
        while len(words) < STEMS:
            syllables = chance.choices((1, 2, 3, 4), (2, 8, 5, 1))[0]
            words.setdefault("".join(_syllable(chance) for _ in range(syllables)))
        return [word for word in words if len(word) > 1 or word == "و"]

    @cached_property
    def _cumulated(self) -> NDArray[np.float64]:
        shares = (np.arange(len(self.vocabulary)) + 1 + _SHIFT) ** -_EXPONENT
        return np.cumsum(shares / shares.sum())

    @cached_property
    def _themes(self) -> list[NDArray[np.int64]]:
        """For each category the words that its articles are about."""
        chance = np.random.default_rng(self._seed)
        return [chance.integers(len(FUNCTION_WORDS), 4_000, 150) for _ in CATEGORIES]

    def _words(self, count: int, theme: NDArray[np.int64], chance: np.random.Generator) -> list[str]:
        drawn = np.searchsorted(self._cumulated[:-1], chance.random(count))
        themed = chance.random(count) < _THEME_SHARE
        drawn[themed] = chance.choice(theme, int(themed.sum()))
        endings = np.searchsorted(np.cumsum(ENDING_SHARES)[:-1], chance.random(count))
        endings[drawn < len(FUNCTION_WORDS)] = 0
        vocabulary = self.vocabulary
        return [
            vocabulary[word] + ENDINGS[ending] for word, ending in zip(drawn.tolist(), endings.tolist(), strict=True)
        ]

    def _sentences(self, words: int, theme: NDArray[np.int64], chance: np.random.Generator) -> list[str]:
        text = self._words(words, theme, chance)
        ends = np.cumsum(chance.integers(8, 25, words // 8 + 1))
        return [" ".join(sentence) + "." for sentence in _cut(text, ends.tolist())]


def _syllable(chance: Random) -> str:
    return chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(_CODAS)


def _cut(words: Sequence[str], ends: Sequence[int]) -> list[Sequence[str]]:
    pieces = [words[start:end] for start, end in zip((0, *ends), ends, strict=False)]
    return [piece for piece in pieces if piece]
