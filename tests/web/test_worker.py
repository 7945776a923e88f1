"""What is refused before the app sees it, and a worker whose files run out."""

import errno
import json
import logging
import os
import re
import socket
import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from flask import Flask
from gunicorn.http.errors import InvalidHeader, InvalidRequestLine, LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from search_service.errors import ERRORS
from search_service.web import metrics, worker
from search_service.web.logs import REQUESTS
from search_service.web.worker import Worker, answer, refusal
from tests.web.running import Running


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("workers"), workers=1)
    yield running
    running.end()


def send(service, raw):
    """Status and problem of what is no request."""
    where = urlsplit(service.url)
    with closing(socket.create_connection((where.hostname, where.port), timeout=30)) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while part := connection.recv(65_536):
            found += part
    head, _, body = found.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode().lower(), json.loads(body)


SEARCH = b"GET /api/v1/search?q=%s HTTP/1.1\r\nHost: a\r\n%s\r\n"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (SEARCH % ("تهران".encode(), b""), "request_invalid"),
        (SEARCH % (b"%D8%AA" * 2000, b""), "address_too_long"),
        (SEARCH % (b"x", b"X-A: a\r\n" * 100), "headers_too_large"),
        (SEARCH % (b"x", b"X-A : a\r\n"), "request_invalid"),
        (SEARCH % (b"x", b"Transfer-Encoding: secret\r\n"), "request_invalid"),
        (b"no request at all\r\n\r\n", "request_invalid"),
    ],
)
def test_what_is_no_request_is_a_problem_in_both_languages_that_repeats_nothing(service, raw, code):
    status, head, problem = send(service, raw)
    kind = ERRORS[code]
    assert (status, problem["code"], problem["title_fa"]) == (kind.status, code, kind.persian)
    assert "content-type: application/problem+json" in head
    assert f"x-request-id: {problem['request_id']}" in head
    assert "تهران" not in json.dumps(problem, ensure_ascii=False)
    assert "secret" not in str(problem)
    if "تهران".encode() in raw:  # what curl sends unless it is told otherwise
        assert "percent-encoded" in problem["detail"]
        assert "--data-urlencode" in problem["hint_fa"]


def test_what_is_no_request_is_counted(service):
    def counted():
        with urlopen(f"{service.url}/metrics") as numbers:
            found = re.search(r'requests_total{route="other",status="4xx"} (.*)', numbers.read().decode())
        return float(found[1]) if found else 0.0

    before = counted()
    send(service, b"no request at all\r\n\r\n")
    assert counted() == before + 1


def test_a_connection_is_kept_unless_others_are_at_work(service):
    where = urlsplit(service.url)

    def kept():
        """Whether the worker keeps the connection of a small request."""
        with closing(HTTPConnection(where.hostname, where.port, timeout=30)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().headers.get("Connection") != "close"

    def until(wanted):
        """Requests of before may take a moment to end, and the slow one to begin."""
        end = time.monotonic() + 30
        while kept() != wanted:
            assert time.monotonic() < end

    until(True)
    head = f"POST /api/v1/articles HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {service.key}\r\n"
    with closing(socket.create_connection((where.hostname, where.port), timeout=30)) as slow:
        slow.sendall(head.encode() + b"Content-Length: 2\r\n\r\n[")  # a body that does not end keeps one at work
        until(False)
        assert not kept()
        slow.sendall(b"]")
        assert slow.recv(4096).startswith(b"HTTP/1.1 ")
    until(True)


BROKEN = [b"zz\r\n", b"-1\r\n\r\n", b"5\r\n12345X0\r\n\r\n", b"5;a\nb\r\n12345\r\n0\r\n\r\n", b"5\r\n123"]


@pytest.mark.parametrize("call", ["POST /api/v1/articles", "PUT /api/v1/articles/a", "POST /api/v1/categories/rename"])
@pytest.mark.parametrize("more", ["", "Idempotency-Key: a\r\n"])
@pytest.mark.parametrize("body", BROKEN)
def test_a_body_of_broken_chunks_is_the_clients_mistake(service, call, more, body):
    head = f"{call} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {service.key}\r\n{more}"
    status, _, problem = send(service, head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + body)
    assert (status, problem["code"]) == (400, "body_invalid")
    assert "chunks" in problem["detail"]


LINES = b'{"id": "s1", "title": "x"}\n{"id": "s2", "title": "y"}\n'


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        (b"Content-Length: %d" % (len(LINES) + 50), LINES),
        (b"Transfer-Encoding: chunked", b"%x\r\n%b\r\nzz\r\n" % (len(LINES), LINES)),
        (b"Transfer-Encoding: chunked", b"%x\r\n%b" % (len(LINES) + 50, LINES)),
    ],
)
def test_a_body_that_stops_short_is_not_taken_for_a_whole_one_nor_for_what_its_key_stands_for(service, header, sent):
    """A client whose connection broke sends all of it again, under the same key."""
    key = f"Idempotency-Key: {len(sent)}\r\n"
    head = f"POST /api/v1/articles HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {service.key}\r\n{key}".encode()
    status, _, problem = send(service, head + header + b"\r\n\r\n" + sent)
    assert (status, problem["code"]) == (400, "body_invalid")
    whole = LINES + b'{"id": "s3", "title": "z"}\n'
    status, _, answer = send(service, head + b"Content-Length: %d\r\n\r\n" % len(whole) + whole)
    assert (status, answer["failed"], len(answer["results"])) == (202, 0, 3)


