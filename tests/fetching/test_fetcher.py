"""Requests stay on the checked address, within bounds, and are polite."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from search_service.errors import ServiceError
from search_service.fetching.fetcher import TRIES, Fetcher
from tests.importing.site import Answer, Handler, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site(lambda handler: Answer(b"hello"))
    with serving(site):
        yield site


class Waits(list[float]):
    """What would have been slept."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def fetcher(site: Site, **options: Any) -> Fetcher:
    options = {"allowed": ["127.0.0.1"], "delay": 0, "sleep": Waits(), **options}
    return Fetcher(site.origin, **options)


def error(site: Site, **options: Any) -> str:
    with fetcher(site, **options) as each, pytest.raises(ServiceError) as caught:
        each.get(f"{site.origin}/")
    return f"{caught.value.code}: {caught.value.detail}"


class TestAnswers:
    def test_bodies_are_decoded_and_connections_kept(self, site: Site) -> None:
        ports = set()

        def respond(handler: Handler) -> Answer:
            ports.add(handler.client_address[1])
            return Answer(gzip.compress("سلام".encode()), 200, {"Content-Encoding": "gzip", "X-Total": "1"})

        site.respond = respond  # type: ignore[method-assign]
        with fetcher(site) as each:
            replies = [each.get(f"{site.origin}/ص?q=آ") for _ in range(3)]
        assert [reply.body.decode() for reply in replies] == ["سلام"] * 3
        assert replies[0].headers["x-total"] == "1"
        assert site.requests[0] == "/%D8%B5?q=%D8%A2"
        assert site.headers[0]["user-agent"].startswith("search-service/")
        assert len(ports) == 1

    def test_a_connection_that_was_closed_meanwhile_is_opened_again(self, site: Site) -> None:
        waits = Waits()
        with fetcher(site, sleep=waits) as each:
            each.get(site.origin)
            connection = each._connection
            assert connection is not None
            assert connection.sock is not None
            connection.sock.shutdown(socket.SHUT_RDWR)
            assert each.get(site.origin).body == b"hello"
        assert waits == []

    def test_statuses_are_the_callers_to_judge(self, site: Site) -> None:
        site.faults = [Answer({"code": "x"}, 403)]
        with fetcher(site) as each:
            assert each.get(site.origin).status == 403

    def test_several_gzip_members_are_one_body(self, site: Site) -> None:
        two = gzip.compress(b"a") + gzip.compress(b"b")
        site.faults = [Answer(two, 200, {"Content-Encoding": "gzip"})]
        with fetcher(site) as each:
            assert each.get(site.origin).body == b"ab"


class TestPatience:
    def test_throttling_is_obeyed(self, site: Site) -> None:
        waits = Waits()
        site.faults = [Answer(b"", 429, {"Retry-After": "7"}), Answer(b"", 503), Answer(b"", 500)]
        with fetcher(site, sleep=waits) as each:
            assert each.get(site.origin).status == 200
        assert waits[0] == 7.0
        assert 2 <= waits[1] <= 3
        assert 4 <= waits[2] <= 6

    def test_a_date_to_come_again_is_understood(self, site: Site) -> None:
        waits = Waits()
        from email.utils import formatdate

        site.faults = [Answer(b"", 429, {"Retry-After": formatdate(time.time() + 100, usegmt=True)})]
        with fetcher(site, sleep=waits) as each:
            each.get(site.origin)
        assert 90 <= waits[0] <= 100

    def test_who_asks_for_too_much_is_left_alone(self, site: Site) -> None:
        site.faults = [Answer(b"", 429, {"Retry-After": "301"})]
        assert "asks to wait 301 s" in error(site)
        assert len(site.requests) == 1

    def test_a_server_that_fails_always_is_given_up(self, site: Site) -> None:
        site.faults = [Answer(b"", 500)] * 10
        with fetcher(site) as each:
            assert each.get(site.origin).status == 500
        assert len(site.requests) == TRIES

    def test_a_delay_is_kept_between_requests(self, site: Site) -> None:
        waits = Waits()
        with fetcher(site, delay=5, sleep=waits) as each:
            each.get(site.origin)
            each.get(site.origin)
        assert len(waits) == 1
        assert 4.5 < waits[0] <= 5

    def test_a_server_that_is_not_there_is_told_of(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        site = Site()
        site.origin = f"http://127.0.0.1:{port}"
        assert error(site).startswith(f"fetch_failed: http://127.0.0.1:{port} cannot be reached: ")


class TestBounds:
    def test_a_body_past_the_limit_is_refused(self, site: Site) -> None:
        site.faults = [Answer(b"x" * 2000)]
        assert "larger than 1000 bytes" in error(site, max_bytes=1000)

    def test_a_bomb_does_not_go_off(self, site: Site) -> None:
        bomb = gzip.compress(bytes(200_000_000), 9)
        site.faults = [Answer(bomb, 200, {"Content-Encoding": "gzip"})]
        assert "100 times its size" in error(site, max_bytes=2**30)
        site.faults = [Answer(gzip.compress(bomb), 200, {"Content-Encoding": "gzip, gzip"})]
        assert "not asked for" in error(site)

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            (b"no gzip", "damaged"),
            (gzip.compress(b"hello" * 100)[:-9], "cut off"),
            (gzip.compress(b"a") + b"x" * 20, "damaged"),
        ],
    )
    def test_a_damaged_body_is_told_of(self, site: Site, body: bytes, says: str) -> None:
        site.faults = [Answer(body, 200, {"Content-Encoding": "gzip"})]
        assert says in error(site)

    @pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "x" * 300])
    def test_encodings_that_were_not_asked_for_are_refused(self, site: Site, encoding: str) -> None:
        site.faults = [Answer(b"x", 200, {"Content-Encoding": encoding})]
        assert "not asked for" in error(site)

    @pytest.mark.parametrize("where", ["status", "headers", "body", "chunks"])
    def test_what_drips_is_given_up_in_time(self, site: Site, where: str) -> None:
        over = threading.Event()

        def drip(handler: Handler) -> None:
            start = {
                "status": b"",
                "headers": b"HTTP/1.1 200 OK\r\nX-A: ",
                "body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
                "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            }[where]
            handler.wfile.write(start)
            try:
                while not over.wait(0.02):
                    handler.wfile.write(b"1\r\na\r\n" if where == "chunks" else b"a")
            except OSError:
                pass

        site.faults = [drip] * TRIES
        try:
            assert "did not answer whole within 0.2 s" in error(site, seconds=0.2)
        finally:
            over.set()

    def test_an_answer_that_breaks_off_is_asked_for_again(self, site: Site) -> None:
        def short(handler: Handler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")

        site.faults = [short, short]
        with fetcher(site) as each:
            assert each.get(site.origin).body == b"hello"

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"SSH-2.0-OpenSSH\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
            b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ],
    )
    def test_what_is_no_http_is_told_of(self, site: Site, raw: bytes) -> None:
        site.faults = [lambda handler: handler.wfile.write(raw)] * TRIES  # type: ignore[list-item, return-value]
        told = error(site)
        assert told.startswith("fetch_failed: ")
        assert "\n" not in told


