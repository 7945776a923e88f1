"""The search on a page of another site."""

from __future__ import annotations


def test_the_box_searches_from_an_allowed_origin(visit, cms):
    page = visit(cms)
    box = page.locator("news-search input")
    assert box.is_visible()
    box.press_sequentially("نمایش")
    page.locator("news-search [role=option]").first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.locator("news-search .hit").first.wait_for()
    assert page.locator("news-search .hit").count() == 3
    assert page.locator("news-search .told").first.inner_text() == "۲۴ خبر"
    assert page.locator("news-search mark").first.evaluate("node => getComputedStyle(node).fontSize") != "90px"
    button = page.locator("news-search button")
    assert button.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(1, 2, 3)"
    assert "/?q=" in page.locator("news-search .all").get_attribute("href")


def test_markup_stays_text_there_too(visit, cms):
    page = visit(cms)
    page.locator("news-search input").fill("نشانه")
    page.locator("news-search button").click()
    page.locator("news-search .hit").first.wait_for()
    assert page.locator("news-search img, news-search script").count() == 0
    assert "<script>" in page.locator("news-search .hit").first.inner_text()


def test_the_demonstration_works(visit):
    page = visit("/embed")
    first = page.locator("news-search").first
    first.locator("input").fill("لتیان")
    first.locator("button").click()
    first.locator(".hit").first.wait_for()
    assert page.locator("news-search .hit").count() == 3
