from __future__ import annotations

import email.utils
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import jdatetime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service import dates, jalali
from search_service.errors import ServiceError

DAY = date(2023, 9, 19)
NOON = datetime(2023, 9, 19, 14, 5)
IRAN = timezone(timedelta(hours=3, minutes=30))

days = st.dates(date(1800, 1, 1), date(2199, 12, 31))
moments = st.datetimes(datetime(1800, 1, 1), datetime(2199, 12, 31))
digits = st.sampled_from(
    [str, jalali.persian_digits, lambda text: text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))]
)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("2023-09-19", DAY),
        ("20230919", DAY),
        ("2023/9/19", DAY),
        ("2023.09.19", DAY),
        ("2023-09-19 14:05:00", NOON),
        ("2023-09-19T14:05", NOON),
        ("20230919T140500", NOON),
        ("2023-09-19T14:05:00Z", NOON.replace(tzinfo=UTC)),
        ("2023-09-19T14:05:00.250+03:30", NOON.replace(microsecond=250_000, tzinfo=IRAN)),
        ("2023-09-19T14:05:00.123456789+0330", NOON.replace(microsecond=123_456, tzinfo=IRAN)),
        ("2023-09-19 14:05 -05", NOON.replace(tzinfo=timezone(timedelta(hours=-5)))),
        ("Tue, 19 Sep 2023 14:05:00 +0330", NOON.replace(tzinfo=IRAN)),
        ("Tue, 19 Sep 2023 14:05 GMT", NOON.replace(tzinfo=UTC)),
        ("19 Sep 2023 14:05:00 EST", NOON.replace(tzinfo=timezone(timedelta(hours=-5)))),
        ("Tue Sep 19 2023 14:05:00 GMT+0330 (Iran Standard Time)", NOON.replace(tzinfo=IRAN)),
        ("September 19th 2023, 14:05:00.000", NOON),
        ("September 19th 2023, 14:05", NOON),
        ("Sept. 19, 2023 2:05 pm", NOON),
        ("Tuesday, 19 September 2023", DAY),
        ("the 19th", None),
        ("1402-06-28", DAY),
        ("1402/6/28 14:05", NOON),
        ("۱۴۰۲/۰۶/۲۸ - ۱۴:۰۵", NOON),
        ("۱۴:۰۵ - ۱۴۰۲/۰۶/۲۸", NOON),
        ("٢٨/٦/١٤٠٢", DAY),
        ("1402-06-28T14:05:00+03:30", NOON.replace(tzinfo=IRAN)),
        ("سه‌شنبه ۲۸ شهریور ۱۴۰۲", DAY),
        ("سه شنبه، ۲۸ شهريور ماه ۱۴۰۲، ساعت ۱۴:۰۵", NOON),
        ("۲۸ شهریورماه سال ۱۴۰۲ در ساعت ۲:۰۵ ب.ظ", NOON),
        ("28شهریور1402", DAY),
        ("۲۸ سنبله ۱۴۰۲", DAY),
        ("۱۹ سپتامبر ۲۰۲۳", DAY),
        ("سه‌شنبه ۱۹ سپتامبر ۲۰۲۳ ساعت ۱۴:۰۵", NOON),
        ("۱ ژوئن ۲۰۲۳", date(2023, 6, 1)),
        ("۱۰ دی‌ماه ۱۴۰۲", date(2023, 12, 31)),
        ("19/09/2023", DAY),
        ("9/19/2023", DAY),
        ("  2023-09-19\u200f ", DAY),
        ("2023-09-19 12:05 am", datetime(2023, 9, 19, 0, 5)),
        ("2023-09-19 12:05 pm", datetime(2023, 9, 19, 12, 5)),
    ],
)
def test_the_forms_of_news_sites_and_programs_are_read(text: str, meaning: date | None) -> None:
    if meaning is None:
        with pytest.raises(ValueError, match="no date"):
            dates.read_time(text)
    else:
        read = dates.read_time(text)
        assert (type(read), read) == (type(meaning), meaning)


