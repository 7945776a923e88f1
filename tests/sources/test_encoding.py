from __future__ import annotations

import pytest

from search_service.errors import ServiceError
from search_service.sources.encoding import decode

PAGE = "<html><body><h1>گزارش «ژاله» از پل</h1></body></html>"


@pytest.mark.parametrize(
    "data",
    [
        PAGE.encode(),
        b"\xef\xbb\xbf" + PAGE.encode(),
        PAGE.encode("utf-16"),
        b"\xfe\xff" + PAGE.encode("utf-16-be"),
        PAGE.replace("ی", "ي").encode("cp1256"),
    ],
)
def test_bytes_tell_what_they_are(data: bytes) -> None:
    assert decode(data).replace("ي", "ی") == PAGE


@pytest.mark.parametrize(
    "meta", ['<meta charset="windows-1256">', "<meta http-equiv=x content='text/html; charset=cp1256'>"]
)
def test_a_page_says_what_it_is(meta: str) -> None:
    text = meta + "<p>short and \u067e"
    assert decode(text.encode("cp1256")) == text


@pytest.mark.parametrize("charset", ["utf-16", "no-such", "iso-8859-1"])
def test_what_cannot_be_meant_is_not_believed(charset: str) -> None:
    text = f'<meta charset="{charset}">{PAGE}'
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<p>\xff\xd8\xff\x00\x10JFIF", "no UTF-8 at byte 4"),
        (b"\x80\x81\x82\x83\xa9\xa9", "no UTF-8"),
        (b'<meta charset="utf-8"><p>\xc7\xc8', "the page says utf-8"),
        (b"\xef\xbb\xbf\xff", "the byte order mark says utf-8"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ServiceError, match=why):
        decode(data)
