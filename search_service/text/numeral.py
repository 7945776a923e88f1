"""Numbers in words and dates in words: their value, in the normal form of ``number``."""

from __future__ import annotations

from collections.abc import Sequence

from search_service.text.number import date_term

_UNITS = {
    "یک": 1, "دو": 2, "سه": 3, "چهار": 4, "پنج": 5, "شش": 6, "هفت": 7, "هشت": 8, "نه": 9, "ده": 10,
    "یازده": 11, "دوازده": 12, "سیزده": 13, "چهارده": 14, "پانزده": 15, "پونزده": 15, "شانزده": 16,
    "شونزده": 16, "هفده": 17, "هجده": 18, "هیجده": 18, "نوزده": 19,
}  # fmt: skip
_TENS = {"بیست": 20, "سی": 30, "چهل": 40, "پنجاه": 50, "شصت": 60, "هفتاد": 70, "هشتاد": 80, "نود": 90}
_HUNDREDS = {
    "صد": 100, "یکصد": 100, "دویست": 200, "سیصد": 300, "چهارصد": 400, "پانصد": 500, "پونصد": 500,
    "ششصد": 600, "شیشصد": 600, "هفتصد": 700, "هشتصد": 800, "نهصد": 900,
}  # fmt: skip
_SCALES = {"هزار": 10**3, "میلیون": 10**6, "ملیون": 10**6, "میلیارد": 10**9, "بیلیون": 10**9, "تریلیون": 10**12}
_VALUES = _UNITS | _TENS | _HUNDREDS
_IRREGULAR_ORDINALS = {"اول": 1, "نخست": 1, "یکم": 1, "دوم": 2, "سوم": 3, "سیم": 30, "سیام": 30}


def _ordinals() -> dict[str, int]:
    regular = {word + "م": value for word, value in (_VALUES | _SCALES).items() if word not in ("یک", "دو", "سه", "سی")}
    return regular | _IRREGULAR_ORDINALS


ORDINALS = _ordinals()
WORDS = frozenset(_VALUES) | frozenset(_SCALES) | frozenset(ORDINALS)
"""Every word that a number in words may consist of, و aside."""

AMBIGUOUS = frozenset({"یک", "نه", "اول", "نخست", "سی"})
"""Words that are a number only beside another, or before a month: یک is also «a», نه is «no»."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("فروردین",), ("اردیبهشت",), ("خرداد",), ("تیر",), ("مرداد", "امرداد"), ("شهریور",),
            ("مهر",), ("آبان",), ("آذر",), ("دی",), ("بهمن",), ("اسفند",),
        ),
        start=1,
    )
    for name in names
} | {
    name: number
    for number, names in enumerate(
        (
            ("ژانویه",), ("فوریه",), ("مارس",), ("آوریل", "آپریل"), ("مه", "می"), ("ژوئن",), ("ژوئیه", "جولای"),
            ("اوت", "آگوست"), ("سپتامبر",), ("اکتبر",), ("نوامبر",), ("دسامبر",),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
GREGORIAN = frozenset(list(MONTHS)[13:])


def month_of(form: str) -> str | None:
    """The month that a form names, with ماه or without («آبان‌ماه»)."""
    for name in (form, form.removesuffix("ماه")):
        if name in MONTHS:
            return name
    return None


AROUND_MONTH = frozenset({"ماه", "سال", "ماهسال"})
"""What may stand between a month and its year."""


class Run:
    """A number in words at the start of a list: how many words it takes, and its value."""

    __slots__ = ("length", "ordinal", "value")

    def __init__(self, value: int, length: int, ordinal: bool) -> None:
        self.value = value
        self.length = length
        self.ordinal = ordinal


def read(words: Sequence[str]) -> Run | None:
    """The longest number that the words begin with: «دو هزار و پانصد», «۲ هزار», «بیست و دوم»."""
    if not words or not (words[0] in WORDS or words[0].isdigit()):
        return None
    total = current = length = 0
    scale_before = 10**15
    last = 10**15
    ordinal = False
    at = 0
    while at < len(words):
        word = words[at]
        if word == "و" and length and at + 1 < len(words) and not ordinal:
            at += 1
            word = words[at]
            linked = True
        else:
            linked = False
        if word in _SCALES:
            scale = _SCALES[word]
            if linked and not current and scale > last:
                break
            if scale >= scale_before:
                break
            if linked and current:
                break
            total += (current or 1) * scale
            current, scale_before, last = 0, scale, scale
        elif word.isdigit() and (not length or linked) and (not length or int(word) < last) and len(word) < 16:
            if word.startswith("0"):
                break
            current += int(word)
            last = 1
        elif word in _VALUES or word in ORDINALS:
            value = _VALUES.get(word, ORDINALS.get(word, 0))
            if length and not linked and last < 1000:
                break
            if length and current and not _fits(current, value):
                break
            if word not in _VALUES:
                ordinal = True
                if value >= 1000 and current:
                    total += current * value
                    current = 0
                    length = at + 1
                    break
            current += value
            last = _magnitude(value)
        else:
            break
        at += 1
        length = at
        if ordinal:
            break
    if not length or (length == 1 and words[0].isdigit()):
        return None
    return Run(total + current, length, ordinal)


def value(word: str) -> int | None:
    """The value of one word that is always a number: دو, بیستم."""
    run = read([word]) if word in WORDS and word not in AMBIGUOUS else None
    return run.value if run else None


def _fits(current: int, value: int) -> bool:
    """Whether «current و value» is one number: 20 and 2, 200 and 15, but not 2 and 20."""
    return (current % 100 == 0 and value < 100) or (current % 10 == 0 and current % 100 >= 20 and value < 10)


def _magnitude(value: int) -> int:
    return 100 if value >= 100 else 10 if value >= 20 else 1


def day_of(year: int, month: str, day: int) -> str | None:
    """The term of a date in words; None when month and year are of two calendars."""
    if (month in GREGORIAN) != (year > 1700):
        return None
    return date_term(year, MONTHS[month], day)
