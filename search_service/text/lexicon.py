"""The compiled lexicon: which forms are words, what they are, and how they are spelt in terms."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple

from search_service.text.acronym import LETTER_NAMES, are_letters, whole_of
from search_service.text.fold import ZWNJ, bare, fold
from search_service.text.verb import Verbs

FORMAT = 3
"""Raised whenever the compiled file or what is put into it changes its shape."""
OLDEST = 2
"""The oldest format that is still read, so that a generation goes on serving after an update of the code."""

HEAD, NOUN, ADJECTIVE, PLURAL, ADVERB, LISTED = 1, 2, 4, 8, 16, 32
"""Flags of a word; the bits from 8 on are the magnitude of its count."""

LATER = 1 << 480
"""Beside the bits of ``Lexicon.closes``: the form may be a third part of a compound, or a later one."""
_ENTRIES = 64
"""Forms whose entries are kept: those of the word that is read. More would push it out of the processor's cache."""
_MAGIC = b"search-service lexicon\n"


class Tables(NamedTuple):
    """The small tables of the lexicon; forms are folded, values are terms or in natural spelling."""

    natural: dict[str, str]
    """Key of a word -> its natural spelling, where they differ."""
    restore: dict[str, list[str]]
    """Bare spelling -> keys of the words that it may stand for, most frequent first."""
    compounds: dict[str, list[str]]
    """The whole, in any joined spelling -> its parts."""
    solid: dict[str, str]
    """Parts with spaces between them -> the word that they are when joined."""
    respelt: dict[str, str]
    """Parts with spaces between them of a variant that the tables list -> that variant, joined."""
    aliases: dict[str, str]
    plurals: dict[str, list[str]]
    """A listed plural -> its singulars."""
    part_plurals: dict[str, list[str]]
    """The same for the last part of a compound, where alone it is a word of its own (مهرگان of بی‌مهرگان)."""
    ezafe: dict[str, str]
    """Older form in ی -> the word in ا or و; both are headwords."""
    lexicalised: list[str]
    be_compounds: dict[str, str]
    """بX and بهX -> X."""
    acronyms: dict[str, str]
    """Latin acronym, in small letters -> the one term of all its renderings."""
    renderings: dict[str, str]
    """Persian rendering of an acronym, joined -> the same term."""
    function_words: list[str]
    distinct: list[str]
    """Words whose hamza tells them from another word."""
    verbs: list[list[str | int]]
    """Past stem, present stem, weight, and the past stem that is the lemma."""
    informal_verbs: dict[str, str]


