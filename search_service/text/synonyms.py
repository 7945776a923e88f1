"""An admin's synonyms and aliases: a readable file, read at query time.

One rule a line; ``#`` begins a comment.

    ایالات متحده = آمریکا = امریکا       each finds all
    کرونا -> کووید                       the first finds the second too, and not the other way round

Words may be written any way: half-spaces, spaces and Arabic letters are as in a query.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from search_service.text.analyzer import Analyzer
from search_service.text.token import Word

Terms = tuple[str, ...]
Stamp = tuple[int, ...]
"""The state of a file; () when it is not there."""

LONGEST = 8
"""Most words of one side of a rule."""
MOST_BYTES = 4 * 2**20
"""Largest file that is read."""
MOST_REPORTED = 20
"""Broken lines of one file that are named in the log."""

_COMMENT = re.compile(r"(?:^|\s)#.*")

log = logging.getLogger(__name__)


class Rule(NamedTuple):
    """A line: each on its left finds each on its right; equivalents are on both sides."""

    left: tuple[str, ...]
    right: tuple[str, ...]


class Synonyms:
    """Rules as one analyser reads them; immutable."""

    def __init__(self, found: Mapping[str, tuple[Terms, ...]] | None = None) -> None:
        """``found``: the lemmas of a left side, with nothing between them -> the lemmas of what it finds too."""
        self._found = dict(found or {})

    @classmethod
    def of(cls, rules: Iterable[Rule], analyzer: Analyzer) -> Synonyms:
        """Read the rules; sides that are one word to the analyser anyway need none."""
        found: dict[str, dict[Terms, None]] = {}
        for rule in rules:
            read = {text: analyzer.words(text) for text in (*rule.left, *rule.right)}
            for left in rule.left:
                key = _key(read[left])
                for right in rule.right:
                    if key and _key(read[right]) not in ("", key):
                        found.setdefault(key, {}).update(dict.fromkeys(_readings(read[right])))
        return cls({key: tuple(terms) for key, terms in found.items()})

    def fill(self, words: Sequence[Word]) -> list[Word]:
        """The words of a query with their synonyms.

        A left side of several words gives its synonyms to each of them.  It is known by
        its lemmas without what stands between them, so that any spacing will do.
        """
        filled = list(words)
        for first in range(len(words)) if self._found else ():
            key = ""
            for last in range(first, min(first + LONGEST, len(words))):
                key += _key(words[last : last + 1])
                if key in self._found:
                    for at in range(first, last + 1):
                        synonyms = dict.fromkeys((*filled[at].synonyms, *self._found[key]))
                        filled[at] = replace(filled[at], synonyms=tuple(synonyms), known=True)
        return filled


def _lemmas(words: Iterable[Word]) -> Terms:
    return tuple(token.terms["lemma"] for word in words for token in word.tokens)


def _key(words: Iterable[Word]) -> str:
    return "".join(_lemmas(words))


def _readings(words: Sequence[Word]) -> Iterator[Terms]:
    """How a right side stands in an article: as written, and, of one word, joined or apart."""
    lemmas = _lemmas(words)
    yield lemmas
    if len(words) == 1:
        yield from words[0].splits
        if len(lemmas) > 1:
            yield ("".join(lemmas),)


def parse(text: str) -> Iterator[tuple[int, Rule | str]]:
    """The rules with the numbers of their lines; in the place of a broken one, what is wrong with it."""
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        rule = _COMMENT.sub("", line).strip()
        if rule:
            yield number, _rule(rule)


def _rule(line: str) -> Rule | str:
    if "\ufffd" in line:
        return "it is not UTF-8"
    sides = tuple(side.strip() for side in re.split("->|=", line))
    if len(sides) < 2:
        return "there is no '=' or '->' in it"
    if not all(any(map(str.isalnum, side)) for side in sides):
        return "a side of it has no word"
    if any(len(side.split()) > LONGEST for side in sides):
        return f"a side of it has more than {LONGEST} words"
    if "->" not in line:
        return Rule(sides, sides)
    return Rule(sides[:1], sides[1:]) if len(sides) == 2 else "'->' stands between two sides"


class SynonymsFile:
    """The synonyms of a file, read anew when it changes; a file that is not there holds none.

    Safe for use by several threads.  Nothing that is wrong with the file is raised: it
    goes to the log, once for each state of the file.
    """

    def __init__(self, path: Path, expected: bool = False) -> None:
        """``expected``: that the file is not there is worth a line in the log."""
        self._path = path
        self._expected = expected
        self._lock = threading.Lock()
        self._rules: tuple[Stamp | None, tuple[Rule, ...]] = (None, ())
        self._current: tuple[Stamp | None, Analyzer | None, Synonyms] = (None, None, Synonyms())

    def current(self, analyzer: Analyzer) -> Synonyms:
        """The synonyms as the file is now, as this analyser reads them; one look at the file's state."""
        stamp = self.stamp()
        known = self._current
        if known[0] != stamp or known[1] is not analyzer:
            with self._lock:
                if self._rules[0] != stamp:
                    self._rules = (stamp, self._load())
                known = self._current = (stamp, analyzer, Synonyms.of(self._rules[1], analyzer))
        return known[2]

    def stamp(self) -> Stamp:
        """The state of the file, which changes with it."""
        try:
            state = self._path.stat()
        except OSError:
            return ()
        return state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino

    def _load(self) -> tuple[Rule, ...]:
        try:
            with self._path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            if self._expected:
                log.warning("%s is not there, and gives no synonyms", self._path)
            return ()
        except OSError as error:
            log.warning("%s cannot be read, and gives no synonyms: %s", self._path, error.strerror)
            return ()
        if len(data) > MOST_BYTES:
            log.warning("%s has more than %d bytes, and gives no synonyms", self._path, MOST_BYTES)
            return ()
        read = list(parse(data.decode("utf-8", errors="replace")))
        broken = [(number, reason) for number, reason in read if isinstance(reason, str)]
        for number, reason in broken[:MOST_REPORTED]:
            log.warning("%s, line %d is skipped: %s", self._path, number, reason)
        if len(broken) > MOST_REPORTED:
            log.warning("%s: %d more lines are skipped", self._path, len(broken) - MOST_REPORTED)
        return tuple(rule for _, rule in read if isinstance(rule, Rule))
