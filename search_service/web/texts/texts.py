"""What a language of the interface consists of: its strings, digits, calendar and direction.

Templates and views take their words from a ``Texts``; another language is another
value of it.  In the strings, ``{…}`` marks what a view fills in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from markupsafe import Markup, escape

from search_service import jalali
from search_service.jalali import persian_digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The interface in one language."""

    language: str
    direction: Literal["rtl", "ltr"]
    locale: str
    """As Open Graph writes it."""
    own_name: str
    """The language's name for itself."""
    comma: str
    """What stands between the parts of a list."""
    zero: str
    """The digit zero; the nine others follow it in Unicode."""
    thousands: str
    decimal: str
    calendar: Literal["jalali", "gregorian"]
    """That of the dates of articles and of the date fields; facets are Jalali in every language."""
    jalali_months: tuple[str, ...]
    gregorian_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    """From Saturday, as the calendar's head has them."""
    weekdays_long: tuple[str, ...]
    first_weekday: int
    """Index into ``weekdays``: where the calendar's week begins."""

    skip: str
    skip_article: str
    skip_main: str
    search: str
    search_label: str
    placeholder: str
    clear: str
    tagline: str
    newest: str
    results_of: str
    total: str
    total_one: str
    took: str
    page_of: str
    pages: str
    previous: str
    next: str
    page: str
    sort: str
    sorts: Mapping[str, str]

    suggestions: str
    suggestions_found: str
    suggestion_kinds: Mapping[str, str]

    filters: str
    filters_chosen: str
    filters_close: str
    show_results: str
    show_none: str
    show_dates: str
    remove_filter: str
    clear_filters: str
    categories: str
    all_categories: str
    dates: str
    months_of: str
    undated: str
    undated_one: str
    quick: Mapping[str, str]
    from_: str
    to: str
    after: str
    before: str
    apply: str
    date_placeholder: str
    date_hint: str
    date_unread: str
    date_left: str
    calendar_open: Mapping[str, str]
    calendar_title: str
    calendar_previous: str
    calendar_next: str
    calendar_previous_year: str
    calendar_next_year: str
    source: str
    tag: str
    author: str

    copies: str
    copies_one: str

    corrected: str
    instead: str
    relaxed: Mapping[str, str]
    relaxed_exact: str
    did_you_mean: str
    none_title: str
    none_of: str
    none_filtered: str
    none_filtered_of: str
    none_unfiltered: str
    none_remove: Mapping[str, str]
    """For one filter, for several of which one is to go, and for all of them."""
    none_without: str
    none_without_filters: str
    none_plain: str
    none_nearby: str
    none_try: str
    none_tips: tuple[str, ...]
    past_end: str
    first_page: str
    empty_title: str
    empty_text: str
    error_title: str
    error_title_missing: str
    error_back: str

    ago: Mapping[str, str]
    ago_one: Mapping[str, str]
    just_now: str
    today: str
    in_future: str
    untitled: str
    original: str
    back_to_results: str
    quote: str

    help: str
    help_title: str
    help_intro: str
    help_example: str
    help_found: str
    help_topics: tuple[Topic, ...]
    help_filters: str
    help_filters_text: str
    help_feeds: str
    help_feeds_text: str
    feed: str
    embed: str
    embed_title: str
    embed_intro: str
    embed_code: str
    embed_themes: tuple[str, str, str]
    embed_variables: str
    embed_variables_text: str
    embed_attributes: Mapping[str, str]
    embed_more: str
    embed_failed: str
    embed_corrected: str

    def quoted(self, text: str) -> Markup:
        """«text» as a reader's own words: of a direction of their own, and never markup."""
        return Markup(self.quote).format(text=text)

    def fill(self, wording: str, **quoted: str) -> Markup:
        """The wording with a reader's own words put in, in quotes."""
        return escape(wording).format(**{name: self.quoted(text) for name, text in quoted.items()})

    def digits(self, text: str | int) -> str:
        """The text with ASCII digits in the language's own."""
        return persian_digits(text) if self.zero == "۰" else str(text)

    def number(self, value: int) -> str:
        """«۱٬۲۳۴» of 1234."""
        return self.digits(f"{value:,}").replace(",", self.thousands)

    def articles(self, count: int) -> str:
        """«۱۲ خبر» of 12."""
        return (self.total_one if count == 1 else self.total).format(n=self.number(count))

    def undated_articles(self, count: int) -> str:
        """«۴ خبر تاریخ ندارند» of 4."""
        return (self.undated_one if count == 1 else self.undated).format(n=self.number(count))

    def date_field(self, text: str) -> str:
        """A date as the fields write it: «۱۴۰۲/۰۶/۲۸»; in English 1402-06-28."""
        return self.digits(text).replace("-", "/") if self.calendar == "jalali" else text

    def outlets(self, count: int) -> str:
        """What opens the copies of a story."""
        return (self.copies_one if count == 1 else self.copies).format(n=self.number(count))

    def seconds(self, milliseconds: float) -> str:
        """«۰٫۰۱۲» of 12."""
        return self.digits(f"{max(milliseconds, 1) / 1000:.3f}").replace(".", self.decimal)

    def day(self, day: date) -> str:
        """«۲۸ شهریور ۱۴۰۲», or "19 September 2023", by the language's calendar."""
        if self.calendar == "jalali":
            return self.jalali_day(day)
        return f"{day.day} {self.gregorian_months[day.month - 1]} {day.year}"

    def jalali_day(self, day: date) -> str:
        """The day in the Jalali calendar, whatever the language's own."""
        number = jalali.day_number(day)
        return f"{self.digits(number % 100)} {self.month(number // 100)}"

    def month(self, number: int) -> str:
        """«شهریور ۱۴۰۲» of the month number 140206."""
        return f"{self.jalali_months[number % 100 - 1]} {self.digits(number // 100)}"

    def age(self, moment: datetime, now: datetime, *, whole_day: bool = False) -> str:
        """«۳ روز پیش»: how long ago, in its largest whole unit; of a whole day never in hours."""
        seconds = (now - moment).total_seconds()
        if seconds < 0:
            return self.in_future
        if whole_day and seconds < 86400:
            return self.today
        for unit, length in _UNITS:
            if seconds >= length:
                count = int(seconds // length)
                return (self.ago_one if count == 1 else self.ago)[unit].format(n=self.number(count))
        return self.just_now

    def embedded(self) -> dict[str, object]:
        """What ``<news-search>`` says."""
        return {
            "direction": self.direction,
            "calendar": self.calendar,
            "zero": self.zero,
            "search": self.search,
            "label": self.search_label,
            "placeholder": self.placeholder,
            "suggestions": self.suggestions,
            "found": self.suggestions_found,
            "kinds": dict(self.suggestion_kinds),
            "total": self.total,
            "none": self.none_title,
            "all": self.embed_more,
            "failed": self.embed_failed,
            "corrected": self.embed_corrected,
        }

    def scripts(self) -> dict[str, object]:
        """What the page's scripts say; they have no words of their own."""
        months = self.jalali_months if self.calendar == "jalali" else self.gregorian_months
        return {
            "suggestions": self.suggestions,
            "found": self.suggestions_found,
            "kinds": dict(self.suggestion_kinds),
            "zero": self.zero,
            "calendar": self.calendar,
            "months": months,
            "weekdays": self.weekdays,
            "weekdaysLong": self.weekdays_long,
            "firstWeekday": self.first_weekday,
            "calendarOpen": dict(self.calendar_open),
            "calendarTitle": self.calendar_title,
            "previous": self.calendar_previous,
            "next": self.calendar_next,
            "previousYear": self.calendar_previous_year,
            "nextYear": self.calendar_next_year,
        }


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that the query language can do; ``example`` names how its example is made."""

    example: str
    title: str
    text: str


_UNITS = (
    ("year", 365.25 * 86400),
    ("month", 30.44 * 86400),
    ("week", 7 * 86400),
    ("day", 86400),
    ("hour", 3600),
    ("minute", 60),
)
