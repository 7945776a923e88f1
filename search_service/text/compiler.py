"""Compiling the lexicon from hazm's lists and the project's tables; runs once for each state of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from importlib.resources import files

from search_service.text import hazm_lists, numeral, tables
from search_service.text.acronym import LETTER_NAMES, SHORTEST, letter_names, whole_of
from search_service.text.affix import AFTER_HALF_SPACE, SPACED, SPOKEN
from search_service.text.chain import readings
from search_service.text.conjunction import with_va_apart
from search_service.text.fold import ZWNJ, bare, fold
from search_service.text.lexicon import (
    ADJECTIVE,
    ADVERB,
    FORMAT,
    HEAD,
    LISTED,
    NOUN,
    PLURAL,
    Lexicon,
    Tables,
    most_frequent,
    parts_of,
    spelling_key,
)
from search_service.text.verb import IMPERFECTIVE, PREVERBS
from search_service.text.word import cuts

_PACKAGE = files("search_service.text")
_VARIANT_TABLES = ("aliases", "names", "informal")
_PLURAL_TABLES = ("broken_plurals", "an_plurals", "at_plurals")
_NOT_COMPILED = frozenset({"query.py", "guess.py", "synonyms.py", "learned.py", "cache.py"})
"""Modules that change neither the lexicon nor the terms that it gives to a text."""
_PLURAL_ENDINGS = frozenset({"ها", "های", "ان", "گان", "یان"})
_TAGS = {"N": NOUN, "AJ": ADJECTIVE, "ADV": ADVERB, "PL": PLURAL}


def fingerprint() -> str:
    """Names the sources' state: equal sources compile to an equal lexicon, and give equal terms with it."""
    digest = hashlib.sha256(f"{FORMAT} {hazm_lists.fingerprint()}".encode())
    for folder in (_PACKAGE, _PACKAGE.joinpath("steps")):
        modules = {path.name for path in folder.iterdir() if path.name.endswith(".py")}
        for module in sorted(modules - _NOT_COMPILED):
            digest.update(folder.joinpath(module).read_bytes())
    for name in tables.NAMES:
        digest.update(f"\0{name}\0{tables.text_of(name)}".encode())
    return digest.hexdigest()


def compile_lexicon() -> Lexicon:
    """Read all sources and build the lexicon; about two seconds."""
    return _Compilation().lexicon()


