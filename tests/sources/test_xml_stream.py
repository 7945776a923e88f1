"""XML is read as a stream: whole where it is whole, hostile nowhere."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.errors import ServiceError
from search_service.sources.lines import Inflated
from search_service.sources.xml_stream import Element, elements


def read(data: bytes, wanted: str = "item", **options: object) -> tuple[list[Element], str]:
    """The elements, and how the reading ended."""
    found: list[Element] = []
    try:
        for element in elements(io.BytesIO(data), [wanted], **{"max_characters": 10_000, **options}):  # type: ignore[arg-type]
            found.append(element)
    except ServiceError as error:
        return found, f"{error.code}: {error.detail}"
    return found, ""


def texts(data: bytes, **options: object) -> list[str]:
    found, why = read(data, **options)
    assert why == ""
    return [element.text for element in found]


class TestTexts:
    def test_texts_are_joined_whatever_they_are_cut_into(self) -> None:
        assert texts(b"<rss><item>a&amp;<![CDATA[<b>]]]]><![CDATA[>]]><!-- x -->&#1587;</item></rss>") == ["a&<b>]]>س"]

    def test_entities_of_html_are_known_and_others_stay(self) -> None:
        (element,), _ = read(b"<rss><item t='a&nbsp;b'>&laquo;x&raquo;&zwnj;&foo;</item></rss>")
        assert element.text == "«x»\u200c&foo;"
        assert element.attributes == {"t": "a\xa0b"}

    def test_control_characters_and_broken_bytes_do_not_end_the_reading(self) -> None:
        broken = "سلام".encode()[:-1]
        assert texts(b"<rss><item>a\x00\x08\x0b\xffb\xef\xbf\xbf</item><item>" + broken + b"</item></rss>") == [
            "a\ufffdb",
            "سلا\ufffd",
        ]

    def test_a_blank_before_the_declaration_is_no_trouble(self) -> None:
        assert texts(b"\r\n <?xml version='1.0'?><rss><item>a</item></rss>") == ["a"]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
    def test_declared_encodings_and_marks_are_followed(self, encoding: str) -> None:
        document = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?><rss><item>سلام پیچ</item></rss>"
        assert texts(document.replace("ی", "ي").encode(encoding)) == ["سلام پيچ"]

    def test_windows_1256_is_recognised_undeclared(self) -> None:
        assert texts("<rss><item>خبرهاي امروز</item></rss>".encode("cp1256")) == ["خبرهاي امروز"]

    def test_a_wrong_declaration_of_latin_1_is_not_believed(self) -> None:
        assert texts("<?xml version='1.0' encoding='iso-8859-1'?><rss><item>خبر</item></rss>".encode()) == ["خبر"]

    def test_names_are_those_of_their_vocabularies(self) -> None:
        data = b"""<r xmlns:w="http://wordpress.org/export/1.0/" xmlns:e="http://wordpress.org/export/1.2/excerpt/"
            xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:u="urn:x">
            <item><w:a>1</w:a><e:encoded>2</e:encoded><c:encoded>3</c:encoded><u:b>4</u:b></item></r>"""
        (item,), _ = read(data)
        names = [part.name for part in item.parts if isinstance(part, Element)]
        assert names == ["wp:a", "excerpt:encoded", "content:encoded", "{urn:x}b"]
        assert item.first("wp:none", "content:encoded") == "3"

    @given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200), st.integers(0, 2**17))
    def test_any_text_comes_back_wherever_it_stands(self, text: str, before: int) -> None:
        text = text.replace("\ufffe", "").replace("\uffff", "")
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        data = f"<rss>{' ' * before}<item>{escaped}</item></rss>".encode()
        assert texts(data) == [text]


class TestHostile:
    @pytest.mark.parametrize(
        "head",
        [
            '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
            '<!DOCTYPE r [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE r [<!ENTITY b SYSTEM "http://169.254.169.254/latest/">]>',
            '<!DOCTYPE r [<!ENTITY % b SYSTEM "http://127.0.0.1/x.dtd"> %b;]>',
            '<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">',
            '<!DOCTYPE r PUBLIC "-//x" "file:///etc/passwd">',
            "<!DOCTYPE r [" + "".join(f'<!ENTITY b{n} "x">' for n in range(1000)) + "]>",
            '<!DOCTYPE r [<!ATTLIST item a CDATA "x">]>',
        ],
    )
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_a_doctype_is_refused_before_anything_else(self, head: str, encoding: str) -> None:
        found, why = read(f"<?xml version='1.0'?>{head}<r><item>&b;</item></r>".encode(encoding))
        assert found == []
        assert "DOCTYPE" in why

    def test_what_refers_outside_otherwise_is_mere_text(self) -> None:
        data = b"""<?xml-stylesheet href="file:///etc/passwd"?><r xmlns:xi="http://www.w3.org/2001/XInclude">
            <item><xi:include href="file:///etc/passwd" parse="text"/></item></r>"""
        assert [text.strip() for text in texts(data)] == [""]

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"<r><item>a</item>" + b"<x>" * 1000, "nested more than 128 deep"),
            (b"<r><item>a</item>" + b"".join(b"<n%d/>" % n for n in range(30_000)), "20000 different names"),
            (b"<r><item>a</item><item x='" + b"x" * 3_000_000, "longer than 1048576 bytes"),
            (b"<r><item>a</item><!--" + b"x" * 3_000_000, "longer than 1048576 bytes"),
            (b"<r><item>a</item><" + b"x" * 3_000_000, "longer than 1048576 bytes"),
            (b"<r><item>a</item><?p " + b"x" * 3_000_000, "longer than 1048576 bytes"),
            (b"<r><item>a</item><item>b", "cut off at line 1"),
            (b"<r>\n<item>a</item>\n<item>AT&T</item></r>", "broken: not well-formed (invalid token) at line 3"),
            (b"<r><item>a</item></r><r/>", "junk after document element"),
        ],
    )
    def test_what_stands_before_the_damage_is_read(self, data: bytes, says: str) -> None:
        found, why = read(data)
        assert [element.text for element in found] == ["a"]
        assert says in why

    @pytest.mark.parametrize("data", [b"", b"   ", b"{}", b"\0" * 1000, b"\xff" * 100, b"<", b"PK\x03\x04"])
    def test_what_is_no_xml_is_told_of(self, data: bytes) -> None:
        found, why = read(data)
        assert found == []
        assert why.startswith("source_unreadable: ")
        assert "\n" not in why

    @given(st.binary(max_size=300))
    def test_any_bytes_end_in_elements_or_a_line(self, data: bytes) -> None:
        read(b"<r><item>" + data)
        read(data)

    def test_an_element_of_any_size_takes_bounded_memory(self) -> None:
        class Endless(io.RawIOBase):
            sent = 0

            def read(self, size: int = -1) -> bytes:
                self.sent += size
                if self.sent > 3_000_000:
                    return b""
                return b"<rss><item>ok</item><item>" if self.sent == size else b"<a>x</a>" * (size // 8)

        tracemalloc.start()
        stream = elements(Endless(), ["item"], max_characters=100_000)  # type: ignore[arg-type]
        assert next(stream).text == "ok"
        with pytest.raises(ServiceError, match="cut off"):
            next(stream)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
        tracemalloc.stop()

    def test_what_is_past_the_limit_is_cut_and_the_next_is_whole(self) -> None:
        data = b"<r><item><a>1</a><b>" + b"x" * 300_000 + b"</b></item><item><a>2</a></item></r>"
        (large, small), why = read(data)
        assert why == ""
        assert (large.cut, large.first("a"), small.cut, small.first("a")) == (True, "1", False, "2")


def test_a_gzip_bomb_does_not_go_off(tmp_path: Path) -> None:
    path = tmp_path / "a.xml.gz"
    path.write_bytes(gzip.compress(b"<r><item>a</item><item>" + bytes(100_000_000), 9))
    with path.open("rb") as file, pytest.raises(ServiceError, match="100 times its size"):
        list(elements(Inflated(file), ["item"], max_characters=1000))  # type: ignore[arg-type]
