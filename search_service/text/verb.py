"""Finite verb forms, participles and infinitives, read by rule from the two stems of each verb."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from search_service.text.fold import bare

PAST_ENDINGS = ("یم", "ید", "ند", "م", "ی", "")
PRESENT_ENDINGS = ("یم", "ید", "ند", "م", "ی", "د")
INFORMAL_ENDINGS = ("یم", "ین", "ن", "م", "ی", "ه")
PERFECT_ENDINGS = ("ام", "ای", "ایم", "اید", "اند")
_PARTICIPLES = ("ه", *("ه" + ending for ending in PERFECT_ENDINGS))
_INFINITIVES = ("تن", "دن")
_NONFINITE = _PARTICIPLES + _INFINITIVES

Stems = dict[str, list[str]]
"""Stem -> the past stems of its verbs."""
Endings = Mapping[str, tuple[str, ...]]
"""By the last letter of a form those that it can have, in their order; under '' those that any form can have."""


def _by_letter(endings: Sequence[str]) -> Endings:
    letters = {ending[-1:] for ending in ("", *endings)}
    return {letter: tuple(ending for ending in endings if ending[-1:] in ("", letter)) for letter in letters}


_PAST = _by_letter(PAST_ENDINGS)
_PAST_OF_TWO = _by_letter(PAST_ENDINGS[:3])
_PRESENT = _by_letter(PRESENT_ENDINGS)
_PRESENT_BEFORE_CLITIC = _by_letter((*PRESENT_ENDINGS[:3], "د"))
_INFORMAL = _by_letter(INFORMAL_ENDINGS)
_SPOKEN = _by_letter(("ین", "ن", "ه"))
"""Spoken endings that are not written, too."""
CLITICS = ("مان", "تان", "شان", "م", "ت", "ش")
PREVERBS = ("بر", "در", "باز", "فرا", "فرو", "وا", "ور")
IMPERSONAL = frozenset({"توان"})
"""Present stems that stand behind می without an ending: می‌توان گفت."""
IMPERFECTIVE = ("نمی", "همی", "می")
BEHIND_PREVERB = tuple(preverb + prefix for preverb in PREVERBS for prefix in ("می", "نمی"))
"""What a verb with a preverb begins with: «برمی‌گردد»."""
COMMON = 20
"""Least weight of a frequent verb."""


class VerbKind(Enum):
    """What a form is; how sure that makes it to be a verb."""

    IMPERFECTIVE = "imperfective"
    PAST = "past"
    PRESENT = "present"
    PARTICIPLE = "participle"
    INFINITIVE = "infinitive"


class VerbReading(NamedTuple):
    """A form as a verb: its past stem, which is its lemma, and what form of it."""

    past: str
    kind: VerbKind


class Verbs:
    """The verbs of the lexicon, by stems.

    ``stems`` are (past stem, present stem, weight, lemma) in natural spelling, the lemma
    being a past stem; of verbs that share a form the heavier comes first.  A verb of weight 0 is obsolete: it is only
    recognised behind می.  ``informal`` are spoken present stems (خوا -> خواست);
    ``known`` tells the headwords.
    """

    def __init__(
        self,
        stems: Iterable[tuple[str, str, int, str]],
        informal: Mapping[str, str],
        known: Callable[[str], bool] = lambda form: False,
    ) -> None:
        self._weight: dict[str, int] = {}
        self._any_past: Stems = {}
        self._any_present: Stems = {}
        self._any_informal: Stems = {}
        """Those of obsolete verbs, too, which are only looked for behind می."""
        past_after_prefix: Stems = {}
        present_after_prefix: Stems = {}
        imperative: Stems = {}
        self._shortest: Stems = {}
        """Spoken stems of one letter, which are only looked for behind می (می‌گه, می‌شن)."""
        self._spoken_past: set[str] = set()
        for past, present, weight, lemma in stems:
            self._weight[lemma] = max(weight, self._weight.get(lemma, 0))
            for spelling in (*_spellings(past), *_negated_inside(past)):
                _put(self._any_past, spelling, lemma)
            for spelling in _after_prefix(past):
                _put(past_after_prefix, spelling, lemma)
            for stem in _present_stems(present):
                for spelling in _spellings(stem):
                    _put(self._any_present, spelling, lemma)
                for spelling in _after_prefix(stem):
                    _put(present_after_prefix, spelling, lemma)
                    _put(imperative, spelling, lemma)
                    if spelling.endswith(("ای", "وی")):
                        _put(imperative, spelling[:-1], lemma)
        for stem, past in informal.items():
            if past in self._weight and stem != "آ":
                for spelling in _spellings(stem):
                    _put(self._any_informal if len(stem) > 1 else self._shortest, spelling, past)
        self._present = self._in_use(self._any_present)
        for past in [past for past, weight in self._weight.items() if weight]:
            spoken = _spoken_past(past)
            without_ending = {spoken[:-2], spoken[:-2].removeprefix("ن")}
            other = any(map(self.is_present, without_ending)) or known(spoken + "ه")
            if spoken and spoken not in self._any_past and not other:
                self._spoken_past.add(spoken)
                _put(self._any_past, spoken, past)
                _put(past_after_prefix, spoken, past)
        self._past = self._in_use(self._any_past)
        self._informal = self._in_use(self._any_informal)
        self._past_after_prefix = self._in_use(past_after_prefix)
        self._present_after_prefix = self._in_use(present_after_prefix)
        self._imperative = self._in_use(imperative)
        """Present stems behind ب, ن or م without an ending: a final ی may be missing (بگو of گوی)."""
        behind_prefix = (self._past_after_prefix, self._present_after_prefix, self._imperative, self._informal)
        prefixed = (prefix + stem for stems in behind_prefix for stem in stems for prefix in "بنم")
        self._beginnings = frozenset(stem[:3] for stem in (*self._past, *self._present, *prefixed))
        last = sorted({stem[-1] for stem in (*self._past, *self._past_after_prefix)})
        self._past_ends = tuple(letter + ending for letter in last for ending in PAST_ENDINGS)
        """What past forms end in: all stems do in د or ت."""

    def begins(self, form: str) -> bool:
        """Whether the first letters are those of a verb in use, without می; those of most other words are not."""
        return form[:3] in self._beginnings or form[:2] in self._beginnings

    def past(self, form: str) -> tuple[VerbReading, ...]:
        """Readings of the past stem of a verb in use («گذاشت»)."""
        pasts = self._past.get(form)
        return _readings(pasts, VerbKind.PAST) if pasts and form not in self._spoken_past else ()

    def is_past(self, stem: str) -> bool:
        """Whether the form is the past stem of a verb in use."""
        return self.past(stem) != ()

    def is_present(self, stem: str) -> bool:
        """Whether the form is the present stem of a verb in use."""
        return stem in self._present

    def is_common(self, past: str) -> bool:
        """Whether the verb of this past stem is a frequent one."""
        return self._weight.get(past, 0) >= COMMON

    def imperfective(self, form: str) -> tuple[VerbReading, ...]:
        """Readings of what stands behind می or نمی («شود», «رفتند»)."""
        pasts = _ending(form, _PAST, self._any_past) + _ending(form, _PRESENT, self._any_present)
        if form in IMPERSONAL:
            pasts = list(self._any_present.get(form, ()))
        if not pasts:
            pasts = _ending(form, _INFORMAL, self._any_informal) + _ending(form, _SPOKEN, self._any_present)
            pasts = pasts or _ending(form, _INFORMAL, self._shortest)
        if not pasts:
            host = _without_clitic(form)
            pasts = _ending(host, _PAST_OF_TWO, self._any_past) + _ending(host, _PRESENT, self._any_present)
        if not pasts and form.endswith("ه"):
            pasts = list(self._any_past.get(form[:-1], ()))
        for ending in PERFECT_ENDINGS:
            if not pasts and form.endswith("ه" + ending):
                pasts = list(self._any_past.get(form[: -len(ending) - 1], ()))
        return _readings(pasts, VerbKind.IMPERFECTIVE)

    def joined_imperfective(self, form: str) -> tuple[VerbReading, ...]:
        """Readings of a form with می or نمی joined («میشود»)."""
        for prefix in IMPERFECTIVE:
            if form.startswith(prefix) and len(form) > len(prefix) + 1:
                return self.imperfective(form[len(prefix) :])
        return ()

    def finite(self, form: str) -> tuple[VerbReading, ...]:
        """Readings without می: past, present and subjunctive, perfect, infinitive; the past stem itself not."""
        if not self.begins(form):
            return ()
        return self.nonfinite(form) or self._past_form(form) or self._present_form(form)

    def nonfinite(self, form: str) -> tuple[VerbReading, ...]:
        """Readings as a participle or an infinitive."""
        return (self.participle(form) or self.infinitive(form)) if form.endswith(_NONFINITE) else ()

    def participle(self, form: str) -> tuple[VerbReading, ...]:
        """Readings as a participle, with the endings of the perfect or without («رفته», «نرفته‌اند»)."""
        for ending in _PARTICIPLES if form.endswith(_PARTICIPLES) else ():
            if form.endswith(ending):
                return _readings(self._of_stem(form.removesuffix(ending)), VerbKind.PARTICIPLE)
        return ()

    def infinitive(self, form: str) -> tuple[VerbReading, ...]:
        """Readings as an infinitive («گفتن», «نگفتن»)."""
        return _readings(self._of_stem(form[:-1]), VerbKind.INFINITIVE) if form.endswith(_INFINITIVES) else ()

    def _of_stem(self, stem: str) -> Sequence[str]:
        return self._past.get(stem) or self._negated(stem)

    def _past_form(self, form: str) -> tuple[VerbReading, ...]:
        pasts: list[str] = []
        for ending in PAST_ENDINGS if form.endswith(self._past_ends) else ():
            if form.endswith(ending):
                stem = form.removesuffix(ending)
                pasts += [past for past in self._past.get(stem, ()) if ending or past != form]
                pasts += self._negated(stem)
        return _readings(pasts, VerbKind.PAST)

    def _present_form(self, form: str) -> tuple[VerbReading, ...]:
        pasts: list[str] = []
        prefix = form[0]
        for ending in _PRESENT.get(form[-1:], ()):
            if form.endswith(ending):
                stem = form.removesuffix(ending)
                if stem in self._present and len(stem) > 1 and not (ending == "ی" and form in self._any_present):
                    pasts += self._present[stem]
                if prefix in "بن" or (prefix == "م" and ending == "ید"):
                    pasts += self._present_after_prefix.get(stem[1:], ())
        if prefix in "بنم" and len(form) > 2:
            pasts += self._imperative.get(form[1:], ())
        if not pasts and prefix == "ب":
            pasts += _ending(form[1:], _PAST, self._past_after_prefix)
        if not pasts and prefix in "بن":
            pasts += _ending(form[1:], _SPOKEN, self._informal)
        if not pasts and form.endswith(CLITICS):
            host = _without_clitic(form)
            if len(host) > 3:
                pasts += _ending(host, _PRESENT_BEFORE_CLITIC, self._present)
                if host[0] in "بن":
                    pasts += _ending(host[1:], _PRESENT, self._present_after_prefix)
        return _readings(pasts, VerbKind.PRESENT)

    def _negated(self, stem: str) -> Sequence[str]:
        return self._past_after_prefix.get(stem[1:], ()) if stem.startswith("ن") else ()

    def _in_use(self, stems: Stems) -> Stems:
        """Those of verbs that are in use. Sorts all, heavier verbs first; a list that stays as it is, is shared."""
        used: Stems = {}
        for stem, pasts in stems.items():
            if len(pasts) > 1:
                pasts.sort(key=self._weight.__getitem__, reverse=True)
            if self._weight[pasts[-1]]:
                used[stem] = pasts
            elif self._weight[pasts[0]]:
                used[stem] = [past for past in pasts if self._weight[past]]
        return used


def _ending(form: str, endings: Endings, stems: Stems) -> list[str]:
    found: list[str] = []
    for ending in endings.get(form[-1:], endings[""]):
        if form.endswith(ending):
            found += stems.get(form.removesuffix(ending), ())
    return found


def _readings(pasts: Sequence[str], kind: VerbKind) -> tuple[VerbReading, ...]:
    if not pasts:
        return ()
    return tuple(VerbReading(past, kind) for past in dict.fromkeys(pasts))


def _without_clitic(form: str) -> str:
    for clitic in CLITICS if form.endswith(CLITICS) else ():
        if form.endswith(clitic):
            return form[: -len(clitic)]
    return form


def _present_stems(stem: str) -> tuple[str, ...]:
    """A stem in ا takes ی before an ending: افزا, افزاید."""
    return (stem, stem + "ی") if stem.endswith("ا") else (stem,)


def _spoken_past(past: str) -> str:
    """A past stem in اند as it is spoken: رساند, رسوند; خواند, خوند."""
    if len(past) < 4 or not past.endswith("اند"):
        return ""
    return past[:-3].removesuffix("و") + "وند"


def _spellings(stem: str) -> tuple[str, ...]:
    plain = bare(stem)
    return (stem,) if plain == stem else (stem, plain)


def _after_prefix(stem: str) -> tuple[str, ...]:
    """Spellings behind ب, ن or م: آید -> ب-یاید, انداز -> ب-ینداز or ب-یانداز, خوان -> ب-خوان."""
    if stem.startswith("آ"):
        return ("یا" + stem[1:],)
    if stem.startswith("ا") and not stem.startswith("ای"):
        return ("ی" + stem[1:], "یا" + stem[1:])
    return (stem,)


def _negated_inside(stem: str) -> tuple[str, ...]:
    """The negation behind a preverb: برنداشت."""
    for preverb in PREVERBS:
        rest = stem.removeprefix(preverb)
        if rest != stem and len(rest) > 2:
            return tuple(preverb + "ن" + spelling for spelling in _after_prefix(rest))
    return ()


def _put(stems: Stems, stem: str, past: str) -> None:
    if stem and past not in stems.setdefault(stem, []):
        stems[stem].append(past)