@given(days, digits, st.sampled_from("-/."))
def test_every_day_comes_back_from_its_jalali_numbers(day: date, write, mark: str) -> None:
    theirs = jdatetime.date.fromgregorian(date=day)
    assert dates.read_time(write(theirs.strftime(f"%Y{mark}%m{mark}%d"))) == day
    assert dates.read_time(write(f"{theirs.year}{mark}{theirs.month}{mark}{theirs.day}")) == day


@given(days, digits, st.sampled_from(["{weekday} {day}", "{weekday}، {day}", "{day}"]), st.booleans())
def test_every_day_comes_back_from_its_jalali_words(day: date, write, form: str, half_spaces: bool) -> None:
    text = form.format(weekday=jalali.WEEKDAYS[jalali.weekday(day)], day=jalali.text(day))
    text = text if half_spaces else text.replace("\u200c", " ")
    assert dates.read_time(write(jalali.ascii_digits(text))) == day


@given(moments, digits)
def test_every_moment_comes_back_from_iso_and_rfc_2822(moment: datetime, write) -> None:
    assert dates.read_time(write(moment.isoformat(" "))) == moment
    aware = moment.replace(microsecond=0, tzinfo=IRAN)
    assert dates.read_time(email.utils.format_datetime(aware)) == aware
    assert dates.read_time(aware.isoformat()) == aware


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1402/12/30", "there is no day 1402-12-30 in the Jalali calendar"),
        ("2023-02-30", "there is no day 2023-02-30"),
        ("۳۱ مهر ۱۴۰۲", "there is no day"),
        ("2023-09-19T25:00", "hour"),
        ("2023-09-19T10:00+99:00", "zone"),
        ("0000-01-01", "out of range"),
        ("9999-12-31", "out of range"),
        ("5/6/2019", "cannot be told apart"),
        ("۲۸ شهریور ۲۰۲۳", "calendar"),
        ("19 Sep 1402", "calendar"),
        ("2023", "no date that can be read"),
        ("28 شهریور", "no date that can be read"),
        ("2023-09-19 و 2023-09-20", "no date that can be read"),
        ("", "no date"),
        ("دیروز", "no date"),
        ("1" * 5000, "too many"),
    ],
)
def test_what_is_no_date_is_refused_in_one_clear_line(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as error:
        dates.read_time(text)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


@given(st.text(max_size=40) | st.text("0123456789:-/T+Zپqamp ۲۸شهریور.", max_size=40))
def test_no_text_gives_another_error(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(dates.read_time(text), date)
    assert isinstance(dates.find_day(text), date | None)
    assert isinstance(dates.find_yearless_day(text, DAY), date | None)
    assert isinstance(dates.is_date(text), bool)


def test_a_date_that_does_not_exist_still_has_the_form_of_one() -> None:
    assert dates.is_date("1402/12/30")
    assert not dates.is_date("هفتهٔ گذشته")


class TestFindDay:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("کد خبر ۱۲۳۴۵، تاریخ ۲۸ شهریور ۱۴۰۲ بخش ایران", DAY),
            ("ثبت‌شده در 1402/06/28، به‌روز شده در 1402/07/01", DAY),
            ("first printed on September 19th, 2023 in Tehran", DAY),
            ("۳۱ مهر ۱۴۰۲ و سپس ۲۸ شهریور ۱۴۰۲", DAY),
            ("تلفن 021-1402-06-28-99", None),
            ("سال ۱۴۰۲", None),
        ],
    )
    def test_the_first_day_that_exists_is_found_in_a_sentence(self, text: str, day: date | None) -> None:
        assert dates.find_day(text) == day


