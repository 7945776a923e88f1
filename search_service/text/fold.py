"""Folding: spellings of one letter become one, in keys only; what is shown stays as written.

Three strengths, each a superset of the one before:

- ``fold`` unifies what is never more than another encoding or ornament: Arabic, Urdu and
  Kurdish letters, presentation forms, marks, tatweel, digits, case, stretched letters.
- ``bare`` also drops what old, new and careless spellings differ in: the hamza, its seat
  and the madda.  It can make two words one (آستان and استان), so the lexicon decides where
  it is used (see ``lexicon``).
- ``key`` is ``bare`` without any space or half-space, for labels.
"""

from __future__ import annotations

import re
import unicodedata

ZWNJ = "\u200c"

LETTERS = (
    "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff"
    "\u0750-\u077f\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfc\ufe70-\ufefc"
)
"""Letters of the Arabic script, as the inside of a character class."""

MARKS = "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff"
"""Vowel signs, Koranic marks, the hamza above, and tatweel."""

BOUNDARIES = "\u200c\u200b\u00ac"
"""Inside a word: a boundary of its parts. ZWNJ, and what old converters leave in its place."""

INVISIBLE = "\u00ad\u061c\u180e\u200d-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
"""Format characters that mean nothing to a reader."""

_SEATS = {
    "\u06cc\u0654": "ئ",
    "\u0649\u0654": "ئ",
    "\u064a\u0654": "ئ",
    "\u0648\u0654": "ؤ",
    "\u0627\u0654": "أ",
    "\u0627\u0653": "آ",
}
_COMPOSE = re.compile("|".join(_SEATS))
_TABLE = str.maketrans(
    {
        **dict.fromkeys("يىےېێۍ", "ی"),
        **dict.fromkeys("ۓ", "ئ"),
        **dict.fromkeys("كڪڬ", "ک"),
        **dict.fromkeys("ہھەۀةۃۂ", "ه"),
        **dict.fromkeys("إٱٲٳ", "ا"),
        **dict.fromkeys("ٶۆۋۇ", "و"),
        **dict.fromkeys(BOUNDARIES, ZWNJ),
        **{chr(base + n): str(n) for base in (0x06F0, 0x0660) for n in range(10)},
    }
)
_DROP = re.compile(f"[{MARKS}{INVISIBLE}\u0300-\u036f\ud800-\udfff]+")
_STRETCHED = re.compile(rf"([{LETTERS}])\1\1+")
"""Three times the same letter, or more: ایراااان. But دهه‌ها is دههها when its half-space is lost."""
_THRICE = re.compile(r"(.)\1\1")
_BARE = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی" + ZWNJ
_ONLY_BARE = re.compile(f"[{_BARE}]*+").fullmatch
"""Whether a text has only letters that ``bare`` leaves as they are, as most words."""
_ONLY_FOLDED = re.compile(f"[{_BARE}ءآأؤئ]*+").fullmatch
"""The same of folding."""
_HAMZA_TEH = re.compile("(?<=[^او])ئت$")


def fold(text: str) -> str:
    """Unify encodings of one letter; half-spaces stay, as U+200C. Folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    if _ONLY_FOLDED(text):
        return _STRETCHED.sub(_shortened, text) if _THRICE.search(text) else text
    text = unicodedata.normalize("NFKD", text).casefold()
    text = _COMPOSE.sub(lambda match: _SEATS[match[0]], text)
    text = _DROP.sub("", text.translate(_TABLE))
    return _STRETCHED.sub(_shortened, text)


def bare(text: str) -> str:
    """``fold``, without hamza and madda.

    ئ stands for و before و (مسئول), for ا in a final -ئت except after ا or و (هیئت, but
    قرائت), else for ی; the source is the Academy's orthography and what newspapers print.
    """
    if _ONLY_BARE(text) and not _THRICE.search(text):
        return text
    text = fold(text)
    if "ئ" in text:
        text = _HAMZA_TEH.sub("ات", text).replace("ئو", "وو").replace("ئ", "ی")
    if "ء" in text:
        text = text.replace("اءت", "ایت").replace("اءا", "ایا").replace("ء", "")
    return text.replace("آ", "ا").replace("أ", "ا").replace("ؤ", "و")


def key(text: str) -> str:
    """The key of a label: equal for all spellings of «بین‌الملل», spaced, joined or with Arabic letters."""
    return "".join(part for part in re.split(r"[\s\u200c]+", bare(text)) if part)


def _shortened(match: re.Match[str]) -> str:
    plural = match[0] == "ههه" and match.string.startswith("ا", match.end())
    return match[0] if plural else match[1]
