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


def opened(visit, path="/?q=نمایشگاه", **options):
    """A page on a phone with its drawer open, after a page to which Back could go."""
    page = visit("/help", phone=True, **options)
    page.goto(path)
    page.locator(".filters > summary").tap()
    page.wait_for_function("() => history.state?.layer === 1")
    return page


def test_the_drawers_button_takes_along_dates_that_are_not_yet_applied(visit):
    page = opened(visit)
    page.locator("#from").fill("۱۴۰۴/۰۲/۰۱")
    assert not page.locator(".filters-show a").is_visible()
    page.locator(".filters-show button", has_text="اعمال تاریخ و دیدن خبرها").tap()
    page.wait_for_url("**from=*")
    assert not page.locator("details.filters").evaluate("node => node.open")
    assert page.locator(".chip bdi").inner_text() == "از ۱ اردیبهشت ۱۴۰۴"


def test_written_dates_stay_through_another_choice_and_a_closed_drawer(visit):
    page = opened(visit)
    page.locator("#to").fill("1404/02")
    choose(page, ".choice", "ورزش")
    assert page.locator("#to").input_value() == "1404/02"
    page.locator(".filters-done").tap()
    page.wait_for_function("() => !history.state")
    page.locator(".filters > summary").tap()
    assert page.locator("#to").input_value() == "1404/02"
    choose(page, ".quick a", "این ماه")
    assert page.locator("#to").input_value() == "۱۴۰۴/۰۳/۱۱"
    assert page.locator(".filters-show a").is_visible()


def test_on_a_phone_the_calendar_covers_no_field_and_no_button(visit):
    page = opened(visit)
    page.locator(".calendar-open").first.tap()
    box = page.locator(".calendar").bounding_box()
    assert page.locator("#to").bounding_box()["y"] >= box["y"] + box["height"]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.locator(".calendar td button").first.tap()
    assert page.locator(".filters-show button").is_visible()


def test_back_closes_the_calendar_then_the_drawer_and_keeps_what_was_chosen(visit):
    page = opened(visit)
    choose(page, ".choice", "ورزش")
    page.locator(".calendar-open").first.tap()
    page.evaluate("history.back()")
    page.wait_for_selector(".calendar", state="detached")
    assert page.locator(".filters-body").is_visible()
    page.evaluate("history.back()")
    page.wait_for_function("() => !document.querySelector('.filters').open")
    assert total(page) == "۶ خبر"
    page.evaluate("history.back()")
    page.wait_for_function("() => document.querySelector('.total strong').textContent === '۲۴ خبر'")
    page.evaluate("history.back()")
    page.wait_for_url("**/help")


def test_back_closes_the_drawer_after_a_day_was_chosen_in_the_calendar(visit):
    page = opened(visit)
    page.locator(".calendar-open").first.tap()
    page.locator(".calendar td button").first.tap()
    page.evaluate("history.back()")
    page.wait_for_function("() => !document.querySelector('.filters').open && !history.state")
    page.evaluate("history.back()")
    page.wait_for_url("**/help")


def test_a_drawer_closed_by_hand_leaves_nothing_in_the_history(visit):
    page = opened(visit)
    page.locator(".calendar-open").first.tap()
    page.locator(".filters-done").tap()
    page.wait_for_function("() => !history.state")
    page.evaluate("history.back()")
    page.wait_for_url("**/help")


def test_on_a_wide_screen_a_calendar_is_no_step_of_the_history(visit):
    page = visit("/?q=نمایشگاه")
    steps = page.evaluate("history.length")
    page.locator(".calendar-open").first.click()
    assert page.evaluate("history.length") == steps


@pytest.mark.parametrize(
    ("path", "month"),
    [
        ("/?from=1402/05/03&to=1403/07/01", "مرداد ۱۴۰۲"),
        ("/?to=1403/07/01", "مهر ۱۴۰۳"),
        ("/?q=نمایشگاه&date=1403-08", "خرداد ۱۴۰۴"),
        ("/?q=کتاب&to=1403", "فروردین ۱۴۰۳"),
    ],
    ids=["its-own", "the-other-end", "newest", "the-other-year"],
)
def test_the_calendar_opens_where_the_reader_is(visit, path, month):
    page = visit(path)
    page.locator(".calendar-open").first.click()
    assert page.locator(".calendar-month").inner_text() == month


def test_a_calendar_steps_by_years(visit):
    page = visit("/?from=1403/12/30")
    page.locator(".calendar-open").first.click()
    page.get_by_role("button", name="سال پیش").click()
    assert page.locator(".calendar-month").inner_text() == "اسفند ۱۴۰۲"
    page.get_by_role("button", name="ماه پیش").click()
    page.get_by_role("button", name="سال بعد").click()
    assert page.locator(".calendar-month").inner_text() == "بهمن ۱۴۰۳"


def test_only_what_was_chosen_is_filled_and_the_span_between_is_marked(visit):
    page = visit("/?from=1403/07/10&to=1403/07/15")
    page.locator(".calendar-open").first.click()
    assert page.locator("[aria-selected]").all_inner_texts() == ["۱۰"]
    assert page.locator(".calendar-within").all_inner_texts() == ["۱۱", "۱۲", "۱۳", "۱۴"]
    assert page.get_by_role("button", name="۱۵ مهر ۱۴۰۳ (تا)").count() == 1
    page.get_by_role("button", name="ماه بعد").click()
    fills = "nodes => new Set(nodes.map(node => getComputedStyle(node).backgroundColor)).size"
    assert page.locator(".calendar td button").evaluate_all(fills) == 1


@pytest.mark.parametrize(("lang", "right"), [("fa", "ماه پیش"), ("en", "Next month")])
def test_the_arrows_of_the_calendar_point_outwards(visit, lang, right):
    page = visit(f"/?q=نمایشگاه&lang={lang}")
    page.locator(".calendar-open").first.click()
    button = page.get_by_role("button", name=right)
    assert button.locator("path").get_attribute("d") == "m9.5 6 6 6-6 6"
    title = page.locator(".calendar-month").bounding_box()
    assert button.bounding_box()["x"] >= title["x"] + title["width"] - 1


def test_a_date_that_is_none_is_told_beside_its_field(visit):
    page = visit("/?q=نمایشگاه", phone=True)
    page.locator(".filters > summary").tap()
    page.locator("#from").fill("دیروز")
    page.locator("#to").fill("28 شهریور 1403")
    page.locator(".filters-show button").tap()
    page.wait_for_selector(".wrong")
    assert page.locator("#from").input_value() == "دیروز"
    assert page.locator("#to").input_value() == "۱۴۰۳/۰۶/۲۸"
    assert page.locator(".wrong").is_visible()
    assert page.evaluate("document.activeElement.id") == "from"


def test_a_range_without_articles_keeps_the_drawers_button(visit):
    page = opened(visit, "/?q=لتیان&category=ورزش")
    page.locator(".filters-show a", has_text="خبری نیست").tap()
    assert not page.locator("details.filters").evaluate("node => node.open")