@pytest.mark.parametrize(
    ("exception", "code"),
    [
        (LimitRequestLine(9000, 8190), "address_too_long"),
        (LimitRequestHeaders("limit request headers fields"), "headers_too_large"),
        (InvalidRequestLine("GET /secret"), "request_invalid"),
        (InvalidHeader("X-Secret"), "request_invalid"),
        (RuntimeError("/secret"), "internal"),
    ],
)
def test_every_refusal_of_the_server_is_one_of_the_table(exception, code):
    error = refusal(exception)
    assert error.code == code
    assert b"ecret" not in answer(error, "a")


class Quiet(Worker):
    """One that has no server."""

    def __init__(self):
        """An app that counts is all that is needed of it."""
        self.wsgi = Flask(__name__)
        metrics.install(self.wsgi)


def test_a_failure_around_the_app_is_a_500_whose_traceback_the_log_has_under_its_name(caplog):
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs), caplog.at_level(logging.ERROR):
        Quiet().handle_error(None, theirs, ("192.0.2.1", 1), RuntimeError("/secret"))
        head, _, body = ours.recv(65_536).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 500 ")
    (record,) = caplog.records
    assert json.loads(body)["request_id"] in record.getMessage()
    assert record.exc_info[1].args == ("/secret",)
    assert b"secret" not in body
    assert "192.0.2.1" not in caplog.text


def test_what_is_no_request_has_a_line_in_the_log_without_what_was_sent(caplog):
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs), caplog.at_level(logging.INFO, REQUESTS):
        Quiet().handle_error(None, theirs, ("192.0.2.1", 1), InvalidRequestLine("GET /secret"))
    (record,) = caplog.records
    assert (record.fields["status"], record.fields["code"]) == (400, "request_invalid")
    assert "secret" not in str(vars(record))
    assert "192.0.2.1" not in str(vars(record))


@pytest.mark.parametrize(("code", "goes_on"), [(errno.EMFILE, True), (errno.ENFILE, True), (errno.EBADF, False)])
def test_a_worker_without_files_takes_nobody_and_lives(monkeypatch, code, goes_on):
    def fail(self, *arguments):
        raise OSError(code, "none left")

    monkeypatch.setattr(ThreadWorker, "accept", fail)
    monkeypatch.setattr(worker, "PAUSE", 0.0)
    if goes_on:
        Quiet().accept(None)
    else:
        with pytest.raises(OSError, match="none left"):
            Quiet().accept(None)


FEW = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200)); "


def test_more_connections_than_files_leave_the_worker_alive(tmp_path):
    """Those that find no room wait in the listener, and are let in once others have gone."""
    running = Running(tmp_path / "few", workers=1, before=FEW)
    where = urlsplit(running.url)
    try:
        (worker,) = running.workers()
        connections = [socket.create_connection((where.hostname, where.port), timeout=30) for _ in range(300)]
        while len(os.listdir(f"/proc/{worker}/fd")) < 150:  # noqa: PTH208 - names only
            time.sleep(0.01)
        *others, last = connections
        last.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        for connection in others:
            connection.close()
        with closing(last):
            assert last.recv(100).startswith(b"HTTP/1.1 200 ")
        assert running.workers() == [worker]
    finally:
        running.end()