class TestFindYearlessDay:
    TODAY = date(2026, 11, 22)

    def test_a_weekday_tells_the_year(self) -> None:
        text = "وزیر امروز سه شنبه ۲۸ شهریور ماه به تبریز رفت"
        assert dates.find_yearless_day(text, self.TODAY) == DAY

    def test_the_day_called_today_goes_before_others(self) -> None:
        text = "نشست یک‌شنبه ۹ مهر برگزار می‌شود؛ این را او امروز، سه‌شنبه ۲۸ شهریور گفت"
        assert dates.find_yearless_day(text, self.TODAY) == DAY

    def test_gregorian_days_are_told_too(self) -> None:
        assert dates.find_yearless_day("روز سه‌شنبه ۱۹ سپتامبر گفت", self.TODAY) == DAY

    @pytest.mark.parametrize("text", ["۲۸ شهریور", "سه‌شنبه", "سه‌شنبه ۲۸ شهریور ۱۴۰۱", "سه‌شنبه ۳۱ مهر", "جمعه ۳۲ تیر"])
    def test_without_a_weekday_or_with_a_year_it_says_nothing(self, text: str) -> None:
        assert dates.find_yearless_day(text, self.TODAY) is None


class TestPlausible:
    @pytest.mark.parametrize(
        ("moment", "plausible"),
        [
            (date(1919, 12, 31), False),
            (date(1920, 1, 1), True),
            (datetime(1900, 1, 1, tzinfo=UTC), False),
            (datetime(2028, 12, 31), True),
            (date(2029, 1, 1), False),
        ],
    )
    def test_from_1920_to_five_years_ahead(self, moment: date, plausible: bool) -> None:
        assert dates.plausible(moment, DAY) is plausible


class TestReadPeriod:
    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("1402", date(2023, 3, 21), date(2024, 3, 19)),
            ("1403", date(2024, 3, 20), date(2025, 3, 20)),
            ("۱۴۰۲/۶", date(2023, 8, 23), date(2023, 9, 22)),
            ("1402-06-28", DAY, DAY),
            ("١٤٠٢-٠٦-٢٨", DAY, DAY),
            ("2023", date(2023, 1, 1), date(2023, 12, 31)),
            ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
            ("2023/09/19", DAY, DAY),
            ("شهریور ۱۴۰۲", date(2023, 8, 23), date(2023, 9, 22)),
            ("مهر ماه سال 1403", date(2024, 9, 22), date(2024, 10, 21)),
            ("September 2023", date(2023, 9, 1), date(2023, 9, 30)),
            ("۲۸ شهریور ۱۴۰۲", DAY, DAY),
            ("28 شهریور 1402", DAY, DAY),
            ("سه‌شنبه ۲۸ شهریور ۱۴۰۲", DAY, DAY),
            ("19 September 2023", DAY, DAY),
            ("۲۸/۶/۱۴۰۲", DAY, DAY),
            ("19/9/2023", DAY, DAY),
        ],
    )
    def test_a_year_a_month_or_a_day(self, text: str, first: date, last: date) -> None:
        assert dates.read_period(text) == (first, last)

    @given(days)
    def test_a_period_holds_its_day(self, day: date) -> None:
        number = jalali.day_number(day)
        year, month = number // 10_000, number // 100 % 100
        for text in (f"{year}", f"{year}-{month:02}", f"{year}/{month}/{number % 100}", f"{day:%Y-%m}", f"{day:%Y}"):
            first, last = dates.read_period(text)
            assert first <= day <= last

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "x",
            "140",
            "1402-13",
            "1402-00",
            "1402-12-30",
            "2023-02-30",
            "1402-6/28",
            "9999",
            "5/6/2023",
            "مهر ۲۰۲۳",
            "شهریور",
            "۳۲ تیر ۱۴۰۲",
        ],
    )
    def test_what_is_no_period_is_refused(self, text: str) -> None:
        with pytest.raises(ServiceError) as error:
            dates.read_period(text)
        assert error.value.code == "date_invalid"
