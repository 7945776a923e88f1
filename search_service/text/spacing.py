"""Words that are written with spaces inside: affixes, verbs, compounds, acronyms, numbers and dates.

``join`` rewrites the list of forms of a text in place.  Only forms with a role are looked
at, so that ordinary words cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from search_service.text import numeral
from search_service.text.acronym import LETTER_NAMES
from search_service.text.affix import COMPARATIVES, PLURALS, SPACED
from search_service.text.fold import ZWNJ
from search_service.text.lexicon import NOUN, Lexicon
from search_service.text.verb import IMPERFECTIVE
from search_service.text.word import Positions, Terms, cuts, single


BREAK, SUFFIX, PREFIX, START, LETTER, NUMERAL, MONTH = 1, 2, 4, 8, 16, 32, 64
"""Roles: what a form may do to its neighbours, as flags."""


class Form:
    """A piece of text as analysed: its positions, and its role beside others.

    ``text`` is its folded form without half-spaces; ``span`` is how many pieces it covers;
    ``reach`` is how many forms the whole spans that it begins.  ``seconds`` are the parts that
    may follow it in a compound, ``stems`` what it may be an inflection of as the last part.
    """

    __slots__ = ("positions", "reach", "role", "seconds", "span", "stems", "surface", "text")

    def __init__(
        self,
        surface: str,
        text: str,
        positions: Positions,
        role: int = 0,
        seconds: frozenset[str] = frozenset(),
        span: int = 1,
        reach: int = 1,
    ) -> None:
        self.surface = surface
        self.text = text
        self.stems = frozenset(stem for stem, _ in cuts(text)) | {terms.exact for terms in positions[:1]}
        self.positions = positions
        self.role = role
        self.seconds = seconds
        self.span = span
        self.reach = reach

    def spanning(self, span: int) -> Form:
        """The same over more pieces; it has no role any more but to carry suffixes."""
        return Form(self.surface, self.text, self.positions, 0, span=span)

    def followed_by(self, other: Form, whole: Form) -> Form:
        """The positions of two forms under the surface of the whole."""
        return Form(whole.surface, whole.text, self.positions + other.positions, whole.role, span=whole.span)

    def labelled(self, whole: str, reach: int) -> Form:
        """The same with the whole that it begins, and over how many forms that reaches."""
        first, *others = self.positions
        found = (first._replace(joined=whole), *others)
        return Form(self.surface, self.text, found, self.role, self.seconds, self.span, reach)


EMPTY = Form("", "", ())
"""Takes the place of a piece that another form spans."""

PREFIXES = frozenset(IMPERFECTIVE) | {
    preverb + prefix for preverb in ("بر", "در", "باز", "فرا", "فرو", "وا", "ور", "دربر") for prefix in ("می", "نمی")
}
NOT_HOSTS = frozenset(
    {"به", "که", "چه", "نه", "سه", "ده", "و", "از", "در", "با", "تا", "را", "اگرچه", "بلکه", "یا", "هر"}
)
"""Short words in ه, and particles, that carry no suffix."""

_ALWAYS = frozenset(PLURALS) | frozenset(COMPARATIVES)
_COPULAS = frozenset({"ام", "ایم", "اید", "اند"})
_LONGEST_COMPOUND = 5


def role_of(text: str, lexicon: Lexicon) -> int:
    """The role of a word of Persian letters, by its folded form."""
    role = 0
    if text in SPACED:
        role |= SUFFIX
    if text in PREFIXES:
        role |= PREFIX
    if text in lexicon.starts:
        role |= START
    if text in LETTER_NAMES:
        role |= LETTER
    if text in numeral.WORDS:
        role |= NUMERAL
    if numeral.month_of(text):
        role |= MONTH
    return role


class Spacing:
    """Joins what belongs together; ``form_of`` analyses one orthographic word, with a memo."""

    def __init__(self, lexicon: Lexicon, form_of: Callable[[str], Form]) -> None:
        self._lexicon = lexicon
        self._form_of = form_of

    def join(self, forms: list[Form]) -> None:
        """Rewrite the forms of a text; the list keeps its length."""
        lettered = numbered = 0
        last = len(forms) - 1
        for at in [at for at, form in enumerate(forms) if form.role > BREAK]:
            form = forms[at]
            role = form.role
            if role & START and at < last:
                second = forms[at + 1]
                if not form.seconds.isdisjoint(second.stems):
                    self._compound(forms, at)
            if role == START:
                continue
            if role & LETTER and at >= lettered:
                lettered = self._letters(forms, at)
            if role & PREFIX and self._imperfective(forms, at):
                continue
            if role & SUFFIX and at >= lettered and self._suffix(forms, at):
                continue
            if role & NUMERAL and at >= numbered:
                numbered = self._numeral(forms, at)
            if role & MONTH:
                self._date(forms, at)

    def _imperfective(self, forms: list[Form], at: int) -> bool:
        """می and the verb behind it."""
        if at + 1 >= len(forms) or not forms[at + 1].positions:
            return False
        verb = forms[at + 1]
        if not self._lexicon.verbs.imperfective(verb.text):
            return False
        forms[at] = self._form_of(forms[at].surface + ZWNJ + verb.surface).spanning(2)
        forms[at + 1] = EMPTY
        return True

    def _suffix(self, forms: list[Form], at: int) -> bool:
        """A suffix and its host, the word before it."""
        before = at - 1
        while before >= 0 and forms[before] is EMPTY:
            before -= 1
        if before < 0 or not forms[before].positions:
            return False
        host = forms[before]
        suffix = forms[at].text
        if not self._hosts(host, suffix):
            return False
        span = at - before + 1
        if host.text and ZWNJ not in host.surface[-1:]:
            attached = self._form_of(host.surface + ZWNJ + forms[at].surface)
            if len(attached.positions) != len(host.positions):
                return False
            label = host.positions[0].joined
            forms[before] = attached.spanning(span)
            if label and not attached.positions[0].joined:
                forms[before] = forms[before].labelled(label, host.reach)
        else:
            forms[before] = host.spanning(span)
        forms[at] = EMPTY
        return True

    def _hosts(self, host: Form, suffix: str) -> bool:
        """Whether the word before can carry the suffix; a piece of Latin letters or digits carries ها."""
        text = host.text
        if suffix in _ALWAYS:
            return text not in NOT_HOSTS
        if not text or text in NOT_HOSTS or text in LETTER_NAMES:
            return False
        if suffix in ("ی", "یی"):
            return text.endswith(("ه", "ا", "و"))
        if suffix == "ای":
            return text.endswith("ه")
        if suffix in _COPULAS:
            return text.endswith(("ه", "ی"))
        if suffix in ("ات", "اش"):
            return text not in self._lexicon.function_words
        return self._nominal(host)

    def _nominal(self, host: Form) -> bool:
        last = host.positions[-1]
        return bool(self._lexicon.flags(last.lemma) & NOUN) and host.text not in self._lexicon.function_words

    def _compound(self, forms: list[Form], at: int) -> bool:
        """A known compound in parts: its first position gets the whole, its last may be inflected."""
        form = forms[at]
        parts = form.positions[0].exact if len(form.positions) == 1 else form.text
        best: tuple[int, str, str, str] | None = None
        for size in range(2, _LONGEST_COMPOUND + 1):
            last = at + size - 1
            if last >= len(forms) or len(forms[last].positions) != 1:
                break
            exact = forms[last].positions[0].exact
            spaced = self._lexicon.spaced
            whole = spaced.get(f"{parts} {exact}")
            if whole:
                best = (size, whole, exact, "")
            else:
                for stem, suffix in cuts(forms[last].text)[1:]:
                    whole = spaced.get(f"{parts} {stem}")
                    if whole:
                        best = (size, whole, stem, suffix)
                        break
            parts = f"{parts} {exact}"
        if best is None:
            return False
        size, whole, stem, suffix = best
        forms[at] = form.labelled(self._lexicon.term(whole), size)
        last = at + size - 1
        if suffix:
            forms[last] = self._last_part(forms[last], stem)
        for part in range(at + 1, last + 1):
            if forms[part].text.startswith("و") and f"و {forms[part].text[1:]}" in " ".join(self._lexicon.compound(whole)):
                forms[part] = self._form_of("و").followed_by(self._form_of(forms[part].surface[1:]), forms[part])
        return True

    def _last_part(self, form: Form, stem: str) -> Form:
        lemma = single(stem, "", self._lexicon)[-1]
        position = Terms(form.positions[0].exact, lemma.lemma, lemma.alternate)
        return Form(form.surface, form.text, (position,), form.role, form.seconds, form.span)

    def _letters(self, forms: list[Form], at: int) -> int:
        """Three or more names of letters, or a listed acronym: the end of the run, 0 for none."""
        end = at
        while end < len(forms) and forms[end].role & LETTER:
            end += 1
        if end < len(forms) and end - at == 2 and forms[end].text == "و":
            end += 1
        whole = "".join(form.text for form in forms[at:end])
        if end - at < 3 and whole not in self._lexicon.acronym_wholes:
            return 0
        forms[at] = forms[at].labelled(whole, end - at)
        return end

    def _numeral(self, forms: list[Form], at: int) -> int:
        """A number in words, or of digits and words: the end of it."""
        following = forms[at + 1] if at + 1 < len(forms) else EMPTY
        start = at - 1 if at and forms[at - 1].text.isdigit() else at
        if start == at and not following.role & (NUMERAL | MONTH) and following.text != "و":
            return at + 1
        run = numeral.read([form.text for form in forms[start : start + 16]])
        if run is None or start + run.length <= at:
            return at + 1
        end = start + run.length
        month = end < len(forms) and forms[end].role & MONTH
        if run.length == 1 and forms[start].text in numeral.AMBIGUOUS and not month:
            return end
        if forms[start].positions:
            forms[start] = forms[start].labelled(str(run.value), run.length)
        return end

    def _date(self, forms: list[Form], at: int) -> bool:
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

    def _reaches(self, forms: list[Form], start: int, end: int) -> bool:
        """Whether a number that starts here ends before the month."""
        if start + 1 == end:
            return True
        run = numeral.read([form.text for form in forms[start:end]])
        return run is not None and start + run.length == end

