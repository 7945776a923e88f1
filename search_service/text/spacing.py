"""Words that are written with spaces inside: affixes, verbs, compounds, acronyms, numbers and dates.

``join`` rewrites the list of forms of a text in place.  Only forms with a role are looked
at, so that ordinary words cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from operator import itemgetter
from typing import Final, Protocol

from search_service.text import numeral
from search_service.text.acronym import LETTER_NAMES, SHORTEST, are_letters, whole_of
from search_service.text.affix import COMPARATIVES, PLURALS, SPACED, SPOKEN
from search_service.text.fold import ZWNJ
from search_service.text.form import EMPTY, IMPERFECT, LETTER, MONTH, NUMERAL, PREFIX, SUFFIX, Form
from search_service.text.lexicon import HEAD, NOUN, Lexicon
from search_service.text.memo import Recent
from search_service.text.role import HYPHENS
from search_service.text.verb import PREVERBS
from search_service.text.word import cuts

NOT_HOSTS = frozenset(
    {"به", "که", "چه", "نه", "سه", "ده", "و", "از", "در", "با", "تا", "را", "اگرچه", "بلکه", "یا", "هر"}
)
"""Short words in ه, and particles, that carry no suffix."""

_ALWAYS = frozenset(PLURALS) | frozenset(COMPARATIVES)
_COPULAS = frozenset({"ام", "ایم", "اید", "اند"})
LONGEST_HOST = 64
"""Code points of a host with its suffixes."""
LONGEST_COMPOUND = 5
BACK, AHEAD = 3, LONGEST_COMPOUND - 1
"""How far ``join`` may look back from a place, what says nothing aside, and how far ahead it may rewrite forms.

To say nothing is a role of its own: ``role.needs`` has such forms looked at.
"""
JOINED = 80_000
"""Groups of forms kept that are a compound, or none; as many with a suffix, and with می."""

_SURFACE: Final = 0
_ROLE: Final = 3
_OPENS: Final = 4
_CLOSES: Final = 5
_WATCHED: Final = 6
"""Places of a form's fields: by number they are read in half the time."""

_is_watched = itemgetter(_WATCHED)


class Forms(Protocol):
    """The forms of a text: a list, or what acts as one."""

    def __len__(self) -> int: ...

    def __getitem__(self, at: int, /) -> Form: ...

    def __setitem__(self, at: int, form: Form, /) -> None: ...


def _worth_a_look(forms: list[Form]) -> list[int]:
    """Where a form has a role, or may begin a compound with the next."""
    seconds = [*forms[1:], EMPTY]
    watched = compress(range(len(forms)), map(_is_watched, forms))
    return [at for at in watched if forms[at][_ROLE] or forms[at][_OPENS] & seconds[at][_CLOSES]]


