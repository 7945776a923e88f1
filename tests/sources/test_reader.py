from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from search_service.settings import KNOWN_CATEGORIES
from search_service.sources.item import Found, Item, Note, Stub, Unreadable
from search_service.sources.reader import read

TODAY = date(2026, 11, 22)
LIMIT = 10_000


def items(path: Path, **options: Any) -> list[Item]:
    return list(read(path, known_categories=KNOWN_CATEGORIES, today=TODAY, max_article_bytes=LIMIT, **options))


def ids(found: list[Item]) -> list[str]:
    return [item.article.id for item in found if isinstance(item, Found)]


def errors(found: list[Item]) -> list[tuple[int | None, str]]:
    return [(item.line, item.error) for item in found if isinstance(item, Unreadable)]


def line(id: object = "1", **fields: Any) -> bytes:
    return json.dumps({"id": id, "title": "آب", **fields}, ensure_ascii=False).encode() + b"\n"


@pytest.fixture(params=[".jsonl", ".jsonl.gz", ".NDJSON", ".ndjson.GZ"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[bytes], Path]:
    def write(data: bytes) -> Path:
        path = tmp_path / f"news{request.param}"
        path.write_bytes(gzip.compress(data) if request.param.lower().endswith("gz") else data)
        return path

    return write


class TestJsonLines:
    def test_what_cannot_be_read_is_named_by_its_line_and_the_rest_goes_on(self, written) -> None:
        lines = [
            line("1"),
            b'{"id": "2", "title": \n',
            b"\n",
            b'{"title": "no id"}\n',
            b'{"id": "5"}\n',
            b'{"id": "6", "title": "\xff"}\n',
            b"[1]\n",
            line("8", body="x" * (LIMIT + 1)),
            line("9", body="x" * 4 * LIMIT),
            b"[" * 100_000 + b"\n",
            b'{"id": "11", "title": NaN}\n',
            b'{"id": "12", "title": "\\ud800"}\n',
            b'{"id": "13", "title": "a", "version": ' + b"9" * 5000 + b"}\n",
            line("14").strip(),
        ]
        path = written(b"".join(lines))
        found = items(path)
        assert ids(found) == ["1", "14"]
        assert [number for number, _ in errors(found)] == [2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
        told = dict(errors(found))
        for number, words in {
            2: "broken JSON",
            4: "id: the field is missing",
            5: "a title or a body",
            6: "no UTF-8 at byte 23 (0xff)",
            7: "no JSON object",
            8: f"larger than {LIMIT} bytes",
            9: "longer than",
            11: "NaN",
            12: "surrogate",
        }.items():
            assert words in told[number]
        assert all(isinstance(item, Found | Unreadable) and item.source == str(path) for item in found)
        assert all("\n" not in error for error in told.values())

    def test_an_article_comes_with_its_file_and_line(self, written) -> None:
        path = written(line("1") + line("2"))
        assert [item[1:3] for item in items(path)] == [(str(path), 1), (str(path), 2)]

    def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble(self, written) -> None:
        assert ids(items(written(b"\xef\xbb\xbf" + line("1").replace(b"\n", b"\r\n") + line("2")))) == ["1", "2"]

    @pytest.mark.parametrize(
        ("published", "why"),
        [
            ("1402/12/30", "there is no day 1402-12-30"),
            ("2023-02-30", "there is no day 2023-02-30"),
            ("1900-01-01 00:00:00", "not plausible"),
            ("دیروز", "no date that can be read"),
            (1568000000, "no date that can be read"),
            ({"a": 1}, "no date that can be read"),
        ],
    )
    def test_a_date_that_cannot_be_is_left_out_and_noted(self, written, published: object, why: str) -> None:
        found, note = items(written(line(published=published)))
        assert isinstance(found, Found)
        assert found.article.published is None
        assert isinstance(note, Note)
        assert note.line == 1
        assert "kept without 'published'" in note.text
        assert why in note.text

    def test_a_missing_date_is_nothing_to_note(self, written) -> None:
        assert len(items(written(line() + line("2", published="") + line("3", published=None)))) == 3

    def test_categories_that_say_nothing_are_dropped(self, written) -> None:
        (found,) = items(written(line(category=["[]", "", " ایران ", None], tags="[]")))
        assert isinstance(found, Found)
        assert (found.article.categories, found.article.tags) == (("ایران",), ())

    def test_an_empty_file_yields_nothing(self, written) -> None:
        assert items(written(b"")) == []

    def test_standard_input_is_json_lines(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stdin = io.TextIOWrapper(io.BytesIO(line("1") + b"x\n"))
        monkeypatch.setattr("sys.stdin", stdin)
        found = items(Path("-"))
        assert ids(found) == ["1"]
        assert [(item.source, item.line) for item in found if isinstance(item, Unreadable)] == [("standard input", 2)]
        assert not stdin.buffer.closed


class TestGzip:
    def test_a_file_that_is_cut_off_gives_what_is_there(self, tmp_path: Path) -> None:
        path = tmp_path / "news.jsonl.gz"
        whole = b"".join(line(str(n), body=os.urandom(50).hex()) for n in range(1000))
        path.write_bytes(gzip.compress(whole)[:-1000])
        found = items(path)
        assert 0 < len(ids(found)) < 1000
        assert "cut off after line" in errors(found)[-1][1]

    def test_what_is_no_gzip_is_reported(self, tmp_path: Path) -> None:
        path = tmp_path / "news.jsonl.gz"
        path.write_bytes(line())
        assert errors(items(path)) == [(None, "the gzip file is damaged or no gzip after line 0")]

    def test_damage_in_the_middle_is_reported(self, tmp_path: Path) -> None:
        path = tmp_path / "news.jsonl.gz"
        data = bytearray(gzip.compress(b"".join(line(str(n), body=os.urandom(50).hex()) for n in range(1000))))
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
        assert "damaged" in errors(items(path))[-1][1]

    @pytest.mark.parametrize("bomb", [(b" " * 60 + b"\n") * 100_000, b"x" * 6_000_000])
    def test_a_bomb_is_given_up(self, tmp_path: Path, bomb: bytes) -> None:
        path = tmp_path / "news.jsonl.gz"
        path.write_bytes(gzip.compress(line() + bomb + b"\n" + line("2")))
        found = items(path)
        assert ids(found) == ["1"]
        assert "100 times its size" in errors(found)[-1][1]


class TestFolder:
    def test_files_are_read_in_order_and_others_noted_once(self, tmp_path: Path) -> None:
        for name, data in {
            "b.jsonl": line("b"),
            "a/2.jsonl": line("a2"),
            "a/1.txt": "خبر یک\n\nمتن".encode(),
            "c.html": "<h1>خبر</h1><p>متن آن</p>".encode(),
            "c_files/frame.html": b"<h1>x</h1><p>y</p>",
            ".hidden.jsonl": line("hidden"),
            ".git/x.jsonl": line("git"),
            "style.css": b"",
            "more.css": b"",
            "logo.png": b"",
        }.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        found = items(tmp_path)
        names = [Path(item.source).name for item in found if isinstance(item, Found)]
        assert names == ["b.jsonl", "c.html", "1.txt", "2.jsonl"]
        assert found[-1] == Note(str(tmp_path), None, "3 files of other kinds were left out (.css, .png)")

    def test_links_that_lead_out_are_left_out(self, tmp_path: Path) -> None:
        outside, inside = tmp_path / "outside", tmp_path / "inside"
        outside.mkdir()
        inside.mkdir()
        (outside / "a.jsonl").write_bytes(line("outside"))
        (inside / "b.jsonl").write_bytes(line("inside"))
        (inside / "file.jsonl").symlink_to(outside / "a.jsonl")
        (inside / "folder").symlink_to(outside)
        (inside / "loop").symlink_to(inside)
        found = items(inside)
        assert ids(found) == ["inside"]
        assert any("lead out of the folder" in item.text for item in found if isinstance(item, Note))

    def test_what_is_no_file_is_never_opened(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.jsonl")
        assert "no file that can be read" in errors(items(tmp_path))[0][1]

    def test_an_empty_folder_is_an_error(self, tmp_path: Path) -> None:
        assert "no file that can be read" in errors(items(tmp_path))[0][1]


@pytest.mark.parametrize(
    ("name", "why"),
    [("gone.jsonl", "No such file"), ("x.pdf", "files of this kind are not read"), ("x.xml", "the file is empty")],
)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, name: str, why: str) -> None:
    if not name.startswith("gone"):
        (tmp_path / name).touch()
    (error,) = errors(items(tmp_path / name))
    assert why in error[1]


def test_a_name_that_is_no_text_can_still_be_told(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jsonl"))
    path.write_bytes(b"x\n")
    (item,) = items(path)
    assert isinstance(item, Unreadable)
    assert item.source.encode()


@pytest.mark.parametrize("ending", [".txt", ".html"])
def test_a_page_that_is_too_large_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"page{ending}"
    for size in (LIMIT + 100, 3 * LIMIT):
        path.write_text(f"تیتر\n\n{'x' * size}" if ending == ".txt" else f"<h1>تیتر</h1><p>{'x' * size}</p>")
        assert "larger than" in errors(items(path))[0][1]


def test_stubs_are_reported_or_made_articles(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("Categories: ایران\n\nتیتر\n\nمتن خبر.\n\nRecent Posts\n\nخبر دیگر\n\nگزیده…\n\n9 ماه ago\n")
    assert [item for item in items(path) if isinstance(item, Stub)] == [
        Stub(str(path), "خبر دیگر", "گزیده…", "9 ماه ago")
    ]
    article, stub = (item.article for item in items(path, stubs=True) if isinstance(item, Found))
    assert article.title == "تیتر"
    assert (stub.title, stub.body, stub.published) == ("خبر دیگر", "گزیده…", None)
    assert stub.extra == {"stub": True, "age": "9 ماه ago"}