class _Compilation:
    """The tables as they grow; each step needs those before it."""

    def __init__(self) -> None:
        self.distinct = sorted({fold(row[0]) for row in tables.rows("distinct")})
        self.words: dict[str, int] = {}
        self.natural: dict[str, str] = {}
        self.halved: dict[tuple[str, ...], int] = {}
        for entry in hazm_lists.words():
            self._add(entry)
        for key in [key for key, word in self.natural.items() if key == word]:
            del self.natural[key]
        self._add_listed()
        self.verbs = self._verbs()
        self.restore = self._restored()

    def lexicon(self) -> Lexicon:
        draft = Lexicon(self.words, self._tables())
        compounds, solid = self._compounds(draft)
        acronyms, renderings = self._acronyms(draft, compounds)
        be_compounds = dict(self._be_compounds())
        self._leave_inflected(draft, compounds, be_compounds)
        plurals, part_plurals = self._plurals(draft, compounds)
        full = self._tables(
            compounds=compounds,
            solid=solid,
            aliases=self._aliases(draft),
            plurals=plurals,
            part_plurals=part_plurals,
            lexicalised=sorted({self._key(_whole(row[0])) for row in tables.rows("lexicalised")}),
            ezafe={self._key(_whole(row[0])): self._term(row[1]) for row in tables.rows("ezafe") if len(row) > 1},
            be_compounds=be_compounds,
            acronyms=acronyms,
            renderings=renderings,
            function_words=sorted({self._term(row[0]) for row in tables.rows("function_words")}),
        )
        respelt = self._respelt(Lexicon(self.words, full))
        return Lexicon(self.words, full._replace(respelt=respelt), sources=fingerprint())

    def _tables(self, **more: object) -> Tables:
        empty: dict[str, object] = {
            name: [] if name in ("lexicalised", "function_words") else {}
            for name in Tables._fields
            if name not in ("natural", "restore", "distinct", "verbs", "informal_verbs")
        }
        return Tables(
            natural=self.natural,
            restore=self.restore,
            distinct=self.distinct,
            verbs=self.verbs,
            informal_verbs={fold(stem): fold(past) for stem, past in hazm_lists.informal_verbs()},
            **(empty | more),  # type: ignore[arg-type]
        )

    def _key(self, form: str) -> str:
        return form if form in self.distinct else spelling_key(form)

    def _add(self, entry: hazm_lists.Entry) -> None:
        form = fold(entry.word).strip(ZWNJ)
        if not form or any(not (char.isalpha() or char == ZWNJ) for char in form):
            return
        flags = (
            sum({_TAGS.get(tag, 0) for tag in entry.parts_of_speech}) | (HEAD if entry.parts_of_speech else 0) | LISTED
        )
        flags |= min(31, entry.frequency.bit_length()) << 8
        parts = tuple(part for part in form.split(ZWNJ) if part)
        if len(parts) > 1:
            if parts[-1] not in AFTER_HALF_SPACE:
                self.halved[parts] = max(self.halved.get(parts, 0), flags)
                return
            if len(parts) > 2:
                self.halved.setdefault(parts[:-1], flags)
            if len(parts) > 2 or not flags & HEAD or parts[-1] != "ای":
                return
        key = self._key(form)
        known = self.words.get(key, 0)
        if not known or flags >> 8 > known >> 8 or (flags & HEAD and not known & HEAD):
            self.natural[key] = form
        self.words[key] = (max(known >> 8, flags >> 8) << 8) | ((known | flags) & 0xFF)

    def _add_listed(self) -> None:
        """What makes a word a headword besides hazm's tags: tables that hold it, or a compound with a tag."""
        for row in tables.rows("lexicalised"):
            parts = tuple(parts_of(row[0]))
            if len(parts) == 1:
                self._mark(parts[0], HEAD)
            elif parts[-1] not in AFTER_HALF_SPACE:
                self.halved.setdefault(parts, 0)
        for name in _PLURAL_TABLES:
            for row in tables.rows(name):
                if len(row) > 1:
                    self._mark(_whole(row[1]), HEAD | NOUN)
        for row in tables.rows("names"):
            if len(row) > 1 and ZWNJ not in row[1] and " " not in row[1]:
                self._mark(fold(row[1]), HEAD | NOUN)
        for row in tables.rows("acronyms"):
            for rendering in map(parts_of, row[1:]):
                if len(rendering) == 1:
                    self._mark(rendering[0], HEAD | NOUN)
        for parts, flags in self.halved.items():
            if flags & HEAD and self.words.get(self._key("".join(parts))):
                self._mark("".join(parts), flags & 0xFF)

    def _mark(self, form: str, flags: int) -> None:
        key = self._key(form)
        if key not in self.words and key != form:
            self.natural[key] = form
        self.words[key] = self.words.get(key, LISTED) | flags

    def _restored(self) -> dict[str, list[str]]:
        """Bare spellings that are no headword of their own, and the words that they may stand for."""
        stands: dict[str, set[str]] = {}
        for key, flags in self.words.items():
            natural = self.natural.get(key, key)
            spellings = {bare(natural)} | ({bare(natural.replace("ئو", "یو"))} if "ئو" in natural else set())
            for spelling in spellings - {key}:
                other = self.words.get(spelling, 0)
                if not other & HEAD and (flags & HEAD or not other):
                    stands.setdefault(spelling, set()).add(key)
        return {spelling: most_frequent(keys, self.words) for spelling, keys in sorted(stands.items())}

    def _verbs(self) -> list[list[str | int]]:
        """Stems with a weight: how frequent participle and infinitive are; 0 when hazm knows neither as a word.

        The causatives that can be made of verbs in use (تاباند of تافت, تاب) get the weight 0.
        """
        weighed: dict[tuple[str, str], int] = {}
        for past, present in hazm_lists.verbs():
            pair = (fold(past), fold(present))
            forms = [pair[0] + "ن", pair[0] + "ه"]
            flags = [self.words.get(self._key(form), 0) for form in forms]
            weighed[pair] = max((f >> 8 or int(len(past) > 4) for f in flags if f & HEAD), default=0)
        for row in tables.rows("verbs"):
            if len(row) > 1:
                pair = (fold(row[0]), fold(row[1]))
                weighed[pair] = max(weighed.get(pair, 0), 10)
        for (past, present), weight in list(weighed.items()):
            for preverb in PREVERBS if weight else ():
                if any(self.words.get(self._key(preverb + form)) for form in (past + "ن", past + "ه", past)):
                    weighed.setdefault((preverb + past, preverb + present), weight)
        for (_, present), weight in list(weighed.items()):
            if weight and not present.endswith(("ان", "ا", "و")):
                weighed.setdefault((present + "اند", present + "ان"), 0)
        lemmas = _lemmas(weighed)
        for (past, present), lemma in lemmas.items():
            if any(past == other and (past, stem) not in lemmas for other, stem in weighed):
                weighed[past, present] = weighed[lemma, present]  # کشت is far more often to kill than to sow
        for (past, _), weight in weighed.items():
            if weight and not self.words.get(self._key(past)):
                self.words[self._key(past)] = LISTED | min(31, weight) << 8
                if self._key(past) != past:
                    self.natural[self._key(past)] = past
        return [
            [past, present, weight, lemmas.get((past, present), past)]
            for (past, present), weight in sorted(weighed.items())
        ]

    def _compounds(self, draft: Lexicon) -> tuple[dict[str, list[str]], dict[str, str]]:
        """Open compounds by every joined spelling; solid ones by their spaced spelling."""
        compounds: dict[str, list[str]] = {}
        solid: dict[str, str] = {}
        listed = [[_listed_parts(cell, draft) for cell in row] for row in tables.rows("compounds")]
        irregular = {"".join(spelling) for row in listed for spelling in row[1:]}
        for spellings in listed:
            for spelling in spellings:
                compounds["".join(spelling)] = [exact_term(part, draft) for part in spellings[0]]
        for row in tables.rows("solid"):
            if len(row) > 1:
                parts = [exact_term(part, draft) for part in parts_of(row[1])]
                solid[" ".join(parts)] = draft.term(_whole(row[0]))
        for halved in sorted(self.halved):
            parts = [exact_term(part, draft) for part in _split(list(halved), draft)]
            whole = "".join(halved)
            if parts[0] in IMPERFECTIVE or whole in irregular or whole in compounds or " ".join(parts) in solid:
                continue
            number = numeral.read(parts)
            if number and number.length == len(parts):
                continue
            if draft.flags(whole):
                if parts[0] == "به":
                    continue
                solid[" ".join(parts)] = draft.term(whole)
            elif len(whole) > 3 and not draft.verbs.joined_imperfective(whole):
                compounds[whole] = parts
                plain = bare(whole)
                if plain != whole and not draft.terms(plain):
                    compounds.setdefault(plain, parts)
        return compounds, solid

    def _acronyms(self, draft: Lexicon, compounds: dict[str, list[str]]) -> tuple[dict[str, str], dict[str, str]]:
        """Latin acronym -> its term; Persian rendering -> the same.  Renderings in parts become compounds."""
        acronyms: dict[str, str] = {}
        renderings: dict[str, str] = {}
        for row in tables.rows("acronyms"):
            first = parts_of(row[1])
            term = whole_of(first) if LETTER_NAMES.issuperset(first) else exact_term("".join(first), draft)
            term = renderings.get(term.replace(ZWNJ, ""), term)
            acronyms[row[0].lower()] = term
            for parts in map(parts_of, row[1:]):
                exact = [exact_term(part, draft) for part in parts]
                for whole in ("".join(parts), "".join(exact)):
                    renderings.setdefault(whole, term)
                if len(parts) > 1 and not draft.flags("".join(parts)) & HEAD:
                    compounds["".join(parts)] = exact
        for latin, term in acronyms.items():
            if len(latin) >= SHORTEST:
                renderings.setdefault(letter_names(latin).replace(ZWNJ, ""), term)
        renderings.pop("", None)
        return acronyms, renderings

    def _leave_inflected(self, draft: Lexicon, compounds: dict[str, list[str]], be_compounds: dict[str, str]) -> None:
        """Take out what is an inflected form of another entry, which it then meets (اصلاح‌طلبان, به‌نظرم)."""
        listed = {_whole(row[0]) for name in _PLURAL_TABLES for row in tables.rows(name)}
        listed |= set(map(bare, listed))
        for whole, parts in list(compounds.items()):
            stems = [stem for stem, suffix in cuts(whole).items() if suffix in _PLURAL_ENDINGS and stem in compounds]
            word = draft.headword(parts[-1])  # بی‌باران is no plural of بی‌بار
            plural = any(compounds[stem][:-1] == parts[:-1] for stem in stems) and not word
            of_be = parts[0] == "به" and any(stem in be_compounds for stem, suffix in cuts(whole).items() if suffix)
            if whole in listed or plural or of_be:
                del compounds[whole]

    def _respelt(self, lexicon: Lexicon) -> dict[str, str]:
        """Variants in parts, as they are also written: with spaces."""
        variants = [row[0] for name in _VARIANT_TABLES for row in tables.rows(name)]
        variants += [cell for row in tables.rows("compounds") for cell in row[1:]]
        variants += [row[0] for name in _PLURAL_TABLES for row in tables.rows(name)]
        split = (parts_of(variant) for variant in variants if " " not in variant)
        return {
            " ".join(exact_term(part, lexicon) for part in parts): "".join(parts) for parts in split if len(parts) > 1
        }

    def _plurals(
        self, draft: Lexicon, compounds: dict[str, list[str]]
    ) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Listed plurals by key, and those of the last parts of compounds that alone are words of their own."""
        plurals: dict[str, list[str]] = {}
        part_plurals: dict[str, list[str]] = {}
        for name in _PLURAL_TABLES:
            for row in tables.rows(name):
                if len(row) < 2:
                    continue
                many, one, found = _whole(row[0]), _whole(row[1]), plurals
                if one in compounds and one in cuts(many):
                    continue
                if one in compounds and many.startswith("".join(compounds[one][:-1])):
                    *others, last = compounds[one]
                    many, one = many.removeprefix("".join(others)), last
                    compounds[_whole(row[0])] = [*others, many]
                    if draft.headword(many):
                        found = part_plurals
                if one not in compounds:
                    singles = found.setdefault(self._key(many), [])
                    single = draft.term(one)
                    if single not in singles:
                        singles.append(single)
        return plurals, part_plurals

    def _aliases(self, draft: Lexicon) -> dict[str, str]:
        """Variants by key; the canonical spelling keeps its half-spaces."""
        return {
            self._key(_whole(row[0])): fold(row[1])
            for name in _VARIANT_TABLES
            for row in tables.rows(name)
            if len(row) > 1 and " " not in row[0]
        }

    def _be_compounds(self) -> Iterable[tuple[str, str]]:
        for row in tables.rows("be_compounds"):
            parts = parts_of(row[0])
            if len(parts) > 1:
                rest = self._term("".join(parts[1:]))
                yield "به" + rest, rest
                if len(row) > 1:
                    yield "ب" + rest, rest

    def _term(self, text: str) -> str:
        form = _whole(text)
        return self.natural.get(self._key(form), form)


def _lemmas(verbs: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Past and present stem -> the past stem that is the lemma, where a verb has two: رسانید beside رساند."""
    lemmas: dict[tuple[str, str], str] = {}
    for row in tables.rows("past_stems"):
        past, present, lemma = map(fold, row)
        for preverb in ("", *PREVERBS):
            if (preverb + lemma, preverb + present) in verbs:
                lemmas[preverb + past, preverb + present] = preverb + lemma
    for past, present in verbs:
        if past == present + "ید" and present.endswith("ان") and (present + "د", present) in verbs:
            lemmas[past, present] = present + "د"
    return lemmas


def exact_term(part: str, lexicon: Lexicon) -> str:
    """How a part of a compound is written in terms when it stands alone."""
    return readings(part, lexicon)[0].exact


def _split(parts: list[str], lexicon: Lexicon) -> list[str]:
    """The parts that a compound has in every spelling: و apart, no suffix, and no word cut in two (سرنوشت‌ساز)."""
    while len(parts) > 2 and parts[-1] in AFTER_HALF_SPACE:
        parts = parts[:-1]
    split = with_va_apart(parts, lexicon)
    at = 0
    while len(split) > 2 and at < len(split) - 1:
        if not {"و", "به"}.intersection(split[at : at + 2]) and lexicon.flags(split[at] + split[at + 1]) & HEAD:
            split[at : at + 2] = [split[at] + split[at + 1]]
        at += 1
    return split


def _listed_parts(cell: str, lexicon: Lexicon) -> list[str]:
    """The parts of a compound as its table has them, with و apart and without a suffix."""
    parts = parts_of(cell)
    while len(parts) > 2 and parts[-1] in SPACED.difference(SPOKEN):
        parts = parts[:-1]
    return with_va_apart(parts, lexicon)


def _whole(text: str) -> str:
    return "".join(parts_of(text))
