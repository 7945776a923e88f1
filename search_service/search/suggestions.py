"""What a reader may be about to ask for: completed words, titles and categories, while typing.

What is proposed comes from published articles alone.  The vocabulary of an index also
holds words of articles whose time has not come, and of deleted ones until a merge: so a
completed word is proposed only when a search finds it at this moment, and it is spelt as
the article that was found spells it.  Nothing is scanned: each step looks up a bounded
number of terms, and no step is begun when the time is up.

When nothing begins with what was typed, the same keys on the other keyboard layout are
tried, then Latin letters as the Persian that they may spell, then for the last word those that
are one slip away.  A whole word that was read so is itself proposed, and first: it is not
what the reader sees typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from time import perf_counter

from search_service.engine.base import LabelCount, Request, Searcher
from search_service.engine.query import TEXT_FIELDS, All, BestOf, Everything, Node, Phrase, Term
from search_service.search.answer import Piece, Proposal
from search_service.search.compile import Compiler
from search_service.search.guesses import Guesser
from search_service.search.latin import beginnings, spelling
from search_service.search.rewrite import rewritten
from search_service.search.snippet import Snippets, shown
from search_service.search.syntax import Both, InTitle, Query, Star, Text
from search_service.settings import Settings
from search_service.text import guess, stored
from search_service.text.analyzer import Analyzer
from search_service.text.fold import MARKS, ZWNJ, bare, fold, key

SHORTEST = 2
"""Letters from which on a word is completed; behind other words, from the first."""
MOST_WORDS, MOST_TITLES, MOST_CATEGORIES = 5, 4, 2
MOST_SEARCHED = 10
"""Completions that are searched for, to see whether a published article has them."""
MOST_FOLLOWING = 24
"""Completions that are looked for directly behind the words before them."""
MOST_ARTICLES = 3
"""Articles in which a word's spelling is looked for; of a compound's, one with a half-space is best."""
MOST_IN_BODIES = 6
MOST_READ = 6_000
"""Characters of an article's text in which its spelling is looked for."""
JOINED = 2
"""Last words that are also completed as one: «بین الم» begins «بین‌المللی»."""
NEARBY = 6
MOST_NEARBY = 600
"""Terms that a word is compared with to find nearby ones, and those from which a slip strayed."""
LIKENESS = 0.6
"""How alike a nearby word is, as difflib counts it."""
MOST_BEGUN = 40
"""Words that the last, begun word of a title stands for."""
KEPT, KEPT_SECONDS = 2_000, 60
"""Texts whose proposals are kept, and how long at most: most readers begin with the same letters."""

_LETTERS = str.maketrans("يك", "یک")


@dataclass(slots=True)
class Known:
    """What has been found out about one commit, until another article of it comes out.

    Only what was found is kept: a published article stays published while the commit lasts.
    """

    state: tuple[str, int]
    """The commit, and how many of its articles are out."""
    spellings: dict[str, str] = field(default_factory=dict)
    """Term -> how a published article spells it."""
    categories: list[tuple[tuple[str, ...], LabelCount]] | None = None
    """Each with its key and those of its words."""
    minute: int = 0
    proposals: dict[tuple[str, int], tuple[Proposal, ...]] = field(default_factory=dict)
    """What was proposed for a text within this minute."""


