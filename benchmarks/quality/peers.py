"""What our analysis is compared with: how a peer reads a text as terms, and a word as its stem.

Each peer is made only when it is asked for, because importing some of them takes seconds;
a peer whose package is not installed raises ``ImportError`` with one clear line.
"""

from __future__ import annotations

import collections
import collections.abc
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from search_service.text.analyzer import Analyzer

WORD = re.compile(r"\w+")
_LETTERS = str.maketrans("يك", "یک")
GRAM = 4


class Peer(NamedTuple):
    """One analysis; ``stem`` is missing where words are not brought to a stem."""

    name: str
    terms: Callable[[str], Sequence[str]]
    stem: Callable[[str], str] | None = None


def plain() -> Peer:
    """Words as they stand, only ي and ك folded."""
    return Peer("plain words", lambda text: WORD.findall(_plain(text)))


def hazm_lemmatizer() -> Peer:
    """hazm's normaliser, tokeniser and lemmatiser."""
    import hazm

    normalize, lemmatize = hazm.Normalizer().normalize, hazm.Lemmatizer().lemmatize

    def terms(text: str) -> list[str]:
        return [lemmatize(word) for word in _words(hazm.word_tokenize(normalize(text)))]

    return Peer("hazm lemmatiser", terms, lemmatize)


def hazm_stemmer() -> Peer:
    """hazm's normaliser, tokeniser and stemmer."""
    import hazm

    normalize, stem = hazm.Normalizer().normalize, hazm.Stemmer().stem

    def terms(text: str) -> list[str]:
        return [stem(word) for word in _words(hazm.word_tokenize(normalize(text)))]

    return Peer("hazm stemmer", terms, stem)


def parsivar() -> Peer:
    """parsivar's normaliser, tokeniser and stemmer."""
    if not hasattr(collections, "Iterable"):
        collections.Iterable = collections.abc.Iterable  # type: ignore[attr-defined]  # 0.2.3 is older than Python 3.10
    try:
        from parsivar import FindStems, Normalizer, Tokenizer
    except ImportError as error:
        raise ImportError(f"parsivar is missing ({error}): pip install --no-deps parsivar==0.2.3") from None
    normalize, tokenize, stem = Normalizer().normalize, Tokenizer().tokenize_words, FindStems().convert_to_stem

    def terms(text: str) -> list[str]:
        return [stem(word) for word in _words(tokenize(normalize(text)))]

    return Peer("parsivar stemmer", terms, lambda word: str(stem(normalize(word))))


def snowball() -> Peer:
    """Snowball's Persian stemmer over the plain words, which ranks better than keeping half-spaces in them."""
    try:
        import Stemmer
    except ImportError:
        raise ImportError("PyStemmer is missing: pip install 'PyStemmer>=3.1'") from None
    if "persian" not in Stemmer.algorithms():
        raise ImportError("PyStemmer has no Persian stemmer: pip install 'PyStemmer>=3.1'")
    stemmer = Stemmer.Stemmer("persian")

    def terms(text: str) -> list[str]:
        return list(stemmer.stemWords(WORD.findall(_plain(text))))

    return Peer("Snowball Persian", terms, lambda word: str(stemmer.stemWord(word)))


def grams_in_words() -> Peer:
    """The runs of four characters of each plain word with a space on both sides; a shorter one is whole."""

    def terms(text: str) -> list[str]:
        return [gram for word in WORD.findall(_plain(text)) for gram in _grams(f" {word} ")]

    return Peer("4-grams in words", terms)


def grams_across_words() -> Peer:
    """All runs of four characters of the text, one space between its plain words."""
    return Peer("4-grams across words", lambda text: _grams(" ".join(WORD.findall(_plain(text)))))


def our_lemmas(analyzer: Analyzer) -> Peer:
    """The lemma stream of our analyser, and nothing else of it."""

    def terms(text: str) -> list[str]:
        return [term for term in analyzer.streams(text)["lemma"] if term is not None]

    return Peer("our lemmas", terms, lambda word: " ".join(terms(word)))


def installed(makers: Iterable[Callable[[], Peer]]) -> Iterator[Peer]:
    """The peers that can be made; of the others one line each on stderr."""
    for make in makers:
        try:
            yield make()
        except ImportError as error:
            print(f"left out: {error}", file=sys.stderr)


def _plain(text: str) -> str:
    return text.translate(_LETTERS).lower()


def _grams(text: str) -> list[str]:
    return [text[at : at + GRAM] for at in range(max(1, len(text) - GRAM + 1))]


def _words(tokens: Iterable[str]) -> list[str]:
    """What is no mere punctuation."""
    return [token for token in tokens if WORD.search(token)]
