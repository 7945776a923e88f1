"""Every string of the interface, in one place per language, with its direction and digits.

Templates and views take their words from a ``Texts``; another language is another
value of it.  In the strings, ``{…}`` marks what a view fills in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from search_service.jalali import persian_digits


@dataclass(frozen=True, slots=True)
class Texts:
    """The interface in one language."""

    language: str
    direction: str
    zero: str
    """The digit zero; the nine others follow it in Unicode."""
    thousands: str
    decimal: str

    skip: str
    search: str
    search_label: str
    placeholder: str
    tagline: str
    newest: str
    results_of: str
    total: str
    took: str
    page_of: str
    pages: str
    previous: str
    next: str
    page: str
    sort: str
    sorts: Mapping[str, str]
    filters: str
    filters_chosen: str
    remove_filter: str
    clear_filters: str
    categories: str
    all_categories: str
    dates: str
    months_of: str
    undated: str
    from_: str
    to: str
    after: str
    before: str
    apply: str
    date_example: str
    source: str
    tag: str
    author: str
    corrected: str
    instead: str
    relaxed: Mapping[str, str]
    relaxed_exact: str
    did_you_mean: str
    none_title: str
    none_of: str
    none_filtered: str
    none_without_filters: str
    none_tips: tuple[str, ...]
    past_end: str
    first_page: str
    empty_title: str
    empty_text: str
    error_title: str
    error_title_missing: str
    error_back: str
    ago: Mapping[str, str]
    just_now: str
    today: str
    in_future: str
    untitled: str
    original: str
    quote: str

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

    def seconds(self, milliseconds: float) -> str:
        """«۰٫۰۱۲» of 12."""
        return self.digits(f"{max(milliseconds, 1) / 1000:.3f}").replace(".", self.decimal)

    def age(self, moment: datetime, now: datetime, *, whole_day: bool = False) -> str:
        """«۳ روز پیش»: how long ago, in its largest whole unit; of a whole day never in hours."""
        seconds = (now - moment).total_seconds()
        if seconds < 0:
            return self.in_future
        if whole_day and seconds < 86400:
            return self.today
        for unit, length in _UNITS:
            if seconds >= length:
                return self.ago[unit].format(n=self.number(int(seconds // length)))
        return self.just_now


_UNITS = (
    ("year", 365.25 * 86400),
    ("month", 30.44 * 86400),
    ("week", 7 * 86400),
    ("day", 86400),
    ("hour", 3600),
    ("minute", 60),
)

PERSIAN = Texts(
    language="fa",
    direction="rtl",
    zero="۰",
    thousands="٬",
    decimal="٫",
    skip="پرش به نتیجه‌ها",
    search="جست‌وجو",
    search_label="جست‌وجو در خبرها",
    placeholder="واژه، نام یا تیتر خبر",
    tagline="هر طور که می‌نویسید، خبر را پیدا کنید: با نیم‌فاصله یا بی‌نیم‌فاصله، سر هم یا جدا.",
    newest="تازه‌ترین خبرها",
    results_of="نتیجه‌های جست‌وجوی {q}",
    total="{n} خبر",
    took="در {t} ثانیه",
    page_of="صفحهٔ {page} از {pages}",
    pages="صفحه‌های نتیجه",
    previous="صفحهٔ پیش",
    next="صفحهٔ بعد",
    page="صفحهٔ {n}",
    sort="ترتیب",
    sorts={"relevance": "مرتبط‌ترین", "newest": "تازه‌ترین", "oldest": "قدیمی‌ترین"},
    filters="پالایش نتیجه‌ها",
    filters_chosen="پالایه‌های برگزیده",
    remove_filter="برداشتن پالایهٔ {label}",
    clear_filters="برداشتن همه",
    categories="دسته",
    all_categories="{n} دستهٔ دیگر",
    dates="زمان انتشار",
    months_of="ماه‌های {year}",
    undated="بدون تاریخ",
    from_="از",
    to="تا",
    after="از {date}",
    before="تا {date}",
    apply="اعمال",
    date_example="۱۴۰۲/۰۶/۲۸",
    source="منبع: {label}",
    tag="برچسب: {label}",
    author="نویسنده: {label}",
    corrected="به‌جای {from_}، {to} جست‌وجو شد.",
    instead="همان {from_} را جست‌وجو کنید",
    relaxed={
        "most_words": "هیچ خبری همهٔ این واژه‌ها را ندارد؛ خبرهایی را می‌بینید که بیشتر واژه‌ها را دارند.",
        "any_word": "هیچ خبری بیشتر این واژه‌ها را ندارد؛ خبرهایی را می‌بینید که دست‌کم یکی از آن‌ها را دارند.",
    },
    relaxed_exact="فقط خبرهایی با همهٔ واژه‌ها",
    did_you_mean="منظورتان {link} بود؟",
    none_title="چیزی پیدا نشد",
    none_of="هیچ خبری با {q} جور نیست.",
    none_filtered="با این پالایه‌ها خبری نیست، اما شاید بدون آن‌ها باشد.",
    none_without_filters="جست‌وجو بدون پالایه‌ها",
    none_tips=(
        "املای واژه‌ها را بازبینی کنید؛ فاصله و نیم‌فاصله فرقی نمی‌کند.",
        "واژه‌های کمتر یا کلی‌تری بنویسید.",
        "گیومه و نشانهٔ منها را بردارید تا جست‌وجو آزادتر شود.",
        "نام دیگری از همان شخص، نهاد یا جا را بیازمایید.",
    ),
    past_end="نتیجه‌ها پیش از این صفحه به پایان می‌رسند.",
    first_page="صفحهٔ نخست نتیجه‌ها",
    empty_title="بایگانی هنوز خالی است",
    empty_text="هنوز خبری برای جست‌وجو نیست. کمی دیگر دوباره سر بزنید.",
    error_title="جست‌وجو انجام نشد",
    error_title_missing="این صفحه پیدا نشد",
    error_back="بازگشت به صفحهٔ نخست",
    ago={
        "year": "{n} سال پیش",
        "month": "{n} ماه پیش",
        "week": "{n} هفته پیش",
        "day": "{n} روز پیش",
        "hour": "{n} ساعت پیش",
        "minute": "{n} دقیقه پیش",
    },
    just_now="همین حالا",
    today="امروز",
    in_future="در آینده",
    untitled="(بی‌عنوان)",
    original="خواندن در پایگاه اصلی",
    quote="«<bdi>{text}</bdi>»",
)
