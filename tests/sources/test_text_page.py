from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.article import TEHRAN, Article
from search_service.settings import KNOWN_CATEGORIES
from search_service.sources.categories import KnownCategories
from search_service.sources.item import Found, Item, Note, Stub, Unreadable
from search_service.sources.text_page import read

TODAY = date(2026, 11, 22)
PAGES = Path(__file__).parent / "pages"


def items(text: str | bytes, *, stubs: bool = False, today: date = TODAY) -> list[Item]:
    data = text.encode() if isinstance(text, str) else text
    return list(read(data, "page.txt", KnownCategories(KNOWN_CATEGORIES), today, 2**20, stubs))


def article(text: str, **options: date) -> Article:
    return next(item.article for item in items(text, **options) if isinstance(item, Found))


class TestWordPressText:
    TEXT = (PAGES / "seed_like.txt").read_text("utf-8")

    def test_the_page_is_read_in_its_parts(self) -> None:
        found = article(self.TEXT)
        assert found.title == "پسروی دریای خزر شتاب گرفت؛ نمایندگان پنج کشور ساحلی به باکو رفتند"
        assert found.categories == ("محیط زیست", "جهان")
        assert found.body.startswith("به گزارش خبرنگار افقنیوز، ")
        assert found.body.endswith("به نسبت طول ساحل خود بپردازند.")
        assert found.authors == ("بهار",)
        assert found.published == date(2023, 11, 8)

    def test_the_tail_is_reported_notice_by_notice(self) -> None:
        notices = [item for item in items(self.TEXT) if isinstance(item, Stub)]
        assert len(notices) == 6
        assert notices[3].title.startswith("پژوهشگران کرمانی")
        assert notices[3].excerpt.endswith("برای…")
        assert {notice.age for notice in notices} == {"9 ماه ago", "۹ ماه ago"}

    def test_the_notices_are_articles_when_asked_for(self) -> None:
        found = [item.article for item in items(self.TEXT, stubs=True) if isinstance(item, Found)]
        assert len(found) == 7
        assert len({stub.id for stub in found}) == 7
        assert all(stub.extra["stub"] is True and stub.published is None for stub in found[1:])

    def test_the_year_is_the_latest_not_after_the_day_of_reading(self) -> None:
        assert article(self.TEXT, today=date(2023, 11, 7)).published == date(2017, 11, 8)

    def test_the_id_is_the_same_when_read_again(self) -> None:
        assert article(self.TEXT).id == article(self.TEXT.replace("\n", "\r\n")).id

    def test_an_author_and_a_date_with_labels(self) -> None:
        head = "Categories: ایران\n\nتیتر خبر\nنویسنده: نرگس\nتاریخ انتشار: ۲۸ شهریور ۱۴۰۲ ساعت ۱۴:۰۵"
        text = f"{head}\n\nمتن خبر.\n\nTags: پل، کارون"
        found = article(text)
        assert (found.authors, found.tags, found.body) == (("نرگس",), ("پل", "کارون"), "متن خبر.")
        assert found.published == datetime(2023, 9, 19, 14, 5, tzinfo=TEHRAN)

    @pytest.mark.parametrize(
        "last", ["پایان پیام", "انتهای پیام/", "این جمله‌ای است.", "۱۲۳۴", "این پنج واژه است اینجا"]
    )
    def test_what_is_no_name_stays_in_the_body(self, last: str) -> None:
        found = article(f"Categories: ایران\n\nتیتر\n\nمتن خبر.\n\n{last}")
        assert found.authors == ()
        assert found.body.endswith(last)

    def test_labels_within_the_text_stay_there(self) -> None:
        body = "\n\n".join(["بند یک.", "بند دو.", "بند سه.", "Categories: ورزش", "بند چهار.", "پنج.", "شش.", "هفت."])
        found = article(f"Categories: ایران\n\nتیتر\n\n{body}")
        assert found.categories == ("ایران",)
        assert found.body == body

    def test_a_headline_like_a_tails_heading_is_a_headline(self) -> None:
        assert article("Categories: ایران\n\nآخرین اخبار\n\nمتن خبر.").title == "آخرین اخبار"


class TestPlainText:
    def test_the_first_line_is_the_headline_and_the_rest_the_body(self) -> None:
        found = article("\n تیتر خبر \n\nبند یک\n\n\n\nبند دو\n")
        assert (found.title, found.body) == ("تیتر خبر", "بند یک\n\nبند دو")

    @pytest.mark.parametrize(
        "dateline", ["سه‌شنبه ۲۸ شهریور ۱۴۰۲", "تاریخ: 1402/06/28", "2023-09-19", "سه شنبه ۲۸ شهریور"]
    )
    def test_a_date_is_looked_for_in_the_first_and_last_lines(self, dateline: str) -> None:
        for text in (f"تیتر\n{dateline}\nمتن خبر", f"{dateline}\nتیتر\nمتن خبر", f"تیتر\nمتن خبر\n\n{dateline}"):
            assert article(text).published == date(2023, 9, 19)
        assert article(f"تیتر\n{dateline}\nمتن خبر").title == "تیتر"

    def test_a_date_far_within_is_not_the_articles(self) -> None:
        text = "تیتر\n" + "بند.\n" * 10 + "انقلاب ۲۲ بهمن ۱۳۵۷\n" + "بند.\n" * 10
        found, note = items(text)
        assert isinstance(found, Found)
        assert found.article.published is None
        assert note == Note("page.txt", None, "kept without 'published': no date was found")

    def test_a_day_that_does_not_exist_is_noted(self) -> None:
        _, note = items("تیتر\n۳۰ اسفند ۱۴۰۲\nمتن")
        assert isinstance(note, Note)
        assert "there is no day 1402-12-30" in note.text

    def test_a_heading_like_a_tails_cuts_nothing_off(self) -> None:
        assert article("تیتر\n\nمتن.\n\nآخرین اخبار\n\nادامهٔ متن.").body == "متن.\n\nآخرین اخبار\n\nادامهٔ متن."

    def test_a_first_paragraph_is_no_headline(self) -> None:
        found = article("واژه " * 100 + "\n\nبند دو")
        assert found.title == ""
        assert found.body.startswith("واژه")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xc7\xc8", "no UTF-8 at byte 1"),
        (b"a\0b", "no text"),
        (b"\xff\xfea", "UTF-8"),
    ],
)
def test_what_is_no_text_is_reported(data: bytes, why: str) -> None:
    (item,) = items(data)
    assert isinstance(item, Unreadable)
    assert why in item.error


@given(
    st.lists(st.sampled_from(["Categories: ایران", "Recent Posts", "9 ماه ago", "متن خبر.", "", "مصی", "۱۴۰۲/۱۳/۱"]))
)
def test_no_order_of_lines_is_too_odd(lines: list[str]) -> None:
    for item in items("\n".join(lines), stubs=True):
        assert isinstance(item, Found | Note | Unreadable)