class TestRedirects:
    @pytest.mark.parametrize(
        "to",
        [
            "http://169.254.169.254/latest/meta-data/",
            "http://127.0.0.1:1/",
            "http://localhost/",
            "//10.0.0.1/",
            "https://127.0.0.1/",
            "http://[::1]/",
            "http://2130706433/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "http://user@127.0.0.1/",
            "\\\\169.254.169.254\\x",
        ],
    )
    def test_none_leads_away(self, site: Site, to: str) -> None:
        site.faults = [Answer(b"", 302, {"Location": to})]
        assert error(site).startswith("fetch_refused")
        assert len(site.requests) == 1

    def test_those_on_the_host_are_followed_a_few_times(self, site: Site) -> None:
        site.faults = [Answer(b"", 301, {"Location": "/a/"}), Answer(b"", 308, {"Location": "b"})]
        with fetcher(site) as each:
            assert each.get(site.origin).url == f"{site.origin}/a/b"
        site.faults = [Answer(b"", 302, {"Location": "/again"})] * 10
        assert "redirects more than 5 times" in error(site)

    def test_another_host_is_named_so_that_it_can_be_given(self, site: Site) -> None:
        site.faults = [Answer(b"", 301, {"Location": "https://www.news.example/"})]
        assert "redirects to https://www.news.example" in error(site)


def test_a_name_is_resolved_once(site: Site) -> None:
    """What a name stands for later (DNS rebinding) is never asked."""
    asked = []

    def resolve(host: str, port: int) -> list[Any]:
        asked.append(host)
        return [ip_address("127.0.0.1")] if len(asked) == 1 else [ip_address("169.254.169.254")]

    port = site.origin.rsplit(":", 1)[1]
    url = f"http://news.example:{port}/"
    with Fetcher(url, allowed=["news.example"], delay=0, resolve=resolve) as each:
        assert [each.get(url).body for _ in range(3)] == [b"hello"] * 3
        each.close()
        each.get(url)
    assert asked == ["news.example"]
    assert site.headers[0]["host"] == f"news.example:{port}"


def test_the_next_address_is_tried_when_one_is_down(site: Site) -> None:
    port = site.origin.rsplit(":", 1)[1]
    addresses = [ip_address("127.0.0.2"), ip_address("127.0.0.1")]
    with socket.create_server(("127.0.0.2", 0)):
        url = f"http://news.example:{port}/"
        with Fetcher(url, allowed=["news.example"], delay=0, resolve=lambda host, port: addresses) as each:
            assert each.get(url).body == b"hello"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate")
class TestTls:
    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        path = tmp_path / "both.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
                *("-keyout", str(path), "-out", str(tmp_path / "cert.pem"), "-days", "2"),
                *("-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"),
            ],
            check=True,
            capture_output=True,
        )
        path.write_bytes(path.read_bytes() + (tmp_path / "cert.pem").read_bytes())
        return path

    @pytest.fixture
    def port(self, certificate: Path) -> Iterator[tuple[int, list[str | None]]]:
        """A server of TLS, and the names that were asked for in the handshake."""
        names: list[str | None] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda sock, name, ctx: names.append(name)
        server = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(client, server_side=True) as tls:
                        tls.recv(10_000)
                        tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                except OSError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], names
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()

    def get(self, host: str, port: int, tls: ssl.SSLContext | None) -> bytes:
        def resolve(host: str, port: int) -> list[Any]:
            return [ip_address("127.0.0.1")]

        url = f"https://{host}:{port}/"
        with Fetcher(url, allowed=[host], delay=0, resolve=resolve, tls=tls, sleep=Waits()) as each:
            return each.get(url).body

    def test_the_certificate_is_held_against_the_name(
        self, certificate: Path, port: tuple[int, list[str | None]]
    ) -> None:
        trusting = ssl.create_default_context(cafile=str(certificate))
        assert self.get("news.example", port[0], trusting) == b"ok"
        assert port[1] == ["news.example"]
        for host, tls in (("news.example", None), ("other.example", trusting)):
            with pytest.raises(ServiceError, match="certificate"):
                self.get(host, port[0], tls)