class Spacing:
    """Joins what belongs together; ``form_of`` analyses one orthographic word, with a memo."""

    def __init__(self, lexicon: Lexicon, form_of: Callable[[str], Form]) -> None:
        self._lexicon = lexicon
        self._form_of = form_of
        self._compounds: Recent[tuple[str, ...], tuple[Form, ...]] = Recent(JOINED)
        # Apart: a suffix may follow می, which is then no prefix.
        self._imperfectives: Recent[tuple[str, str], Form] = Recent(JOINED)
        self._suffixed: Recent[tuple[str, str], Form] = Recent(JOINED)

    def join(self, forms: list[Form]) -> None:
        """Rewrite the forms of a text; the list keeps its length."""
        self.join_at(forms, _worth_a_look(forms))

    def join_at(self, forms: Forms, worth_a_look: Sequence[int]) -> None:
        """The same, looking only where a form has a role, or may begin a compound with the next."""
        lettered = numbered = 0
        last = len(forms) - 1
        for at in worth_a_look:
            form = forms[at]
            role = form[_ROLE]
            if role & LETTER and at >= lettered:
                lettered = self._letters(forms, at)
            if form[_OPENS] and at >= lettered and at < last:
                following = forms[at + 1]
                if form[_OPENS] & following[_CLOSES]:
                    self._compound(forms, at, form, following)
            if not role:
                continue
            if role & PREFIX and self._imperfective(forms, at):
                continue
            if role & SUFFIX and at >= lettered and self._suffix(forms, at):
                continue
            if role & IMPERFECT and at and forms[at - 1].text in PREVERBS:
                self._preverb(forms, at - 1)
            if role & NUMERAL and at >= max(numbered, lettered):
                numbered = self._numeral(forms, at)
            if role & MONTH and at >= lettered:
                self._date(forms, at)
            elif role & LETTER and at >= lettered:
                self._letter(forms, at)

    def _imperfective(self, forms: Forms, at: int) -> bool:
        """می and the verb behind it."""
        if at + 1 >= len(forms) or not forms[at + 1].positions:
            return False
        prefix, verb = forms[at].surface, forms[at + 1]
        joined = self._imperfectives.find((prefix, verb.surface))
        if joined is None:
            if not self._lexicon.verbs.imperfective(verb.text):
                return False
            joined = self._form_of(prefix + ZWNJ + verb.surface).spanning(2)
            self._imperfectives.keep((prefix, verb.surface), joined)
        forms[at] = joined
        forms[at + 1] = EMPTY
        if at and forms[at - 1].text in PREVERBS:
            self._preverb(forms, at - 1)
        return True

    def _preverb(self, forms: Forms, at: int) -> None:
        """«بر می‌گردد»: a preverb and the verb behind it, when the two are a verb."""
        verb = forms[at + 1]
        joined = self._form_of(forms[at].surface + ZWNJ + verb.surface)
        if len(joined.positions) == 1:
            forms[at] = joined.spanning(1 + verb.span)
            forms[at + 1] = EMPTY

    def _suffix(self, forms: Forms, at: int) -> bool:
        """A suffix and its host, the word before it."""
        before = at - 1
        while before >= 0 and forms[before] is EMPTY:
            before -= 1
        if before < 0 or not forms[before].positions:
            return False
        host, suffix = forms[before], forms[at]
        # A host that was joined or labelled before is not what the next one with these letters will be.
        plain = at - before == 1 and host == self._form_of(host.surface)
        joined = self._suffixed.find((host.surface, suffix.surface)) if plain else None
        if joined is None:
            joined = self._with_suffix(host, suffix)
            if joined is None:
                return False
            joined = joined.spanning(at - before + 1)
            if plain:
                self._suffixed.keep((host.surface, suffix.surface), joined)
        forms[before] = joined
        forms[at] = EMPTY
        return True

    def _with_suffix(self, host: Form, suffix: Form) -> Form | None:
        """The host as it is when the suffix is joined by a half-space; None when the two are apart."""
        if len(host.surface) > LONGEST_HOST or not self._hosts(host, suffix.text):
            return None
        if not host.text:
            return host
        joined = self._form_of(host.surface + ZWNJ + suffix.surface)
        if len(joined.positions) != len(host.positions):
            return None
        if self._reread(host):
            *others, last = joined.positions
            read = host.positions[-1]
            joined = joined._replace(positions=(*others, last._replace(lemma=read.lemma, alternate=read.alternate)))
        label = host.positions[0].joined
        return joined.labelled(label, host.reach) if label and not joined.positions[0].joined else joined

    def _reread(self, host: Form) -> bool:
        """Whether the host is part of a compound, and read in another way than alone (گیری of تصمیم گیری)."""
        return host.span == 1 and host.positions[-1].lemma != self._form_of(host.surface).positions[-1].lemma

    def _hosts(self, host: Form, suffix: str) -> bool:
        """Whether the word before can carry the suffix; a piece of Latin letters or digits carries ها."""
        text = host.text
        if text in SPACED:
            return False
        if suffix in _ALWAYS:
            return text not in NOT_HOSTS
        if suffix == "ام" and text in numeral.WORDS:
            return text == "سی"
        if not text or text in NOT_HOSTS or text in LETTER_NAMES:
            return False
        if suffix in ("ی", "یی"):
            return text.endswith(("ه", "ا", "و"))
        if suffix == "ای":
            return text.endswith("ه")
        if suffix in _COPULAS:
            return text.endswith(("ه", "ی"))
        if suffix in SPOKEN:
            return text.endswith("ه") and self._nominal(host)
        if suffix in ("ات", "اش"):
            return text not in self._lexicon.function_words
        return self._nominal(host)

    def _nominal(self, host: Form) -> bool:
        last = host.positions[-1]
        return bool(self._lexicon.flags(last.lemma) & NOUN) and host.text not in self._lexicon.function_words

    def _compound(self, forms: Forms, at: int, first: Form, second: Form) -> None:
        """A known compound in parts: its first position gets the whole, its last may be inflected."""
        joined = self._compounds.get((first[_SURFACE], second[_SURFACE]))
        if joined is None:
            joined, _ = self.compound(forms, at)
        for each, form in enumerate(joined, at):
            forms[each] = form

    def compound(self, forms: Forms, at: int) -> tuple[tuple[Form, ...], int]:
        """The forms of the compound that begins at one, () for none; and how many forms tell, behind a text's end one.

        No more than ``LONGEST_COMPOUND`` belong to it.
        """
        spelling, size, window = self._longest(forms, at)
        surfaces = tuple([form.surface for form in window])
        joined = self._compounds.find(surfaces)
        if joined is None:
            joined = self._joined(window[:size], spelling) if spelling else ()
            self._compounds.keep(surfaces, joined)
        return joined, len(window)

    def _longest(self, forms: Forms, at: int) -> tuple[str, int, list[Form]]:
        """The longest known compound that begins at a form, '' for none; its size, and the forms that tell."""
        spaced, words = self._lexicon.spaced, self._lexicon.function_words
        # What was joined before does not count, lest what is kept depend on it.
        first = self._form_of(forms[at].surface)
        window, parts = [first], _part(first)
        best = "", 0
        end = min(at + LONGEST_COMPOUND, len(forms))
        for each in range(at + 1, end + 1):
            # The end of a text is a form of its own: what ends there may go on in another text.
            form = self._form_of(forms[each].surface) if each < end else EMPTY
            window.append(form)
            if not form.text:
                break
            exact = _part(form)
            for stem in (exact, *list(cuts(form.text))[1:]):
                spelling = f"{parts} {stem}"
                if spelling in spaced and (stem == exact or stem not in words):
                    best = spelling, len(window)
                    break
            parts = f"{parts} {exact}"
            if parts not in self._lexicon.beginnings:
                break
        return *best, window

    def _joined(self, found: list[Form], spelling: str) -> tuple[Form, ...]:
        """The forms of a compound."""
        joined = self._form_of(ZWNJ.join(form.surface for form in found))
        inflected = spelling != " ".join(map(_part, found))
        one_word = spelling in self._lexicon.tables.solid or (inflected and self._lexicon.flags(joined.text) & HEAD)
        if one_word and len(joined.positions) == 1:
            return (found[0].labelled(joined.positions[0].lemma, len(found)), *found[1:])
        return self._spread(found, joined)

    def _spread(self, forms: list[Form], joined: Form) -> tuple[Form, ...]:
        """The positions of a whole over the forms that it is written in; one form spans them when they do not fit."""
        if len(joined.positions) != sum(len(form.positions) for form in forms):
            return (joined.spanning(len(forms)), *[EMPTY] * (len(forms) - 1))
        spread: list[Form] = []
        rest = joined.positions
        for form in forms:
            size = len(form.positions)
            own = (
                terms._replace(joined=terms.joined or old.joined)
                for terms, old in zip(rest, form.positions, strict=False)
            )
            spread.append(form._replace(positions=tuple(own)))
            rest = rest[size:]
        spread[0] = spread[0]._replace(reach=len(forms))
        return tuple(spread)

    def _letters(self, forms: Forms, at: int) -> int:
        """Names of letters that are an acronym: the end of the run, 0 for none."""
        end = at
        while end < len(forms) and forms[end].role & LETTER:
            end += 1
        letters = [form.text for form in _some(forms, at, end)]
        more = [*letters, "و"] if end < len(forms) and forms[end].text == "و" else letters
        if len(more) < 2 or (letters == ["او", letters[-1]] and end < len(forms) and forms[end].text.isdigit()):
            return 0
        found = self._acronym(letters, more)
        if not found:
            return 0
        start, size = found
        whole = self._lexicon.whole(more[start : start + size])
        forms[at + start] = forms[at + start].labelled(whole, size)
        return max(end, at + start + size)

    def _acronym(self, letters: list[str], more: list[str]) -> tuple[int, int] | None:
        """Where an acronym stands in a run of letters, and its length: a listed one, else all but the pronoun او."""
        pronoun = int(letters[0] == "او")
        listed = self._lexicon.tables.renderings
        for size in range(len(more), 1, -1):
            starts = range(len(more) - size + 1) if size > 2 else range(min(pronoun, len(letters) - 2) + 1)
            for start in starts:
                if "".join(more[start : start + size]) in listed and (size > 2 or start + size == len(letters)):
                    return start, size
            if size == SHORTEST and are_letters(letters[pronoun:]):
                return pronoun, len(letters) - pronoun
        return None

    def _letter(self, forms: Forms, at: int) -> None:
        """One letter beside a number: «اف ۱۶», «سی-۱۳۰», «۵ جی»."""
        form = forms[at]
        if form.text == "او" or not form.positions:
            return
        after = at + 2 if at + 1 < len(forms) and forms[at + 1].surface in HYPHENS else at + 1
        counted = after < len(forms) and forms[after].text.isdigit()
        ahead = at > 0 and forms[at - 1].text.isdigit() and not form.role & (SUFFIX | NUMERAL)
        if counted or ahead:
            forms[at] = form.labelled(whole_of([form.text]), 1)

    def _numeral(self, forms: Forms, at: int) -> int:
        """A number in words, or of digits and words: the end of it."""
        following = forms[at + 1] if at + 1 < len(forms) else EMPTY
        if forms[at].text == "سی" and not following.role & LETTER and not (at and forms[at - 1].role & LETTER):
            forms[at] = forms[at].labelled("30", 1)
        start = at - 1 if at and forms[at - 1].text.isdigit() else at
        if start == at and not following.role & (NUMERAL | MONTH) and following.text != "و":
            return at + 1
        run = numeral.read(_number_words(forms, start, start + 16))
        if run is None or start + run.length <= at:
            return at + 1
        end = start + run.length
        month = end < len(forms) and forms[end].role & MONTH
        if run.length == 1 and forms[start].text in numeral.AMBIGUOUS and not month:
            return end
        if forms[start].positions:
            forms[start] = forms[start].labelled(str(run.value), run.length)
        return end

    def _date(self, forms: Forms, at: int) -> bool:
        """Day, month and year: the day's position gets the date's term."""
        after = at + 1
        while after < len(forms) and forms[after].text in numeral.AROUND_MONTH:
            after += 1
        if after >= len(forms) or not forms[after].text.isdigit():
            return False
        for before in range(at - 1, max(-1, at - 4), -1):
            form = forms[before]
            if not form.positions:
                return False
            number = form.text if form.text.isdigit() else form.positions[0].joined
            if number and number.isdigit() and len(number) < 3 and self._reaches(forms, before, at):
                day = numeral.day_of(int(forms[after].text), numeral.month_of(forms[at].text) or "", int(number))
                if day:
                    forms[before] = form.labelled(day, after - before + 1)
                    return True
        return False

    def _reaches(self, forms: Forms, start: int, end: int) -> bool:
        """Whether a number that starts here ends before the month."""
        if start + 1 == end:
            return True
        run = numeral.read(_number_words(forms, start, end))
        return run is not None and start + run.length == end


def _some(forms: Forms, first: int, end: int) -> list[Form]:
    """Forms that follow each other, as far as there are so many."""
    return [forms[at] for at in range(first, min(end, len(forms)))]


def _number_words(forms: Forms, first: int, end: int) -> list[str]:
    """As many of the words as a number could consist of."""
    words = []
    for at in range(first, min(end, len(forms))):
        text = forms[at].text
        if not (text in numeral.WORDS or text == "و" or text.isdigit()):
            break
        words.append(text)
    return words


def _part(form: Form) -> str:
    """A form as a part of a compound."""
    return form.positions[0].exact if len(form.positions) == 1 else form.text
