"""``import``: what a site or a feed holds is searchable when it returns, and a killed one goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from search_service.settings import Settings
from tests.importing.site import Answer, Site, WordPress, serving

INSIDE = {"SEARCH_IMPORT_HOSTS": "127.0.0.1", "SEARCH_IMPORT_DELAY": "0"}

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>سپیده</title><link>https://sepideh.example/</link>
<item><title>بارش برف</title><link>https://sepideh.example/1/</link><description>برف بارید.</description></item>
</channel></rss>"""


@pytest.fixture
def site() -> Iterator[WordPress]:
    site = WordPress()
    with serving(site):
        yield site


def test_posts_are_found_at_once_and_deleted_ones_no_more(shell: Any, site: WordPress) -> None:
    site.term(3, "جامعه", parent=0)
    for number in range(1, 4):
        site.add(number, "بارش برف در تهران", categories=[3])
    ran = shell("import", "wordpress", site.origin, "--json", **INSIDE)
    assert (ran.status, ran.json) == (
        0,
        {"added": 3, "updated": 0, "unchanged": 0, "deleted": 0, "failed": [], "notes": []},
    )
    assert shell("search", "برف", "--json").json["facets"]["category"][0]["count"] == 3
    del site.posts[2]
    assert shell("import", "wordpress", site.origin, "--json", **INSIDE).json["deleted"] == 1
    assert shell("search", "برف", "--json").json["total"] == 2
    assert "added 0, updated 0, " in shell("import", "wordpress", site.origin, **INSIDE).out


def test_a_killed_import_goes_on_where_it_was(shell: Any, site: WordPress) -> None:
    for number in range(1, 301):
        site.add(number)
    reached, never = threading.Event(), threading.Event()

    def hold(handler: Any) -> None:
        reached.set()
        never.wait(60)

    respond = site.respond

    def until_page_three(handler: Any) -> Answer | None:
        if "page=3&" in handler.path and not reached.is_set():
            handler.close_connection = True
            hold(handler)
            return None
        return respond(handler)

    site.respond = until_page_three  # type: ignore[assignment, method-assign]
    command = [
        sys.executable,
        "-m",
        "search_service.cli",
        "--index",
        str(shell.index),
        "import",
        "wordpress",
        site.origin,
    ]
    process = subprocess.Popen(command, env={**os.environ, **INSIDE}, stderr=subprocess.DEVNULL)
    assert reached.wait(60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    never.set()
    site.requests.clear()
    ran = shell("import", "wordpress", site.origin, "--json", **INSIDE)
    assert (ran.json["added"], ran.json["failed"]) == (100, [])
    whole = [request for request in site.requests if "_embed=" in request]
    assert len(whole) == 1
    assert "page=3&" in whole[0]
    assert shell("search", "خبر", "--json").json["total"] == 300


def test_internal_addresses_are_refused_in_one_line(shell: Any, site: WordPress) -> None:
    for kind, url in (
        ("wordpress", site.origin),
        ("feed", "http://2852039166/latest/"),
        ("feed", "file:///etc/passwd"),
    ):
        ran = shell("import", kind, url)
        assert ran.status == 1
        assert ran.err.count("\n") == 1
        assert "SEARCH_IMPORT_HOSTS" in ran.err
    assert site.requests == []


def test_what_was_read_before_a_site_fails_is_searchable(shell: Any, site: WordPress) -> None:
    for number in range(1, 151):
        site.add(number)
    respond = site.respond

    def stopping(handler: Any) -> Answer:
        answer = respond(handler)
        if "page=2&" in handler.path:
            return Answer(b"", 429, {"Retry-After": "9999"})
        return answer

    site.respond = stopping  # type: ignore[method-assign]
    ran = shell("import", "wordpress", site.origin, "--json", **INSIDE)
    assert (ran.status, ran.json["added"]) == (1, 100)
    assert "asks to wait 9999 s" in ran.json["failed"][0]["error"]
    assert shell("search", "خبر", "--json").json["total"] == 100


def test_a_site_that_is_none_is_told_in_one_line(shell: Any) -> None:
    site = Site(lambda handler: Answer(b"<html>", 200, {"Content-Type": "text/html"}))
    with serving(site):
        ran = shell("import", "wordpress", site.origin, **INSIDE)
    assert ran.status == 1
    assert ran.err.count("\n") == 1
    assert "a page (HTML) where JSON should be" in ran.err


def test_a_feed_is_read_and_asked_for_again_only_when_it_changed(shell: Any) -> None:
    def respond(handler: Any) -> Answer:
        if handler.headers.get("If-None-Match") == '"1"':
            return Answer(b"", 304)
        return Answer(FEED.encode(), 200, {"ETag": '"1"', "Content-Type": "application/rss+xml"})

    site = Site(respond)
    with serving(site):
        ran = shell("import", "feed", f"{site.origin}/feed/", "--json", **INSIDE)
        assert ran.json["added"] == 1
        again = shell("import", "feed", f"{site.origin}/feed/", "--json", **INSIDE)
        assert again.json["unchanged"] == 0
        whole = shell("import", "feed", f"{site.origin}/feed/", "--full", "--json", **INSIDE)
        assert whole.json["unchanged"] == 1
    assert shell("search", "برف", "--json").json["hits"][0]["id"] == "https://sepideh.example/1/"


def test_xml_files_are_added(shell: Any) -> None:
    assert shell("add", shell.file("feed.xml", FEED), "--json").json["added"] == 1
    bomb = '<!DOCTYPE a [<!ENTITY b "c">]>' + FEED.partition("?>")[2]
    ran = shell("add", shell.file("bomb.xml", bomb), "--json")
    assert ran.status == 1
    assert "DOCTYPE" in ran.json["failed"][0]["error"]


@pytest.mark.parametrize("hosts", ['["a.example", "10.0.0.1:80"]', "A.example, 10.0.0.1:80", "a.example,10.0.0.1:80,"])
def test_hosts_that_may_be_inside_are_named_plainly_or_as_json(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("SEARCH_IMPORT_HOSTS", hosts)
    assert Settings().import_hosts == ("a.example", "10.0.0.1:80")


def test_a_list_of_hosts_that_is_none_is_told_in_one_line(shell: Any) -> None:
    ran = shell("import", "feed", "https://a.example/", SEARCH_IMPORT_HOSTS='["a')
    assert ran.status == 1
    assert ran.err.count("\n") == 1
    assert "SEARCH_IMPORT_HOSTS" in ran.err
