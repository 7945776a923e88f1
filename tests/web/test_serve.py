"""The whole service as processes: gunicorn and the indexer under their supervisor."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from search_service.archive.archive import Archive
from search_service.archive.keys import Keys
from search_service.errors import ServiceError
from search_service.settings import Settings
from search_service.web.serve import address, environment, serve

PATIENCE = 60.0

SERVE = "from search_service.settings import Settings; from search_service.web.serve import serve; serve(Settings())"


class Service:
    """A running ``serve``, as a user starts it."""

    def __init__(self, settings):
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE],
            env={**os.environ, **environment(settings)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().split()[0]

    def ask(self, path, method="GET", body=None, **headers):
        """The status and JSON of an answer."""
        request = urllib.request.Request(self.url + path, method=method, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def children(self):
        """The processes that it started itself."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(path) as file:  # noqa: PTH123
            return [int(pid) for pid in file.read().split()]

    def end(self, number):
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


@pytest.fixture
def settings(tmp_path):
    return Settings(
        index=tmp_path / "index", port=0, workers=1, batch_seconds=0.01, wait_seconds=60.0, max_article_bytes=10_000
    )


@pytest.fixture
def service(settings):
    service = Service(settings)
    yield service
    if service.process.poll() is None:
        service.process.kill()
        service.process.communicate()


def gone(pid):
    """Whether the process has ended, waited for."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_an_article_is_written_found_and_all_ends_in_order(service, settings):
    archive = Archive.open(settings.archive_path)
    key, _ = Keys(archive).create("a test", ["write"])
    headers = {"Authorization": f"Bearer {key}"}
    path = "/api/v1/articles/https%3A%2F%2Fa.example%2Fx%3Fy%3D1"
    body = json.dumps({"title": "بازگشت آب به رودخانه"}).encode()
    assert service.ask(path + "?wait=indexed", "PUT", body, **headers)[0] == 201
    status, answer = service.ask("/api/v1/search?q=%D8%B1%D9%88%D8%AF%D8%AE%D8%A7%D9%86%D9%87")
    assert (status, answer["hits"][0]["id"]) == (200, "https://a.example/x?y=1")
    assert service.ask("/readyz")[0] == 200

    too_large = service.ask("/api/v1/articles/b", "PUT", b"x" * 10**6, **headers)
    assert (too_large[0], too_large[1]["code"]) == (413, "article_too_large")
    chunked = service.ask("/api/v1/articles", "POST", iter([b'{"id": "c",', b'"title": "x"}']), **headers)
    assert (chunked[0], chunked[1]["added"]) == (202, 1)

    children = service.children()
    assert len(children) == 2
    status, errors = service.end(signal.SIGTERM)
    assert status == 0
    assert {json.loads(line)["logger"] for line in errors.splitlines()} == {"search_service.requests"}
    assert all(gone(pid) for pid in children)
    archive.close()


def test_what_dies_is_started_again_and_what_is_killed_leaves_nothing(service):
    web, indexer = service.children()
    os.kill(indexer, signal.SIGKILL)
    give_up = time.monotonic() + PATIENCE
    while len(children := service.children()) < 2 or indexer in children:
        assert time.monotonic() < give_up
        time.sleep(0.05)
    assert children[0] == web
    _, errors = service.end(signal.SIGKILL)
    assert "the indexer ended with -9" in errors
    assert all(gone(pid) for pid in children)


def test_a_port_that_is_taken_is_told_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServiceError) as caught:
            serve(Settings(port=port))
    assert caught.value.code == "port_taken"
    assert str(port) in str(caught.value)
    assert "--port" in str(caught.value)


def test_an_address_that_is_not_ours_is_told():
    with pytest.raises(ServiceError):
        serve(Settings(host="192.0.2.1"))
    with pytest.raises(ServiceError):
        serve(Settings(host="no such host"))


def test_settings_go_through_the_environment(tmp_path, monkeypatch):
    settings = Settings(index=tmp_path, port=1234, known_categories=("ایران", "جهان"), search_open=False)
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("localhost", "http://localhost:8000"),
    ],
)
def test_the_address_is_one_that_a_browser_takes(host, url):
    assert address(host, 8000) == url
