"""For everyone: axe-core finds nothing, targets are large enough, the keyboard reaches everything."""

from __future__ import annotations

from pathlib import Path

import pytest

axe = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
SCRIPT = (Path(axe.__file__).parent / "axe.min.js").read_text("utf-8")

PAGES = {
    "front": "/",
    "results": "/?q=نمایشگاه",
    "filtered": "/?q=نمایشگاه&category=ورزش&category=جهان&date=1404-02&from=1400",
    "corrected": "/?q=klhda'hi",
    "nothing": "/?q=لتیان&category=ورزش",
    "unread date": "/?q=نمایشگاه&from=x",
    "help": "/help",
    "article": "/article/dam-0",
    "embed": "/embed",
    "english": "/?lang=en&q=نمایشگاه",
}


def violations(page):
    """What axe finds; the page's policy lets no foreign script in, so it runs as the browser's own."""
    page.evaluate(SCRIPT)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("rules => axe.run({ runOnly: rules })", rules)
    return [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found["violations"]]


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desktop-light", "phone-dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing(visit, path, phone, dark):
    assert violations(visit(path, phone=phone, dark=dark)) == []


@pytest.mark.parametrize(("phone", "dark"), [(True, False), (False, True)], ids=["phone-light", "desktop-dark"])
def test_axe_finds_nothing_in_the_other_dresses(visit, phone, dark):
    assert violations(visit(PAGES["filtered"], phone=phone, dark=dark)) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_what_opens(visit, dark):
    page = visit("/?q=نمایشگاه", phone=True, dark=dark)
    page.locator(".filters > summary").tap()
    assert violations(page) == []
    page.locator(".calendar-open").first.tap()
    assert violations(page) == []
    page = visit("/", dark=dark)
    page.locator("#q").press_sequentially("نمایش")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    assert violations(page) == []


def test_an_error_is_told_accessibly(visit):
    assert violations(visit("/?date=1402-13", status=400)) == []


@pytest.mark.parametrize("path", ["/", "/?q=نمایشگاه&category=ورزش", "/?q=لتیان", "/help"])
def test_what_is_pressed_on_a_phone_is_large_enough(visit, path):
    """44 px, but for links within a line of text (WCAG 2.5.5)."""
    page = visit(path, phone=True)
    if page.locator(".filters").count():
        page.locator(".filters > summary").tap()
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
          .filter(node => node.checkVisibility() && !node.closest('p.meta, .title, .notice, .copies li, .skip'))
          .filter(node => node.getBoundingClientRect().height < 43.5)
          .map(node => node.outerHTML.slice(0, 90))"""
    )
    assert small == []


def test_the_keyboard_alone_searches_filters_and_reads(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(8):
        if page.evaluate("document.activeElement.id") == "q":
            break
        page.keyboard.press("Tab")
    page.keyboard.insert_text("نمایشگاه")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the head, to the results
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate("document.activeElement.className") == "choice"
    assert page.evaluate(outline) == "solid"
    columns = page.locator("#columns").element_handle()
    page.keyboard.press("Enter")
    page.wait_for_function("columns => !columns.isConnected", arg=columns)
    assert page.locator(".chip").count() == 1
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.title')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/*")
