"""Compounds that an archive attests: written with a half-space, and in no list.

What is learned belongs to one generation of the index. A learned compound is treated as
a known one: its joined spelling stands at the positions of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from search_service.text import numeral
from search_service.text.acronym import LETTER_NAMES
from search_service.text.affix import AFTER_HALF_SPACE
from search_service.text.chain import readings
from search_service.text.fold import ZWNJ, bare
from search_service.text.lexicon import Lexicon
from search_service.text.verb import IMPERFECTIVE
from search_service.text.word import cuts

Parts = tuple[str, ...]

HEADING = "# Compounds learned from the archive, with the number of articles that write them so."
COLUMNS = "# Columns: compound, with a half-space, joined, with a space."

MIN_PART = 2
MIN_WHOLE = 5
"""Letters."""

_PREFIXES = frozenset({"هم", "بی", "پیش", "پس", "نا", "کم", "پر"})
"""First parts of compounds that are particles, short words or names of letters elsewhere."""
_LOOSE = frozenset(
    {
        "و", "یا", "نه", "هم", "هر", "هیچ", "همه", "این", "آن", "همین", "همان", "یک", "چند", "چه", "من", "تو", "او",
        "ما", "شما", "خود", "ولی", "اگر", "پس", "هنوز", "بدون", "تحت", "طی", "طبق", "علاوه", "عدم", "قابل", "بن", "ابن",
    }
)  # fmt: skip
"""Words that stand before or behind any other: a half-space there is one writer's habit."""
_COPULAS = frozenset({"ست", "ید", "یم", "ند", "ین"})


class Compound(NamedTuple):
    """A compound, and in how many articles each of its spellings stands."""

    parts: Parts
    half_spaced: int
    joined: int
    spaced: int

    @property
    def share(self) -> float:
        """The share of the half-space among its spellings."""
        return self.half_spaced / (self.half_spaced + self.joined + self.spaced)


def unlisted(form: str, lexicon: Lexicon) -> Parts:
    """The two parts, as terms, of a half-spaced compound that the lexicon does not know; () for anything else.

    ``form`` is folded. Its suffixes fall away. Whatever could be more or less than one
    word is refused: a form of a known word, a verb and its auxiliary, a particle and the
    word behind it, a number, letters, a part that is no word.
    """
    parts = [part for part in form.split(ZWNJ) if part]
    while len(parts) > 1 and parts[-1].replace("ئ", "ی") in AFTER_HALF_SPACE:
        parts.pop()
    if len(parts) != 2 or lexicon.known("".join(parts)):
        return ()
    if not (_may_begin(parts[0], lexicon) and _may_end(parts[1], lexicon)):
        return ()
    found = tuple(readings(part, lexicon)[0].exact for part in parts)
    as_written = all(bare(term) == bare(part) for term, part in zip(found, parts, strict=True))
    return found if as_written and _is_new("".join(found), lexicon) else ()


def _may_begin(part: str, lexicon: Lexicon) -> bool:
    if part in _PREFIXES:
        return True
    return _is_free(part, lexicon) and not part.endswith(IMPERFECTIVE)


def _may_end(part: str, lexicon: Lexicon) -> bool:
    if part in _COPULAS or (part.startswith("و") and lexicon.headword(part[1:])) or lexicon.verbs.is_past(part):
        return False
    if part.endswith("ی") and len(part) > MIN_PART and lexicon.verbs.is_present(part[:-1]):
        return part not in AFTER_HALF_SPACE  # what is done to the first part: «مالیات‌ستانی»
    verbal = any(lexicon.verbs.finite(form) for read in readings(part, lexicon) for form in (part, read.lemma))
    return not verbal and _is_free(part, lexicon)


def _is_free(part: str, lexicon: Lexicon) -> bool:
    """Whether the part is a word of its own, and none that stands beside all others."""
    if len(part) < MIN_PART or part in _LOOSE or part in AFTER_HALF_SPACE or part in LETTER_NAMES:
        return False
    if part in numeral.WORDS or part in lexicon.function_words:
        return False
    return any(lexicon.headword(form) for read in readings(part, lexicon) for form in (part, read.lemma))


def _is_new(whole: str, lexicon: Lexicon) -> bool:
    """Whether neither the joined spelling nor anything that it may be a form of is known."""
    if len(whole) < MIN_WHOLE or lexicon.flags(whole) or lexicon.terms(bare(whole)):
        return False
    if readings(whole, lexicon)[0].lemma != lexicon.term(whole):
        return False
    if lexicon.verbs.finite(whole) or lexicon.verbs.joined_imperfective(whole):
        return False
    stems = [*cuts(whole), *(whole.removesuffix(copula) for copula in _COPULAS)]
    return not any(lexicon.known(stem) or stem in lexicon.tables.be_compounds for stem in stems)


def dump(compounds: Iterable[Compound]) -> str:
    """The compounds as readable text, most attested first."""
    rows = sorted(compounds, key=lambda compound: (-compound.half_spaced, compound.parts))
    lines = ("\t".join([ZWNJ.join(parts), *map(str, counts)]) for parts, *counts in rows)
    return "\n".join([HEADING, COLUMNS, *lines, ""])


def parse(text: str) -> list[Compound]:
    """What ``dump`` wrote; ValueError, with the number of the line, for anything else."""
    compounds = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        spelling, *counts = line.split("\t")
        parts = tuple(spelling.split(ZWNJ))
        if len(counts) != 3 or not all(map(str.isdecimal, counts)) or len(parts) < 2 or not all(parts):
            raise ValueError(f"the learned compounds are damaged: line {number}")
        compounds.append(Compound(parts, *map(int, counts)))
    return compounds


def extended(lexicon: Lexicon, compounds: Iterable[Compound]) -> Lexicon:
    """The lexicon with the compounds, also in spelling without hamza and madda; what it knows itself comes first."""
    wholes: dict[str, Parts] = {}
    for compound in compounds:
        whole = "".join(compound.parts)
        wholes[whole] = compound.parts
        plain = bare(whole)
        if not lexicon.terms(plain):
            wholes.setdefault(plain, compound.parts)
    return lexicon.with_compounds(wholes)
