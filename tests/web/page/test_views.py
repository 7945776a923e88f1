"""The search page as a browser gets it."""

import re
from html import unescape
from urllib.parse import quote, unquote

import pytest
from selectolax.lexbor import LexborHTMLParser

from search_service.web.page.state import State


def page(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    return LexborHTMLParser(response.text)


def texts(tree, selector):
    return [" ".join(node.text().split()) for node in tree.css(selector)]


def size(client, url, **options):
    """How many bytes an address answers with."""
    with client.get(url, **options) as response:
        assert response.status_code == 200
        return len(response.data)


def link(tree, selector, label):
    """The address behind the link that holds this label."""
    (found,) = [node for node in tree.css(selector) if label in node.text()]
    return found.attributes["href"]


def test_the_page_is_persian_and_right_to_left(client):
    root = page(client, "/").css_first("html")
    assert (root.attributes["lang"], root.attributes["dir"]) == ("fa", "rtl")


def test_the_front_page_shows_the_newest_articles(client):
    tree = page(client, "/")
    assert texts(tree, ".hit .title")[0] == "بازگشت آب به رودخانه‌های شمال"
    assert texts(tree, ".total") == ["۵ خبر"]
    assert "تازه‌ترین خبرها" in texts(tree, "h2")


def test_a_hit_shows_what_a_reader_looks_for(client):
    tree = page(client, "/?q=رودخانه")
    assert texts(tree, ".kicker") == ["گزارش از دره‌های هراز"]
    assert texts(tree, ".title mark") == ["رودخانه‌های"]
    assert texts(tree, ".snippet mark")
    assert texts(tree, ".meta .outlet") == ["روزنامهٔ سپیدرود"]
    assert texts(tree, ".meta .author") == ["نگار فرهمند"]
    assert texts(tree, ".meta .category") == ["محیط زیست", "ایران"]
    time = tree.css_first("time")
    assert " ".join(time.text().split()) == "۱۰ خرداد ۱۴۰۴ ۱ روز پیش"
    assert time.attributes["title"] == "۳۱ مه ۲۰۲۵"
    assert time.attributes["datetime"] == "2025-05-31T09:00:00+03:30"
    assert re.fullmatch(r"۱ خبر در ۰٫\d{3} ثانیه", texts(tree, ".total")[0], re.ASCII) is None
    assert texts(tree, ".total")[0].startswith("۱ خبر در ۰٫")


def test_a_title_leads_to_the_outlet_or_to_our_own_page(client):
    river = page(client, "/?q=رودخانه").css_first(".title a").attributes["href"]
    assert river == "https://paper.example/news/river?id=1&lang=fa"
    library = page(client, "/?q=کتابخانه").css_first(".title a").attributes["href"]
    assert library == "/article/library"
    assert "روستا خاموش می‌شود" in page(client, library).css_first(".reading").text()


def test_the_state_is_in_the_address_and_nowhere_else(client):
    tree = page(client, "/?q=خبر&category=ورزش&sort=newest&from=1400")
    assert tree.css_first("#q").attributes["value"] == "خبر"
    hidden = {node.attributes["name"]: node.attributes["value"] for node in tree.css("form.search input[type=hidden]")}
    assert hidden == {"category": "ورزش", "sort": "newest", "from": "1400"}
    assert tree.css_first("input[name=from]:not([type=hidden])").attributes["value"] == "۱۴۰۰"


def test_several_categories_are_chosen_and_taken_back(client):
    one = page(client, link(page(client, "/"), ".choice", "ورزش"))
    assert texts(one, ".total") == ["۱ خبر"]
    both = page(client, link(one, ".choice", "آموزش"))
    assert texts(both, ".total") == ["۲ خبر"]
    assert sorted(texts(both, ".chip bdi")) == ["آموزش", "ورزش"]
    assert len(both.css(".choice[aria-current]")) == 2
    assert texts(page(client, link(both, ".chip", "ورزش")), ".chip bdi") == ["آموزش"]
    assert texts(page(client, link(both, ".clear", "همه")), ".total") == ["۵ خبر"]


def test_years_open_to_months_and_chosen_months_to_days(client):
    front = page(client, "/")
    assert [text.split()[0] for text in texts(front, ".year > .choice")] == ["۱۴۰۴", "۱۴۰۳", "۱۴۰۲"]
    assert not front.css(".months[open]")
    assert not front.css(".days")
    year = page(client, link(front, ".year > .choice", "۱۴۰۳"))
    assert texts(year, ".total") == ["۲ خبر"]
    assert len(year.css(".months[open]")) == 1
    month = page(client, link(year, ".months .choice", "مهر"))
    assert texts(month, ".chip bdi") == ["مهر ۱۴۰۳"]
    assert texts(month, ".days a") == ["۱۵"]
    day = page(client, link(month, ".days a", "۱۵"))
    assert texts(day, ".chip bdi") == ["۱۵ مهر ۱۴۰۳"]
    assert texts(day, ".total") == ["۱ خبر"]


def test_a_range_is_typed_in_any_digits(client):
    tree = page(client, "/?from=۱۴۰۳/۰۱/۰۱&to=1403-12-29")
    assert texts(tree, ".total") == ["۲ خبر"]
    assert texts(tree, ".chip bdi") == ["از ۱ فروردین ۱۴۰۳", "تا ۲۹ اسفند ۱۴۰۳"]


@pytest.mark.parametrize(
    ("name", "chip"),
    [("outlet", "منبع: روزنامهٔ سپیدرود"), ("author", "نویسنده: نگار فرهمند"), ("category", "محیط زیست")],
)
def test_outlet_author_and_category_of_a_hit_narrow_what_was_searched(client, name, chip):
    url = page(client, "/?q=رودخانه&date=1404").css_first(f".meta .{name}").attributes["href"]
    tree = page(client, url)
    assert texts(tree, ".total")[0].startswith("۱ خبر")
    assert tree.css_first("#q").attributes["value"] == "رودخانه"
    assert sorted(texts(tree, ".chip bdi")) == sorted([chip, "۱۴۰۴"])
    assert texts(page(client, link(tree, ".chip", chip)), ".chip bdi") == ["۱۴۰۴"]


def test_the_heading_says_what_was_searched_and_where(client):
    tree = page(client, "/?q=رودخانه&category=ایران&date=1404")
    assert texts(tree, "#heading") == ["نتیجه‌های جست‌وجوی «رودخانه» — ایران، ۱۴۰۴"]
    assert texts(page(client, "/?q=رودخانه"), "#heading") == ["نتیجه‌های جست‌وجوی «رودخانه»"]


def test_an_article_leads_back_to_the_list_from_which_it_was_opened(client):
    listed = "/?q=رودخانه&category=ایران&page=2"
    response = client.get("/article/river", headers={"Referer": f"http://localhost{quote(listed, safe='/?=&')}"})
    tree = LexborHTMLParser(response.text)
    back = tree.css_first(".back a")
    assert back.text() == "بازگشت به نتیجه‌ها"
    assert unquote(back.attributes["href"]) == listed
    assert "Referer" in response.vary
    assert texts(tree, ".skip") == ["پرش به متن خبر"]


@pytest.mark.parametrize(
    "referrer",
    ["http://else.example/?q=x", "http://localhost/", "http://localhost/help?q=x", "http://localhost/?page=x", "//["],
)
def test_only_a_list_of_this_site_is_gone_back_to(client, referrer):
    response = client.get("/article/river", headers={"Referer": referrer})
    assert response.status_code == 200
    assert not LexborHTMLParser(response.text).css(".back")


def test_a_category_is_spelt_as_among_the_filters(open_house):
    from search_service.article import Article

    house = open_house()
    spelt = ["بین‌الملل", "بین‌الملل", "بين الملل"]
    house.put(*(Article.parse({"id": f"a{n}", "title": "خبر", "categories": [name]}) for n, name in enumerate(spelt)))
    assert set(texts(page(house.client, "/"), ".meta .category")) == {"بین‌الملل"}


def test_without_a_query_nothing_is_more_relevant(client):
    assert texts(page(client, "/"), ".sorts a") == ["تازه‌ترین", "قدیمی‌ترین"]
    assert texts(page(client, "/?q=خبر+OR+این+OR+در"), ".sorts a")[0] == "مرتبط‌ترین"
    assert texts(page(client, "/?sort=oldest"), ".hit .title")[0].startswith("<script>")


def test_pages_are_links_with_rel(open_house):
    from search_service.article import Article

    house = open_house()
    house.put(*(Article.parse({"id": f"a{n}", "title": f"خبر {n}"}) for n in range(25)))
    first, second = page(house.client, "/"), page(house.client, "/?page=2")
    assert len(first.css(".hit")) == 10
    assert first.css_first("link[rel=next]").attributes["href"] == "/?page=2"
    assert not first.css("[rel=prev]")
    assert second.css_first("a[rel=prev]").attributes["href"] == "/"
    assert texts(second, ".position") == ["صفحهٔ ۲ از ۳"]
    assert texts(second, ".numbers [aria-current=page]") == ["۲"]
    past = page(house.client, "/?page=9")
    assert "نتیجه‌ها پیش از این صفحه" in past.text()


def test_a_changed_query_is_told_with_a_way_back(client):
    tree = page(client, "/?q=" + quote("v,nohki"))
    (notice,) = tree.css(".notice")
    assert "به‌جای «v,nohki»، «رودخانه» جست‌وجو شد." in " ".join(notice.text().split())
    back = page(client, notice.css_first("a").attributes["href"])
    assert not back.css(".notice")
    assert "چیزی پیدا نشد" in texts(back, ".none h2")


def test_a_relaxed_query_is_told(client):
    tree = page(client, "/?q=رودخانه+شمال+هراز+فضانورد")
    assert "بیشتر واژه‌ها" in texts(tree, ".notice")[0]


def test_without_anything_to_choose_there_are_no_filters(client):
    assert not page(client, "/?q=فضانورد&match=all").css(".filters")


def test_nothing_found_helps(client):
    tree = page(client, "/?q=فضانورد&match=all")
    assert "چیزی پیدا نشد" in texts(tree, ".none h2")
    assert "هیچ خبری با «فضانورد» جور نیست." in texts(tree, ".none p")
    assert len(tree.css(".tips li")) >= 3


def test_filters_that_leave_nothing_are_named_as_the_cause(client):
    tree = page(client, "/?q=رودخانه&category=ورزش&source=روزنامهٔ+سپیدرود")
    told = ["در این پالایه‌ها خبری دربارهٔ «رودخانه» نیست. بدون پالایه ۱ خبر هست.", "یکی را بردارید:"]
    assert texts(tree, ".none p") == told
    assert not tree.css(".tips, .notice")
    assert texts(tree, ".way") == ["بدون «ورزش» ۱ خبر"]
    assert texts(page(client, link(tree, ".way", "ورزش")), ".total")[0].startswith("۱ خبر")


def test_filters_that_only_together_leave_nothing_can_all_be_taken_away(client):
    tree = page(client, "/?q=رودخانه&category=ورزش&source=خبرگزاری+دنا&date=1399")
    assert texts(tree, ".none p")[-1] == "همهٔ پالایه‌ها را بردارید:"
    assert texts(tree, ".way") == ["جست‌وجو بدون پالایه‌ها ۱ خبر"]


def test_a_single_filter_is_simply_taken_away(client):
    tree = page(client, "/?q=رودخانه&category=ورزش")
    assert texts(tree, ".none p")[-1] == "پالایه را بردارید:"
    tree = page(client, "/?date=1380")
    assert texts(tree, ".none p")[0] == "در این پالایه‌ها خبری نیست. بدون پالایه ۵ خبر هست."


def test_a_relaxed_query_that_finds_nothing_is_not_told(client):
    url = "/?q=رودخانه+فضانورد&category=ورزش"
    assert "یکی از آن‌ها" in texts(page(client, url.partition("&")[0]), ".notice")[0]
    assert not page(client, url).css(".notice")


def test_nearby_words_and_a_freer_query_are_advised(client):
    tree = page(client, "/?match=all&q=" + quote("رودخانحها"))
    assert "رودخانه‌های" in texts(tree, ".way")
    tree = page(client, "/?q=" + quote("«شمال رودخانه»"))
    assert texts(tree, ".way")[0] == "شمال رودخانه ۱ خبر"


@pytest.mark.parametrize(
    ("url", "status", "words", "way_on"),
    [
        ("/?q=آب&page=0", 400, "شمارهٔ صفحه", "/?q=%D8%A2%D8%A8"),
        ("/?page=500", 400, "قابل‌ورق‌زدن", "/"),
        ("/?q=" + "آ" * 600, 400, "بلند است", "/"),
        ("/?date=1402-13", 400, "تاریخ", "/"),
        ("/?sort=best", 400, "مرتب‌سازی", "/"),
        ("/nothing", 404, "چیزی در این نشانی نیست", "/"),
        ("/article/never", 404, "خبری با این شناسه نیست", "/"),
        ("/article/draft", 404, "خبری با این شناسه نیست", "/"),
        ("/article/tomorrow", 404, "خبری با این شناسه نیست", "/"),
    ],
)
def test_a_slip_is_told_in_persian_with_a_way_on(client, url, status, words, way_on):
    tree = page(client, url, status)
    assert words in tree.css_first("main").text()
    assert tree.css_first("main .button").attributes["href"] == way_on


def test_the_box_keeps_what_was_asked_when_it_failed(client):
    assert page(client, "/?q=آب&date=1402-13", 400).css_first("#q").attributes["value"] == "آب"


def test_an_empty_archive_has_a_friendly_page(house):
    assert "بایگانی هنوز خالی است" in page(house.client, "/", 503).css_first("main").text()


@pytest.mark.parametrize("url", ["/?q=گیومه", "/", '/?q="><script>alert(1)</script>', "/?category=<script>&tag=<b>"])
def test_injected_markup_stays_text(client, url):
    response = client.get(url)
    assert response.status_code == 200
    tree = LexborHTMLParser(response.text)
    assert not tree.css("script:not([src]), main b, main i, main img, [onerror]")
    assert not [a for a in tree.css("a") if (a.attributes["href"] or "").startswith("javascript")]


def test_markup_of_a_hostile_article_is_shown_as_text(client):
    tree = page(client, "/?q=گیومه")
    assert tree.css_first(".title").text() == '<script>alert("title")</script> و <b>پررنگ</b> & «گیومه»'
    assert texts(tree, ".title mark") == ["گیومه"]
    own = tree.css_first(".title a").attributes["href"]
    assert own.startswith("/article/")
    reading = page(client, own)
    assert "<img src=x onerror=alert(1)>" in reading.css_first(".reading").text()
    assert not reading.css("script:not([src]), main b, main i, main img")


def test_every_link_of_the_page_leads_to_a_page(client):
    tree = page(client, "/?q=" + quote("رودخانه OR برنامه OR والیبال") + "&date=1403")
    urls = {node.attributes["href"] for node in tree.css("a") if node.attributes["href"].startswith("/")}
    assert len(urls) > 10
    for url in urls:
        assert client.get(url).status_code == 200, unescape(url)


def test_nothing_is_loaded_from_elsewhere(client):
    tree = page(client, "/")
    loads = "script, img, link[rel=stylesheet], link[rel=preload], link[rel=icon]"
    loaded = [node.attributes.get("src") or node.attributes.get("href") for node in tree.css(loads)]
    assert len(loaded) > 3
    assert all(url.startswith("/") for url in loaded)
    assert not tree.css("[style], style, [onclick]")
    assert all(size(client, url) for url in loaded)


def test_the_first_view_is_light(client):
    """Over the wire, as a browser that takes gzip gets it."""
    loads = page(client, "/").css("script, link[rel=stylesheet], link[rel=preload], link[rel=icon]")
    urls = ["/", *(node.attributes.get("src") or node.attributes["href"] for node in loads)]
    assert sum(size(client, url, headers={"Accept-Encoding": "gzip"}) for url in urls) < 100_000


def test_front_is_only_the_bare_address():
    assert State().front
    assert not State(sort="oldest").front
    assert State(lang="en").front


def test_a_date_that_is_none_stays_in_its_field_with_what_to_write(client):
    tree = page(client, "/?q=آب&from=x&to=1404-03-30")
    assert tree.css_first("#from").attributes["value"] == "x"
    assert tree.css_first("#from").attributes["aria-describedby"] == "from-wrong"
    assert tree.css_first("#from-wrong").text() == "این تاریخ را نشناختیم؛ مانند ۱۴۰۲/۰۶/۲۸ بنویسید."
    assert tree.css_first("#to").attributes["value"] == "۱۴۰۴/۰۳/۳۰"
    assert "«x»" in tree.css_first(".notice").text()
    assert not any("from=" in (each.attributes.get("href") or "") for each in tree.css(".choice, .chip"))
    assert "open" in tree.css_first("details.filters").attributes


def test_a_reversed_span_is_searched_the_right_way_round(client):
    tree = page(client, "/?from=1405&to=۱۴۰۰")
    assert [tree.css_first(f"#{name}").attributes["value"] for name in ("from", "to")] == ["۱۴۰۰", "۱۴۰۵"]


def test_articles_without_a_date_are_told_of_in_a_note(client):
    assert page(client, "/").css_first(".undated").text() == "۱ خبر تاریخ ندارد"


def test_a_date_that_is_none_is_told_where_nothing_is_found_too(client):
    tree = page(client, "/?q=ققنوس‌نامه&from=x")
    assert tree.css_first("#from").attributes["value"] == "x"
