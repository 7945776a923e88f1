"""What is shown: marks, pictures, ages, ways back; nothing of it moves."""

from __future__ import annotations

from urllib.parse import quote

import pytest


def test_marks_never_break_letters_that_join(visit):
    """The marked text is as wide as without its marks: joined letters have other widths than single ones."""
    page = visit("/?q=" + quote("نمایش* OR کتاب"))
    assert page.locator(".hits mark").count() > 20
    wrong = page.evaluate(
        """() => {
          const widths = node => { const range = document.createRange(); range.selectNodeContents(node);
            return [...range.getClientRects()].reduce((sum, rect) => Math.max(sum, rect.right), 0)
              - [...range.getClientRects()].reduce((sum, rect) => Math.min(sum, rect.left), Infinity); };
          const wrong = [];
          for (const title of document.querySelectorAll('.hits .title a')) {
            const marked = title.cloneNode(true), plain = title.cloneNode(true);
            plain.textContent = plain.textContent;
            const box = document.createElement('div');
            box.className = 'title';
            box.style.cssText = 'position:absolute;white-space:nowrap;width:max-content';
            document.body.append(box);
            box.replaceChildren(marked); const with_ = widths(box);
            box.replaceChildren(plain); const without = widths(box);
            // A mark inside a word, too.
            const inside = title.cloneNode(true);
            inside.innerHTML = plain.textContent.replace(/مایشگا/, '<mark>مایشگا</mark>');
            box.replaceChildren(inside); const within = widths(box);
            box.remove();
            const apart = Math.max(Math.abs(with_ - without), Math.abs(within - without));
            if (apart > 0.05) wrong.push([with_, without, within]);
          }
          return wrong;
        }"""
    )
    assert wrong == []


def test_a_hit_has_kicker_picture_outlet_date_and_age(visit):
    page = visit("/?q=لتیان")
    hit = page.locator(".hit").first
    assert hit.locator(".kicker").inner_text() == "آب و هوا"
    assert hit.locator(":scope > article > .meta time").inner_text() == "۱۱ خرداد ۱۴۰۴ ۳ ساعت پیش"
    assert hit.locator(".meta .outlet").first.inner_text() == "روزنامهٔ سپیدرود"
    picture = hit.locator("img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.hit img').complete")
    assert picture.evaluate("node => node.naturalWidth > 0")
    hit.locator(".copies summary").click()
    assert hit.locator(".copies li").count() == 2


def test_a_changed_query_says_so_and_has_a_way_back(visit):
    page = visit("/?q=klhda'hi")
    assert "به‌جای «klhda'hi»، «نمایشگاه» جست‌وجو شد." in page.locator(".notice").inner_text()
    page.locator(".notice a").click()
    assert page.locator(".none h2").inner_text() == "چیزی پیدا نشد"


def test_nothing_found_shows_ways_on(visit):
    page = visit("/?q=لتیان&category=ورزش")
    page.locator(".way", has_text="بدون «ورزش»").click()
    assert page.locator(".total strong").inner_text() == "۳ خبر"


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("path", ["/", "/?q=نمایشگاه", "/help", "/article/dam-0", "/?lang=en&q=نمایشگاه"])
def test_nothing_shifts_and_nothing_overflows(visit, path, phone):
    page = visit(path, phone=phone)
    shift = page.evaluate(
        """() => new Promise(done => {
          let sum = 0;
          new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value; })
            .observe({ type: 'layout-shift', buffered: true });
          document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(sum))));
        })"""
    )
    assert shift < 0.02
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_markup_in_articles_stays_text(visit):
    for path in ("/?q=نشانه", "/article/hostile", "/?lang=en&q=نشانه"):
        page = visit(path)
        assert page.locator("main img, main script").count() == 0
        assert "<script>alert(2)</script>" in page.locator("main").inner_text()


def test_markup_in_a_query_stays_text(visit):
    page = visit("/?q=" + quote("<img src=x onerror=alert(1)>") + "&category=" + quote("<b>x</b>"))
    assert page.locator("main img, main b").count() == 0


def test_on_paper_there_are_results_and_nothing_to_press(visit):
    page = visit("/?q=نمایشگاه&category=ورزش")
    page.emulate_media(media="print")
    for selector in ("form.search", ".side", ".chips", ".took", ".sorts"):
        assert not page.locator(selector).is_visible(), selector
    assert page.locator(".hit").first.is_visible()
    assert page.locator("#heading").inner_text() == "نتیجه‌های جست‌وجوی «نمایشگاه» — ورزش"
    assert page.locator("#heading").bounding_box()["height"] > 20
    title = page.locator(".title a").first
    address = title.evaluate("node => [getComputedStyle(node, '::after').content, node.href, location.origin]")
    assert address[0] == f'"{address[1]}"'
    assert address[1].startswith(address[2])
    assert title.evaluate("node => getComputedStyle(node, '::after').display") == "block"


@pytest.mark.parametrize("path", ["/help", "/api", "/?q=نمایشگاه", "/help?lang=en"])
def test_nothing_overflows_where_the_margins_end(visit, path):
    page = visit(path)
    page.set_viewport_size({"width": 1200, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_article_leads_back_to_its_list(visit):
    page = visit("/?q=نمایشگاه&category=ورزش&sort=oldest")
    before = page.url
    page.locator(".title a").first.click()
    page.locator(".back a").click()
    assert page.url == before