class Lexicon:
    """Words and tables, immutable once loaded, safe for use by several threads.

    A word's *key* is its spelling without what never tells two words apart (the hamza of
    مسئول, رأی, امضاء); آ and a hamza behind و or ی or a consonant stay in it.
    """

    def __init__(
        self, words: Mapping[str, int], tables: Tables, *, sources: str = "", verbs: Verbs | None = None
    ) -> None:
        """``sources`` names what it was compiled from; ``verbs``: those of the tables, where they are read already."""
        self.words = words
        self.tables = tables
        self.sources = sources
        self.verbs = verbs or Verbs(
            ((str(past), str(present), int(weight), str(lemma)) for past, present, weight, lemma in tables.verbs),
            tables.informal_verbs,
            lambda form: self.words.get(form, 0) & HEAD != 0,
        )
        self.compounds = {whole: tuple(parts) for whole, parts in tables.compounds.items()}
        self.lexicalised = frozenset(tables.lexicalised)
        self.function_words = frozenset(tables.function_words)
        self.distinct = frozenset(tables.distinct)
        self.entry = lru_cache(_ENTRIES)(partial(Entry, self))
        """All that is known of a folded form."""

    def derive(self) -> None:
        """Make of the tables what the first texts would: some megabytes, which forked processes share then."""
        for made in (self.spaced, self.solid_parts, self.beginnings, self._opens, self._seconds, self._laters):
            len(made)

    @cached_property
    def spaced(self) -> dict[str, str]:
        """Known compounds: parts with a space between them, two of them perhaps joined -> the whole."""
        spaced = {" ".join(parts): "".join(parts) for parts in self.compounds.values()}
        half = {
            " ".join((*parts[:at], parts[at] + parts[at + 1], *parts[at + 2 :])): "".join(parts)
            for parts in self.compounds.values()
            if len(parts) > 2
            for at in range(len(parts) - 1)
        }
        solid = {parts: whole for parts, whole in self.tables.solid.items() if not parts.startswith("به ")}
        return half | self.tables.respelt | spaced | solid

    @cached_property
    def solid_parts(self) -> dict[str, list[tuple[str, ...]]]:
        """Word of one piece -> the parts that it is also written in."""
        parts: dict[str, list[tuple[str, ...]]] = {}
        for spaced, whole in self.tables.solid.items():
            parts.setdefault(whole, []).append(tuple(spaced.split(" ")))
        return parts

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """What known compounds of more than two parts begin with, two parts or more."""
        return frozenset(
            spaced[: match.start()] for spaced in self.spaced for match in list(re.finditer(" ", spaced))[1:]
        )

    @cached_property
    def _opens(self) -> dict[str, int]:
        opens: dict[str, int] = {}
        for parts in self.spaced:
            first, second = parts.split(" ", 2)[:2]
            opens[first] = opens.get(first, 0) | _bit(second)
        return opens

    @cached_property
    def _seconds(self) -> frozenset[str]:
        return frozenset(parts.split(" ", 2)[1] for parts in self.spaced)

    @cached_property
    def _laters(self) -> frozenset[str]:
        return frozenset(part for parts in self.spaced for part in parts.split(" ")[2:])

    def opens(self, part: str) -> int:
        """A hash of the parts that may come second in a compound that begins with this one."""
        return self._opens.get(part, 0)

    def closes(self, stems: Collection[str]) -> int:
        """The same for a form that may come second, as one of the stems; and whether it may come later."""
        later = 0 if self._laters.isdisjoint(stems) else LATER
        if self._seconds.isdisjoint(stems):
            return later
        return later | sum({_bit(stem) for stem in stems if stem in self._seconds})

    def key(self, form: str) -> str:
        """The key under which a folded form is looked up."""
        return self.entry(form).key

    def flags(self, form: str) -> int:
        """What is known of a folded form as it stands; 0: it is no word of the lists."""
        return self.entry(form).flags

    def headword(self, form: str) -> bool:
        """Whether the form, or one that it is a bare spelling of, carries a part of speech."""
        return self.entry(form).headword

    def terms(self, form: str) -> tuple[str, ...]:
        """The words that a folded form is a spelling of, as terms, most frequent first; () for none."""
        return self.entry(form).terms

    def term(self, form: str) -> str:
        """The term of a folded form: the word's natural spelling, or the bare form of an unknown one."""
        return self.entry(form).term

    def whole(self, parts: Sequence[str]) -> str:
        """The term of a whole that is written in these parts."""
        solid = "".join(parts)
        listed = self.tables.renderings.get(solid)
        return listed or (whole_of(parts) if are_letters(parts) else self.term(solid))

    def apart(self, whole: str) -> bool:
        """Whether به‌X, whose joined spelling this is, is not the word that it would be as one (به‌روز, بهروز)."""
        return self.flags(whole) & HEAD != 0 and whole not in self.solid_parts

    def acronym(self, parts: Sequence[str]) -> bool:
        """Whether the parts are names of letters and an acronym."""
        return are_letters(parts) or (LETTER_NAMES.issuperset(parts) and "".join(parts) in self.tables.renderings)

    def magnitude(self, form: str) -> int:
        """How frequent the most frequent word of this spelling is, 0–31, logarithmic."""
        return max((self.words[key] >> 8 for key in self.entry(form).keys), default=0)

    def known(self, form: str) -> bool:
        """Whether the form is a headword, a variant or a compound: no candidate for a correction.

        hazm's words without a part of speech do not count: they hold every slip of the pen.
        """
        word = self.entry(form)
        return word.headword or word.key in self.tables.aliases or word.parts != ()

    def compound(self, form: str) -> tuple[str, ...]:
        """The parts of a known compound in joined spelling; () for none."""
        return self.entry(form).parts

    def with_compounds(self, compounds: Mapping[str, tuple[str, ...]]) -> Lexicon:
        """The same with more compounds, by their joined spelling; those that it has stay as they are."""
        more = {whole: list(parts) for whole, parts in compounds.items()} | self.tables.compounds
        return Lexicon(self.words, self.tables._replace(compounds=more), sources=self.sources, verbs=self.verbs)

    def dump(self) -> bytes:
        """The lexicon as one compact file."""
        names = sorted(self.words)
        flags = array("H", [self.words[name] for name in names]).tobytes()
        tables = json.dumps(self.tables._asdict(), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        sections = [zlib.compress(part, 6) for part in ("\n".join(names).encode(), flags, tables)]
        sizes = [len(section) for section in sections]
        header = json.dumps({"format": FORMAT, "sources": self.sources, "sizes": sizes}).encode() + b"\n"
        body = header + b"".join(sections)
        return _MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body

    @staticmethod
    def intact(data: bytes) -> bool:
        """Whether the file is whole and of this format."""
        return _sound(data) and _header(data)["format"] == FORMAT

    @classmethod
    def parse(cls, data: bytes) -> Lexicon:
        """Read what ``dump`` wrote, in this format or a former one; ValueError when that cannot be."""
        if not _sound(data):
            raise ValueError("the compiled lexicon is damaged")
        header = _header(data)
        if not OLDEST <= header["format"] <= FORMAT:
            raise ValueError(f"the compiled lexicon has format {header['format']}, not {FORMAT}")
        rest = data[len(_MAGIC) :].split(b"\n", 2)[2]
        parts = []
        for size in header["sizes"]:
            parts.append(zlib.decompress(rest[:size]))
            rest = rest[size:]
        flags = array("H")
        flags.frombytes(parts[1])
        # Each number once: there are some hundreds, and 200,000 of them would take megabytes.
        numbers = {number: number for number in flags}
        words = dict(zip(parts[0].decode().split("\n"), map(numbers.__getitem__, flags), strict=True))
        tables = _brought_up(json.loads(parts[2]))
        if tables.keys() != set(Tables._fields):
            raise ValueError("the compiled lexicon has the tables of another version")
        return cls(words, Tables(**tables), sources=header["sources"])


class Entry:
    """A folded form, be it a word of the lexicon or not: what is known of it is looked up once, for all that ask."""

    __slots__ = ("bare", "canonical", "flags", "headword", "key", "keys", "parts", "term", "terms")

    def __init__(self, lexicon: Lexicon, form: str) -> None:
        words, tables, compounds = lexicon.words, lexicon.tables, lexicon.compounds
        self.bare = plain = bare(form)
        self.key = key = form if plain == form or form in lexicon.distinct else spelling_key(form)
        """Under which it is looked up."""
        self.flags = flags = words.get(key, 0)
        """What is known of it as it stands; 0: it is no word of the lists."""
        restored = None if flags & HEAD else tables.restore.get(key)
        self.keys = keys = tuple(restored) if restored else (key,) if flags else ()
        """Those of the words that it is a spelling of, most frequent first."""
        self.headword = any(words[each] & HEAD for each in keys) if restored else flags & HEAD != 0
        """Whether one of these carries a part of speech."""
        natural = tables.natural
        self.terms = terms = tuple([natural.get(each, each) for each in keys]) if keys else ()
        """These words as terms; () for none."""
        self.term = terms[0] if terms else plain or form
        """The word's natural spelling, or the bare form of an unknown one."""
        canonical = tables.aliases.get(key)
        if not canonical and not flags and plain != key:
            canonical = tables.aliases.get(plain)
        self.canonical = None if canonical == form else canonical
        """What the tables call its right spelling, half-spaces included; None: they do not tell."""
        parts = compounds.get(form)
        if not parts and plain != form:
            parts = compounds.get(key) or compounds.get(plain)
        self.parts = parts or ()
        """Those of the known compound whose joined spelling it is; () for none."""


def _sound(data: bytes) -> bool:
    """Whether the file is whole."""
    digest, _, body = data.removeprefix(_MAGIC).partition(b"\n")
    return data.startswith(_MAGIC) and hashlib.sha256(body).hexdigest().encode() == digest


def _header(data: bytes) -> dict[str, Any]:
    header: dict[str, Any] = json.loads(data[len(_MAGIC) :].split(b"\n", 2)[1])
    return header


def _brought_up(tables: dict[str, Any]) -> dict[str, Any]:
    """Tables of a former format as those of this one: format 2 knew one past stem a verb, and no plurals of parts."""
    verbs = [[*row, row[0]][:4] for row in tables.get("verbs", ())]
    return {"part_plurals": {}} | tables | {"verbs": verbs}


def spelling_key(form: str) -> str:
    """A form without what only old and new spellings differ in: safe to merge, ``Tables.distinct`` aside."""
    if "ئ" in form:
        if form.endswith("ئت") and form[-3:-2] not in "او":
            form = form[:-2] + "ات"
        form = form.replace("ئو", "وو").replace("ئ", "ی")
    if "ء" in form:
        form = form.replace("اءت", "ایت").replace("اءا", "ایا").replace("أ", "ا").replace("اء", "ا")
    return form.replace("أ", "ا").replace("ؤ", "و")


def parts_of(word: str) -> list[str]:
    """The parts of a word between its half-spaces, folded."""
    return [part for part in fold(word).split(ZWNJ) if part]


def most_frequent(keys: Iterable[str], words: Mapping[str, int]) -> list[str]:
    """Keys by falling frequency, headwords first."""
    return sorted(set(keys), key=lambda key: (-(words[key] & HEAD), -(words[key] >> 8), key))


def _bit(part: str) -> int:
    """One of some hundred bits, by the letters; with more, few neighbours more are told apart."""
    return 1 << zlib.crc32(part.encode()) % (LATER.bit_length() - 1)
