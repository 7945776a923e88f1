"""Everything without scripts: plain links and forms."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("phone", [False, True])
def test_searching_filtering_sorting_and_turning_pages(visit, phone):
    page = visit(phone=phone, scripts=False)
    page.locator("#q").fill("نمایشگاه")
    page.locator("form.search button").click()
    assert page.locator(".total strong").inner_text() == "۲۴ خبر"
    page.locator("a[rel=next]").click()
    assert "page=2" in page.url
    if phone:
        page.locator(".filters > summary").click()
    page.locator(".choice", has_text="ورزش").click()
    assert page.locator(".total strong").inner_text() == "۶ خبر"
    page.locator(".chip").click()
    page.locator(".sorts a", has_text="قدیمی‌ترین").click()
    assert "گزارش 23" in page.locator(".title").first.inner_text()


def test_a_range_is_typed_and_a_month_opened(visit):
    page = visit("/?q=نمایشگاه", scripts=False)
    page.locator("#from").fill("۱۴۰۴/۰۱/۰۱")
    page.locator("#to").fill("2025-04-20")
    page.locator(".range > button").click()
    assert page.locator(".chip").count() == 2
    page.locator(".months summary").first.click()
    page.locator(".months .choice").first.click()
    assert page.locator(".days a").count() > 0


def test_the_drawer_of_a_phone_opens_and_closes(visit):
    page = visit("/?q=نمایشگاه", phone=True, scripts=False)
    page.locator(".filters > summary").click()
    assert page.locator(".filters-body").is_visible()
    page.locator(".filters-done").click()
    assert not page.locator(".filters-body").is_visible()


def test_copies_of_a_story_open(visit):
    page = visit("/?q=لتیان", scripts=False)
    assert page.locator(".hit").count() == 1
    assert page.locator(".total strong").inner_text() == "۳ خبر"
    page.locator(".copies summary").click()
    assert page.locator(".copies li a").count() == 2
    page.locator(".copies li a").first.click()
    assert "/article/dam-" in page.url
