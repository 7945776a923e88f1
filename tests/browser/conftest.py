"""The page in a real browser: headless Chromium against a running server.

Skipped where playwright or a Chromium is not found.  Every page that a test opens is
watched: a message on the console, an error of a script or a request to another host
fails the test.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from search_service.archive.archive import Archive
from search_service.article import TEHRAN, Article
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.indexer import Indexer
from search_service.settings import Settings
from search_service.web.app import create_app

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=TEHRAN)
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

STORY = (
    "بارش‌های بهاری سد لتیان را پر کرد و سرریز آن پس از شش سال دوباره به راه افتاد. به گفتهٔ شرکت آب منطقه‌ای، "
    "ذخیرهٔ پنج سد تهران هنوز از میانگین بلندمدت کمتر است و صرفه‌جویی باید ادامه یابد."
)
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


def articles() -> list[Article]:
    """A story of three outlets, one with markup past the door, and enough others for three pages."""
    outlets = ("روزنامهٔ سپیدرود", "خبرگزاری دنا", "ایستگاه خبر")
    made = [
        Article(
            id=f"dam-{n}",
            kicker="آب و هوا" if n == 0 else "",
            title="سد لتیان سرریز کرد",
            lead="" if n == 0 else f"به گزارش {outlet}، سد لتیان پر شد.",
            body=STORY,
            categories=("محیط زیست", "ایران"),
            tags=("آب",),
            source=outlet,
            image="/static/icon.svg" if n == 0 else None,
            published=NOW - timedelta(hours=3 + n),
            version=1,
        )
        for n, outlet in enumerate(outlets)
    ]
    sections = ("ورزش", "اقتصاد", "جهان", "علم و فناوری")
    made += [
        Article(
            id=f"report-{n}",
            title=f"گزارش {n}: نمایشگاه کتاب‌های کودک در شهر {'تهران' if n % 2 else 'شیراز'}",
            body=f"نمایشگاه بین‌المللی کتاب شمارهٔ {n} امروز گشایش یافت. کتاب‌خوانان از صبح در صف ایستاده بودند.",
            categories=(sections[n % 4],),
            authors=("نگار فرهمند",),
            source=outlets[n % 3],
            published=NOW - timedelta(days=9 * n + 1),
            version=1,
        )
        for n in range(24)
    ]
    given = Article(id="hostile", title="x", version=1).model_dump()
    hostile = given | {"title": f"نشانه {HOSTILE}", "body": f"متن {HOSTILE} پایان", "categories": (HOSTILE,)}
    return [*made, Article.model_construct(**hostile | {"authors": (HOSTILE,), "kicker": HOSTILE, "source": HOSTILE})]


class _Quiet(WSGIRequestHandler):
    def log(self, *args: Any) -> None:
        """Nothing: a test tells what it needs."""


CMS_PAGE = """<!doctype html><html lang="fa" dir="rtl"><meta charset="utf-8"><title>CMS</title>
<link rel="icon" href="data:,">
<style>input { display: none !important } mark { font-size: 90px } body { --news-search-accent: rgb(1, 2, 3) }</style>
<body><main><h1>CMS</h1><news-search size="3"></news-search></main><script src="HOME/embed.js" async></script>"""
"""A page of another site, with styles that would spoil all that they reach."""


class _Served:
    """An app on a port of its own, in a thread."""

    def __init__(self, app: Any) -> None:
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The addresses of a running service, and of a CMS whose page embeds its search."""
    pages: list[bytes] = []

    def cms(environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return pages

    other = _Served(cms)
    folder = tmp_path_factory.mktemp("browser")
    settings = Settings(index=folder, embed_origins=(other.address,), suggest_seconds=60)
    archive = Archive.open(settings.archive_path)
    archive.write(articles())
    indexer = Indexer(settings, archive, WhooshEngine(folder))
    with indexer.lock("a test"):
        indexer.catch_up()
    archive.close()
    service = _Served(create_app(settings, clock=lambda: NOW))
    pages.append(CMS_PAGE.replace("HOME", service.address).encode())
    yield service.address, other.address
    service.stop()
    other.stop()


@pytest.fixture(scope="session")
def cms(sites: tuple[str, str]) -> str:
    return sites[1]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is found on this machine")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*flags, "--disable-sync"])
        yield browser
        browser.close()


Visit = Callable[..., Any]


@pytest.fixture
def visit(browser: Any, sites: tuple[str, str]) -> Iterator[Visit]:
    """Opens a page: ``visit("/?q=…", phone=True, dark=True, scripts=False)``; what it does is watched."""
    ours = (*sites, "data:,")
    contexts: list[Any] = []
    troubles: list[str] = []

    def visit(
        path: str = "/", *, phone: bool = False, dark: bool = False, scripts: bool = True, status: int = 200
    ) -> Any:
        context = browser.new_context(
            base_url=sites[0],
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}") or dialog.dismiss())
        page.on(
            "request",
            lambda request: request.url.startswith(ours) or troubles.append(f"foreign: {request.url}"),
        )
        response = page.goto(path)
        assert response.status == status
        if status != 200:
            troubles.clear()  # a browser tells of the status on its console
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not troubles
