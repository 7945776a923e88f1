"""Examples of requests and answers, as the document shows them; a test holds each to its model."""

from __future__ import annotations

from typing import Any

Example = dict[str, Any]

ID = "hamvatan-1204"

WRITTEN: Example = {
    "id": ID,
    "url": "https://hamvatan.example/news/1204",
    "title": "بازگشت آب به رودخانه‌های شمال",
    "lead": "پس از سه سال کم‌بارانی، رودخانه‌ها جان گرفته‌اند.",
    "body": "کارشناسان می‌گویند بارش پاییز رودخانه را به میانگین بلندمدت رسانده است.",
    "categories": ["محیط زیست"],
    "tags": ["آب"],
    "authors": ["نگار فرهمند"],
    "source": "هم‌وطن",
    "published": "2025-05-31T09:00:00+03:30",
    "version": 3,
}
STORED: Example = {
    "id": ID,
    "url": "https://hamvatan.example/news/1204",
    "kicker": "",
    "title": "بازگشت آب به رودخانه‌های شمال",
    "lead": "پس از سه سال کم‌بارانی، رودخانه‌ها جان گرفته‌اند.",
    "body": "کارشناسان می‌گویند بارش پاییز رودخانه را به میانگین بلندمدت رسانده است.",
    "categories": ["محیط زیست"],
    "tags": ["آب"],
    "authors": ["نگار فرهمند"],
    "source": "هم‌وطن",
    "image": None,
    "language": "fa",
    "extra": {},
    "status": "published",
    "published": "2025-05-31T09:00:00+03:30",
    "modified": None,
    "version": 3,
}
PATCH: Example = {"title": "آب به رودخانه‌های شمال بازگشت", "tags": ["آب", "هراز"], "image": None}
RECEIPT: Example = {"id": ID, "version": 3, "position": 1841, "state": "added"}
DELETED: Example = {"id": ID, "version": 4, "position": 1842, "state": "deleted"}
BULK: Example = {
    "added": 1,
    "updated": 0,
    "unchanged": 0,
    "failed": 1,
    "position": 1841,
    "results": [
        RECEIPT,
        {
            "error": {
                "code": "article_invalid",
                "field": "published",
                "detail": "published: '1402-12-30' is not a day of the calendar",
            }
        },
    ],
}
LISTED: Example = {"articles": [{"id": ID, "version": 3}], "cursor": "aGFtdmF0YW4tMTIwNA"}
ANSWER: Example = {
    "query": "رودخانه",
    "total": 1,
    "took_ms": 3.2,
    "page": 1,
    "size": 10,
    "hits": [
        {
            "id": ID,
            "version": 3,
            "url": "https://hamvatan.example/news/1204",
            "kicker": "",
            "title": "بازگشت آب به رودخانه‌های شمال",
            "categories": ["محیط زیست"],
            "tags": ["آب"],
            "authors": ["نگار فرهمند"],
            "source": "هم‌وطن",
            "image": None,
            "published": "2025-05-31T09:00:00+03:30",
            "published_jalali": {"date": "1404-03-10", "text": "۱۰ خرداد ۱۴۰۴"},
            "score": 7.4113,
            "fragments": {
                "title": [
                    {"text": "بازگشت آب به ", "match": False},
                    {"text": "رودخانه‌های", "match": True},
                    {"text": " شمال", "match": False},
                ],
                "body": [[{"text": "رودخانه‌ها", "match": True}, {"text": " جان گرفته‌اند.", "match": False}]],
            },
            "html": {
                "title": "بازگشت آب به <mark>رودخانه‌های</mark> شمال",
                "body": ["<mark>رودخانه‌ها</mark> جان گرفته‌اند."],
            },
        }
    ],
    "facets": {
        "category": [{"value": "محیطزیست", "label": "محیط زیست", "count": 1, "selected": False}],
        "date": [
            {
                "value": "1404",
                "label": "۱۴۰۴",
                "count": 1,
                "selected": False,
                "children": [
                    {"value": "1404-03", "label": "خرداد ۱۴۰۴", "count": 1, "selected": False, "children": []}
                ],
            }
        ],
        "undated": 0,
    },
    "did_you_mean": None,
    "applied": [],
}
SUGGESTIONS: Example = {
    "query": "رودخ",
    "took_ms": 0.8,
    "suggestions": [
        {
            "kind": "word",
            "text": "رودخانه",
            "fragments": [{"text": "رودخانه", "match": False}],
            "query": "رودخانه",
            "href": "/?q=%D8%B1%D9%88%D8%AF%D8%AE%D8%A7%D9%86%D9%87",
        }
    ],
}
RENAME: Example = {"from": "محیط‌زیست", "to": "زیست‌بوم"}
TASK: Example = {
    "id": 7,
    "kind": "rename",
    "state": "waiting",
    "done": 0,
    "total": 0,
    "result": None,
    "error": None,
    "attempts": 0,
    "created": "2025-06-01T12:00:00.000+03:30",
    "started": None,
    "finished": None,
}
REINDEX: Example = {**TASK, "id": 8, "kind": "reindex"}
TASK_DONE: Example = {
    **TASK,
    "state": "done",
    "done": 1204,
    "total": 1204,
    "result": {"changed": 37},
    "attempts": 1,
    "started": "2025-06-01T12:00:00.200+03:30",
    "finished": "2025-06-01T12:00:01.900+03:30",
}
STATS: Example = {
    "articles": 1204,
    "searchable": 1190,
    "position": 1842,
    "indexed": 1842,
    "lag": 0,
    "generation": 3,
    "set_aside": 0,
    "categories": [{"label": "محیط زیست", "count": 37}],
}
