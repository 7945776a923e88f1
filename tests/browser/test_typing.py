"""Suggestions while typing: by keyboard, by mouse, and as a screen reader is told of them."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest


def type_(page, text):
    page.locator("#q").press_sequentially(text)
    page.wait_for_selector(".suggestions:not([hidden]) [role=option]")


def query(page):
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("phone", [False, True])
def test_the_keyboard_walks_the_list_and_goes(visit, phone):
    page = visit(phone=phone)
    box = page.locator("#q")
    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-expanded") == "false"
    type_(page, "نمایش")
    assert box.get_attribute("aria-expanded") == "true"
    options = page.locator("[role=option]")
    assert options.first.inner_text().split("\n")[0] == "نمایشگاه"
    box.press("ArrowDown")
    active = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert active.get_attribute("aria-selected") == "true"
    assert page.evaluate("document.activeElement.id") == "q"
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowUp")
    assert options.last.get_attribute("aria-selected") == "true"
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/?q=*")
    assert query(page)["q"] == ["نمایشگاه"]
    assert page.locator(".hit").count() == 10


def test_escape_closes_the_list_and_keeps_what_was_typed(visit):
    page = visit()
    type_(page, "نمایش")
    page.locator("#q").press("Escape")
    assert page.locator(".suggestions").is_hidden()
    assert page.locator("#q").input_value() == "نمایش"
    page.locator("#q").press("ArrowDown")
    page.wait_for_selector(".suggestions:not([hidden])")
    page.locator("#q").press("Tab")
    assert page.locator(".suggestions").is_hidden()


def test_a_click_on_a_word_searches_within_the_chosen_filters(visit):
    page = visit("/?category=ورزش")
    type_(page, "نما")
    page.locator("[role=option]", has_text="نمایشگاه").first.click()
    page.wait_for_url("**q=*")
    assert query(page) == {"q": ["نمایشگاه"], "category": ["ورزش"]}


def test_titles_and_categories_lead_to_their_places(visit):
    page = visit()
    type_(page, "سد لت")
    page.locator(".option-title").first.click()
    page.wait_for_url("**/article/dam-0")
    page = visit()
    type_(page, "محیط")
    page.locator(".option-category").click()
    page.wait_for_url("**category=*")
    assert page.locator(".total strong").inner_text() == "۳ خبر"


@pytest.mark.parametrize("typed", ["klhda", "nemay", "نمايش"])
def test_other_layouts_letters_and_latin_are_understood(visit, typed):
    page = visit()
    type_(page, typed)
    assert page.locator(".option-word").first.inner_text().startswith("نمایش")


def test_the_list_is_named_and_counted_for_a_screen_reader(visit):
    page = visit()
    type_(page, "نمایش")
    box = page.locator("#q")
    assert page.locator(f"#{box.get_attribute('aria-controls')}").get_attribute("role") == "listbox"
    assert page.locator("[role=listbox]").get_attribute("aria-label") == "پیشنهادها"
    assert "پیشنهاد؛" in page.locator("form.search [role=status]").inner_text()


def test_a_slash_comes_to_the_box(visit):
    page = visit("/?q=نمایشگاه")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("/")
    assert page.locator("#q").input_value() == "/"


def test_markup_in_suggestions_stays_text(visit):
    page = visit()
    type_(page, "نشان")
    assert page.locator("[role=option]", has_text="<script>").count() == 1
    assert page.locator("[role=option] img").count() == 0
