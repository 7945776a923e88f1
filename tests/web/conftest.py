"""The app over a real archive and a real index, with a few articles of its own."""

import threading
from datetime import datetime
from pathlib import Path

import pytest

from search_service.archive.keys import Keys
from search_service.article import TEHRAN, Article
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.indexer import Indexer
from search_service.settings import Settings
from search_service.web.app import create_app

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=TEHRAN)

HOSTILE = '<script>alert("title")</script> و <b>پررنگ</b> & «گیومه»'

ARTICLES = [
    {
        "id": "river",
        "url": "https://paper.example/news/river?id=1&lang=fa",
        "kicker": "گزارش از دره‌های هراز",
        "title": "بازگشت آب به رودخانه‌های شمال",
        "lead": "پس از سه سال کم‌بارانی، رودخانه‌ها جان گرفته‌اند.",
        "body": "کارشناسان می‌گویند بارش پاییز، رودخانه را به میانگین بلندمدت رسانده است.\n\nبرداشت از چاه ادامه دارد.",
        "categories": ["محیط زیست", "ایران"],
        "tags": ["آب"],
        "authors": ["نگار فرهمند"],
        "source": "روزنامهٔ سپیدرود",
        "published": "2025-05-31T09:00:00+03:30",
    },
    {
        "id": "school",
        "title": "دانشگاه‌ها برای آموزش هوش مصنوعی برنامه می‌نویسند",
        "body": "این برنامه از مهرماه در چهل دبیرستان آغاز می‌شود.",
        "categories": ["آموزش", "علم و فناوری"],
        "source": "خبرگزاری دنا",
        "published": "1403-07-15",
    },
    {
        "id": "https://dena.example/x?y=1",
        "title": "تیم ملی والیبال بانوان به نیمه‌نهایی رسید",
        "body": "در پایان ست پنجم، دفاع روی تور کار را یکسره کرد.",
        "categories": ["ورزش"],
        "source": "خبرگزاری دنا",
        "published": "1403-02-01",
    },
    {
        "id": "library",
        "title": "کتابخانه‌های روستایی باید زنده بمانند",
        "body": "کتاب‌ها را که ببندی، روستا خاموش می‌شود.",
        "categories": ["فرهنگ"],
    },
    {
        "id": "tomorrow",
        "title": "رودخانهٔ فردا",
        "body": "این خبر فردا منتشر می‌شود.",
        "categories": ["فردا"],
        "published": "2025-06-02T12:00:00+03:30",
    },
    {"id": "draft", "title": "رودخانهٔ پیش‌نویس", "body": "هنوز آماده نیست.", "status": "draft", "categories": ["پنهان"]},
]

HOSTILE_ARTICLE = Article.model_construct(
    **Article.parse({"id": "hostile", "title": "عنوان", "published": "1402-06-28"}).model_dump()
    | {
        "id": '"><script>alert("id")</script>',
        "title": HOSTILE,
        "kicker": "<i>روتیتر</i>",
        "body": "پیش از نشانه <img src=x onerror=alert(1)> پس از نشانه.",
        "url": "javascript:alert(1)",
        "categories": ('<script>alert("category")</script>',),
        "authors": ("<b>نویسنده</b>",),
        "source": '"><script>alert("source")</script>',
    }
)
"""Markup that has come past the door, as from an older archive."""


class House:
    """One index folder, its archive and indexer, and the app on it."""

    def __init__(self, folder: Path, **changes: object) -> None:
        self.now = NOW
        # A lexicon that has yet to be compiled takes its time.
        patient = {"batch_seconds": 0.01, "wait_seconds": 60.0, "suggest_seconds": 60.0}
        self.settings = Settings(index=folder, **patient | changes)
        self.app = create_app(self.settings, clock=lambda: self.now)
        self.services = self.app.extensions["search_service"]
        self.archive = self.services.archive
        self.indexer = Indexer(self.settings, self.archive, WhooshEngine(folder))
        self.client = self.app.test_client()

    def put(self, *articles: Article) -> None:
        """Write the articles and make them searchable."""
        self.archive.write(articles)
        self.index()

    def index(self) -> None:
        """Bring the index up to date."""
        with self.indexer.lock("a test"):
            self.indexer.catch_up()

    def key(self, *scopes: str) -> dict[str, str]:
        """The headers of a new key."""
        text, _ = Keys(self.archive).create("a test", scopes)
        return {"Authorization": f"Bearer {text}"}

    def close(self) -> None:
        self.archive.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The articles above, searchable; for tests that only read."""
    house = House(tmp_path_factory.mktemp("site"))
    house.put(*(Article.parse(article) for article in ARTICLES), HOSTILE_ARTICLE)
    yield house
    house.close()


@pytest.fixture(scope="session")
def client(site):
    return site.client


@pytest.fixture
def open_house(tmp_path):
    """An empty archive without an index, under settings that the test names."""
    opened = []

    def make(**changes):
        opened.append(House(tmp_path / f"index{len(opened)}", **changes))
        return opened[-1]

    yield make
    for house in opened:
        house.close()


@pytest.fixture
def house(open_house):
    """The same under the settings that are given."""
    return open_house()


@pytest.fixture
def indexing(house):
    """An indexer at work beside the app."""
    stop = threading.Event()

    def work():
        with house.indexer.lock("a test"):
            house.indexer.run(stop)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()