class Suggester:
    """Proposals from one commit, at one moment."""

    def __init__(
        self, searcher: Searcher, analyzer: Analyzer, compiler: Compiler, settings: Settings, now: int, known: Known
    ) -> None:
        self._searcher = searcher
        self._vocabulary = searcher.vocabulary
        self._analyzer = analyzer
        self._compiler = compiler
        self._settings = settings
        self._now = now
        self._known = known
        self._until = perf_counter() + settings.suggest_seconds

    def suggest(self, text: str, limit: int) -> tuple[Proposal, ...]:
        """At most ``limit`` proposals, words first, then categories and titles."""
        typed, minute = " ".join(text[: self._settings.max_query_length].split()), self._now // KEPT_SECONDS
        known = self._known.proposals
        if minute != self._known.minute or len(known) >= KEPT:
            known = self._known.proposals = {}
            self._known.minute = minute
        found = known.get((typed, limit))
        if found is None:
            found = self._suggested(typed, limit)
            if not self._late():
                known[typed, limit] = found
        return found

    def _suggested(self, typed: str, limit: int) -> tuple[Proposal, ...]:
        for reading in self._readings(typed):
            found = self._proposals(reading, changed=reading != typed)
            if found:
                return tuple(found[:limit])
        return ()

    def nearby(self, text: str) -> tuple[str, ...]:
        """Words of published articles that are spelt much like those of the text."""
        found: dict[str, None] = {}
        for word in text.split()[:4]:
            for near in self._alike(_term(word)):
                spelt = self._spelling(near)
                if spelt:
                    found[spelt] = None
        return tuple(islice(found, NEARBY))

    def _alike(self, term: str) -> list[str]:
        """Indexed terms that look like this one and begin as it does: as far as its middle, or at least alike."""
        for size in dict.fromkeys((len(term) // 2, SHORTEST)) if len(term) > SHORTEST else ():
            held = dict(self._vocabulary.with_prefix("exact", term[: max(size, SHORTEST)], MOST_NEARBY))
            held.pop(term, None)
            if near := get_close_matches(term, held, n=NEARBY, cutoff=LIKENESS):
                return near
        return []

    def _readings(self, typed: str) -> Iterator[str]:
        """What was typed, and what it may have been meant as."""
        if len(typed) < SHORTEST:
            return
        yield typed
        yield from guess.other_layout(typed)
        *first, last = typed.split(" ")
        if last.isascii() and last.isalpha():
            head = [spelling(word, self._vocabulary) if word.isascii() else word for word in first]
            if all(head):
                for beginning in beginnings(last, self._vocabulary):
                    yield " ".join([*filter(None, head), beginning])
        if not self._late():
            guesser = Guesser(self._compiler, self._vocabulary, MOST_NEARBY)
            for changes in guesser.corrections(Query(typed, Both((Text(last, len(typed) - len(last)),)))):
                yield rewritten(typed, changes)

    def _proposals(self, typed: str, changed: bool) -> list[Proposal]:
        words = list(islice(self._words(typed, changed), MOST_WORDS))
        return [*words, *self._categories(typed), *self._titles(typed)]

    # words

    def _words(self, typed: str, changed: bool) -> Iterator[Proposal]:
        """The query with its last word completed, where that finds something; two words as one first.

        A whole word completes itself, and first, where it is a changed reading of what was typed.
        """
        parts = typed.split(" ")
        seen = set() if changed else {key(typed)}
        for size in () if self._late() else range(min(JOINED, len(parts)), 0, -1):
            head = " ".join(parts[:-size])
            begun = _term("".join(parts[-size:]))
            terms = self._following(head, begun, joined=size > 1)
            if changed and (begun in terms or not head):
                terms = [begun, *(term for term in terms if term != begun)]
            for term in terms:
                spelt = None if self._late() else self._spelling(term)
                query = f"{head} {spelt}".lstrip()
                if spelt and key(query) not in seen:
                    seen.add(key(query))
                    yield Proposal(kind="word", text=query, fragments=(Piece(text=query, match=False),), query=query)

    def _following(self, head: str, beginning: str, joined: bool) -> list[str]:
        """Terms that begin so, the commonest first; after other words those that stand directly behind them."""
        if not head:
            return self._completions(beginning, joined, MOST_SEARCHED) if len(beginning) >= SHORTEST else []
        before = self._analyzer.analyze(head)
        if not (before and beginning):
            return []
        last = before[-1].terms["exact"]
        terms = self._completions(beginning, joined, MOST_FOLLOWING)
        # Titles and leads hold what is said often, and are read at once; bodies only where they say nothing.
        found = self._counted(last, terms, joined, ("title", "lead"))
        return (found or self._counted(last, terms[:MOST_IN_BODIES], joined, ("body",)))[:MOST_SEARCHED]

    def _counted(self, last: str, terms: Sequence[str], joined: bool, fields: Sequence[str]) -> list[str]:
        """The terms that published articles have behind the last word, the most frequent first."""
        counts: dict[str, int] = {}
        for term in terms:
            if self._late():
                break
            nodes: list[Node] = [
                All((Term(field, "exact", last), Term(field, "joined", term)))
                if joined
                else Phrase(field, "exact", (last, term))
                for field in fields
            ]
            counts[term] = self._searcher.total(BestOf(tuple(nodes)), self._now)
        return [term for term in sorted(counts, key=lambda term: -counts[term]) if counts[term]]

    def _completions(self, beginning: str, joined: bool, most: int) -> list[str]:
        """Terms that begin so, the commonest first; no function words."""
        # Terms keep the hamza and the madda of words that need them; compounds have neither.
        heads = dict.fromkeys((beginning, bare(beginning)))
        if beginning[0] in "اآ":
            heads[("آ" if beginning[0] == "ا" else "ا") + beginning[1:]] = None
        counts: dict[str, int] = {}
        for head in heads:
            for stream in ("joined",) if joined else ("exact", "joined"):
                for term, number in self._vocabulary.with_prefix(stream, head, 2 * most):
                    if term.isalpha() and term not in self._analyzer.lexicon.function_words:
                        counts[term] = max(number, counts.get(term, 0))
        return sorted(counts, key=lambda term: (-counts[term], term))[:most]

    def _spelling(self, term: str) -> str | None:
        """How a published article spells the term; None: there is none."""
        spelt = self._known.spellings.get(term)
        if spelt is None:
            compound = self._vocabulary.frequency("joined", term) > 0
            request = Request(_anywhere(term), self._now, size=MOST_ARTICLES)
            for hit in self._searcher.search(request).hits:
                found = _spelt(term, stored.load(hit.stored), compound)
                spelt = found if spelt is None or (found and ZWNJ in found) else spelt
                if spelt and (ZWNJ in spelt or not compound):
                    break
            if spelt:
                self._known.spellings[term] = spelt
        return spelt

    def _late(self) -> bool:
        return perf_counter() > self._until

    # titles and categories

    def _titles(self, typed: str) -> Iterator[Proposal]:
        """Articles whose titles hold the words, the last one begun."""
        head, _, last = typed.rpartition(" ")
        parts = [InTitle(Text(head, 0))] if head else []
        query = Query(typed, Both((*parts, InTitle(Star(last, len(typed) - len(last))))))
        node = self._compiler.compile(query).node()
        hits = self._searcher.search(Request(node, self._now, size=2 * MOST_TITLES)).hits
        articles = {hit.id: stored.load(hit.stored) for hit in hits}
        snippets = Snippets(node, self._searcher, articles)
        seen: set[str] = set()
        for id, article in articles.items():
            title = article.get("title", "")
            if key(title) not in seen and len(seen) < MOST_TITLES:
                seen.add(key(title))
                marked = snippets.title(id)
                yield Proposal(kind="title", text=shown(title), fragments=marked, id=id, url=article.get("url"))

    def _categories(self, typed: str) -> list[Proposal]:
        """Categories of which a word begins so."""
        if self._known.categories is None:
            request = Request(Everything(), self._now, facets=("category",), size=0)
            counts = self._searcher.search(request).labels["category"]
            self._known.categories = [((each.key, *map(key, each.label.split())), each) for each in counts]
        begun = key(typed)
        if len(begun) < SHORTEST:
            return []
        found = [each for keys, each in self._known.categories if any(word.startswith(begun) for word in keys)]
        return [
            Proposal(
                kind="category",
                text=(label := each.label.translate(_LETTERS)),
                fragments=(Piece(text=label, match=False),),
                value=each.key,
                count=each.count,
            )
            for each in found[:MOST_CATEGORIES]
        ]


def completing(settings: Settings) -> Settings:
    """The settings of a compiler that completes words: of a begun one the commonest words will do."""
    return settings.model_copy(update={"max_expansions": min(MOST_BEGUN, settings.max_expansions)})


def _term(word: str) -> str:
    """A word as the index spells its terms."""
    return fold(word.strip("«»\"'()*-")).replace(ZWNJ, "")


def _anywhere(term: str) -> Node:
    """Articles that hold the term in any text field, as written or as the whole of a compound."""
    return BestOf(tuple(Term(field, stream, term) for field in TEXT_FIELDS for stream in ("exact", "joined")))


def _spelt(term: str, article: stored.Shown, compound: bool) -> str | None:
    """How the article spells the term; a space inside a word that is no compound is shown as a half-space."""
    texts = [shown(article.get(name, ""))[:MOST_READ] for name in ("title", "kicker", "lead", "body")]
    for between in (f"[{ZWNJ}{MARKS}]*", f"[ {ZWNJ}{MARKS}]*"):
        letters = between.join(_VARIANTS.get(char, char) for char in term)
        pattern = re.compile(rf"(?<![\w{ZWNJ}]){letters}(?![\w{ZWNJ}])")
        for text in texts:
            if match := pattern.search(text):
                return (" " if compound else ZWNJ).join(match[0].translate(_LETTERS).split())
    return None


_VARIANTS = {"ی": "[یيىئ]", "ک": "[کك]", "ه": "[هةۀ]", "و": "[وؤئ]", "ا": "[اآأإ]"}
"""Letters as articles may write what terms hold folded."""
