"""Requests whose length can be read in two ways, sent to real gunicorn: none hides another."""

import socket
from urllib.parse import urlsplit

import pytest

from tests.web.running import Running

HIDDEN = b"DELETE /api/v1/articles/secret HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer KEY\r\n\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("smuggling"), workers=1)
    yield running
    running.end()


def send(service, raw):
    """All that comes back until the server closes, or falls silent."""
    where = urlsplit(service.url)
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while part := connection.recv(65536):
            found += part
    return found


def post(*headers, body):
    lines = [b"POST /api/v1/articles HTTP/1.1", b"Host: x", b"Authorization: Bearer KEY", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


BOTH = [
    post(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + HIDDEN),
    post(b"Transfer-Encoding: chunked", b"Content-Length: %d" % (5 + len(HIDDEN)), body=b"0\r\n\r\n" + HIDDEN),
    post(b"Content-Length: 4", b"Content-Length: 5", body=b"12345" + HIDDEN),
    post(b"Content-Length: 0, 5", body=b"12345" + HIDDEN),
    post(b"Content-Length: +5", body=b"12345" + HIDDEN),
    post(b"Content-Length: -1", body=HIDDEN),
    post(b"Content-Length: 0x5", body=b"12345" + HIDDEN),
    post(b"Content-Length : 5", body=b"12345" + HIDDEN),
    post(b"Transfer-Encoding: xchunked", b"Content-Length: 5", body=b"0\r\n\r\n" + HIDDEN),
    post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + HIDDEN),
    post(b"Transfer-Encoding: identity, chunked, chunked", body=b"0\r\n\r\n" + HIDDEN),
    post(b"Transfer-Encoding:\x0bchunked", b"Content-Length: 5", body=b"0\r\n\r\n" + HIDDEN),
    post(b" Transfer-Encoding: chunked", b"Content-Length: 5", body=b"0\r\n\r\n" + HIDDEN),
    post(b"Transfer_Encoding: chunked", b"Content-Length: 99999999999999999999", body=b"0\r\n\r\n" + HIDDEN),
    post(b"Transfer-Encoding: chunked", body=b"-1\r\n\r\n0\r\n\r\n" + HIDDEN),
    post(b"Transfer-Encoding: chunked", body=b"5\r\n12345X0\r\n\r\n" + HIDDEN),
    post(b"Transfer-Encoding: chunked", body=b"5;a\nb\r\n12345\r\n0\r\n\r\n" + HIDDEN),
    post(b"X: a\nContent-Length: 5", body=b"12345" + HIDDEN),
    post(b"X: a\rTransfer-Encoding: chunked", b"Content-Length: 5", body=b"0\r\n\r\n" + HIDDEN),
    post(b"X: a\x00b", b"Content-Length: 0", body=HIDDEN),
    b"POST /api/v1/articles HTTP/1.1 \r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    b"GET /api/v1/articles/secret\x00 HTTP/1.1\r\nHost: x\r\n\r\n" + HIDDEN,
    b"GET http://x/api/v1/stats\r\nX: y HTTP/1.1\r\nHost: x\r\n\r\n",
]


def test_two_honest_requests_behind_each_other_are_both_carried_out(service):
    """So that the tests below would notice one that was hidden."""
    send(service, article("secret", service.key))
    body = b'[{"id": "other", "title": "x"}]'
    send(service, (post(b"Content-Length: %d" % len(body), body=body) + HIDDEN).replace(b"KEY", service.key.encode()))
    assert send(service, get("secret", service.key)).startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("raw", BOTH, ids=range(len(BOTH)))
def test_a_request_of_two_lengths_hides_no_other(service, raw):
    """Refused, or ended with the connection: what follows is not carried out as a request of its own."""
    send(service, article("secret", service.key))
    answer = send(service, raw.replace(b"Bearer KEY", b"Bearer " + service.key.encode()))
    assert b'"deleted"' not in answer
    assert b"Traceback" not in answer
    there = send(service, get("secret", service.key))
    assert there.startswith(b"HTTP/1.1 200"), answer[:300]


def article(id, key):
    body = b'{"title": "x"}'
    return (
        f"PUT /api/v1/articles/{id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode() + body


def get(id, key):
    return (
        f"GET /api/v1/articles/{id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n"
    ).encode()


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x00\xa5\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
    ],
    ids=["line", "fields", "field", "tls", "version"],
)
def test_what_is_no_request_is_refused_and_the_service_goes_on(service, head):
    answer = send(service, head)
    assert b"Traceback" not in answer
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 5", b"HTTP/1.0 5"))
    assert send(service, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")
