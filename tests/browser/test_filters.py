"""Facets, chips, ranges, the calendar and the drawer, in place and from the keyboard."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest


def query(page):
    return parse_qs(urlsplit(page.url).query)


def total(page):
    return page.locator(".total strong").inner_text()


def choose(page, selector, text):
    """Follows a link that takes effect in place, and waits until it has."""
    columns = page.locator("#columns").element_handle()
    page.locator(selector, has_text=text).first.click()
    page.wait_for_function("columns => !columns.isConnected", arg=columns)


def test_several_categories_one_after_the_other_without_leaving_the_page(visit):
    page = visit("/?q=نمایشگاه")
    page.evaluate("window.stayed = true")
    assert total(page) == "۲۴ خبر"
    choose(page, ".choice", "ورزش")
    assert total(page) == "۶ خبر"
    assert page.locator(".choice", has_text="جهان").locator(".count").inner_text() == "۶"
    choose(page, ".choice", "جهان")
    assert total(page) == "۱۲ خبر"
    assert query(page)["category"] == ["ورزش", "جهان"]
    assert page.evaluate("document.activeElement.textContent").startswith("جهان")
    choose(page, ".chip", "ورزش")
    assert query(page)["category"] == ["جهان"]
    choose(page, ".sorts a", "قدیمی‌ترین")
    assert query(page)["sort"] == ["oldest"]
    assert page.evaluate("window.stayed")
    assert page.locator("form.search input[name=sort]").get_attribute("value") == "oldest"
    assert "sort=oldest" in page.locator("link[type='application/atom+xml']").get_attribute("href")


def test_the_back_button_goes_one_choice_back(visit):
    page = visit("/?q=نمایشگاه")
    choose(page, ".choice", "ورزش")
    page.go_back()
    page.wait_for_function("() => document.querySelector('.total strong').textContent === '۲۴ خبر'")
    page.go_forward()
    page.wait_for_function("() => document.querySelector('.total strong').textContent === '۶ خبر'")


def test_a_choice_on_the_front_page_brings_the_smaller_head(visit):
    page = visit()
    choose(page, ".choice", "ورزش")
    assert page.locator(".masthead-front").count() == 0
    page.locator("#q").press_sequentially("نمایش")
    page.wait_for_selector("[role=option]")


def test_years_open_to_months_and_days(visit):
    page = visit("/?q=نمایشگاه")
    page.locator(".months summary").first.click()
    choose(page, ".months .choice", "اردیبهشت")
    assert query(page)["date"] == ["1404-02"]
    choose(page, ".days a", "۱۴")
    assert query(page)["date"] == ["1404-02-14"]
    assert page.locator(".chip bdi").inner_text() == "۱۴ اردیبهشت ۱۴۰۴"


def test_quick_ranges(visit):
    page = visit("/")
    choose(page, ".quick a", "این هفته")
    assert query(page) == {"from": ["1404-03-10"], "to": ["1404-03-11"]}
    assert total(page) == "۴ خبر"
    choose(page, ".quick a", "امروز")
    assert total(page) == "۳ خبر"
    assert page.locator(".chip bdi").all_inner_texts() == ["امروز"]
    choose(page, ".quick a", "امروز")
    assert query(page) == {}


def test_a_day_is_chosen_from_the_calendar_by_keyboard(visit):
    page = visit("/?q=نمایشگاه&from=1404/02/30")
    page.locator(".calendar-open").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    assert dialog.locator(".calendar-month").inner_text() == "اردیبهشت ۱۴۰۴"
    focused = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused) == "۳۰ اردیبهشت ۱۴۰۴"
    page.keyboard.press("ArrowLeft")  # onwards, in a text from right to left
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focused) == "۱ خرداد ۱۴۰۴"
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    assert page.evaluate(focused) == "۲۹ فروردین ۱۴۰۴"
    page.keyboard.press("Enter")
    assert dialog.count() == 0
    assert page.locator("#from").input_value() == "۱۴۰۴/۰۱/۲۹"
    page.keyboard.press("Enter")
    page.wait_for_url("**from=*")
    assert page.locator(".chip bdi").inner_text() == "از ۲۹ فروردین ۱۴۰۴"


@pytest.mark.parametrize(
    ("day", "month", "days"),
    [("1403/12/30", "اسفند ۱۴۰۳", 30), ("۱۴۰۲/۱۲/۲۹", "اسفند ۱۴۰۲", 29), ("2023-09-19", "شهریور ۱۴۰۲", 31)],
)
def test_the_calendar_knows_leap_years_any_digits_and_both_calendars(visit, day, month, days):
    page = visit("/?q=نمایشگاه")
    page.locator("#from").fill(day)
    page.locator(".calendar-open").first.click()
    assert page.locator(".calendar-month").inner_text() == month
    assert page.locator(".calendar td button").count() == days
    page.keyboard.press("Escape")
    assert page.locator(".calendar").count() == 0
    assert page.evaluate("document.activeElement.className") == "calendar-open"


def test_the_english_calendar_is_gregorian(visit):
    page = visit("/?lang=en&from=2024-02-29")
    page.locator(".calendar-open").first.click()
    assert page.locator(".calendar-month").inner_text() == "February 2024"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("#from").input_value() == "2024-03-01"


def test_on_a_phone_the_filters_are_a_drawer_that_stays_open(visit):
    page = visit("/?q=نمایشگاه", phone=True)
    drawer = page.locator("details.filters")
    assert not page.locator(".filters-body").is_visible()
    page.locator(".filters > summary").tap()
    assert page.locator(".filters-body").is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    choose(page, ".choice", "ورزش")
    choose(page, ".choice", "جهان")
    assert drawer.evaluate("node => node.open")
    page.locator(".filters-show a", has_text="دیدن ۱۲ خبر").tap()
    assert not drawer.evaluate("node => node.open")
    assert page.locator(".badge").inner_text() == "۲"
    assert total(page) == "۱۲ خبر"


def test_the_drawer_closes_by_escape_and_by_its_veil_and_holds_the_focus(visit):
    page = visit("/?q=نمایشگاه", phone=True)
    drawer = page.locator("details.filters")
    page.locator(".filters > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("!!document.activeElement.closest('.filters')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Escape")
    assert not drawer.evaluate("node => node.open")
    page.locator(".filters > summary").tap()
    page.touchscreen.tap(200, 20)
    assert not drawer.evaluate("node => node.open")
