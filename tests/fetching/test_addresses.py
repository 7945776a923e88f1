"""No notation of an internal address leads inside."""

from __future__ import annotations

import contextlib
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.errors import ServiceError
from search_service.fetching.addresses import Address, is_public
from search_service.fetching.fetcher import Fetcher
from search_service.fetching.target import Target, checked, resolve

INTERNAL_4 = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
]
INTERNAL_6 = [
    "::",
    "::1",
    "::127.0.0.1",
    "100::1",
    "64:ff9b:1::a00:1",
    "2001::1",
    "2001:0:7f00:1:0:ffff:80ff:fffe",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2a00:1450::5efe:10.0.0.1",
    "2a00:1450::200:5efe:10.0.0.1",
]


def notations(text: str) -> list[str]:
    """The ways in which an address of four numbers can be written into a URL."""
    number = int(IPv4Address(text))
    a, b, c, d = text.split(".")
    low = f"{number:08x}"
    return [
        text,
        f"{text}.",
        str(number),
        hex(number),
        f"0{number:o}",
        ".".join(f"0{int(part):o}" for part in (a, b, c, d)),
        ".".join(hex(int(part)) for part in (a, b, c, d)),
        f"{a}.{(int(b) << 16) + (int(c) << 8) + int(d)}",
        f"{a}.{b}.{(int(c) << 8) + int(d)}",
        f"0x{int(a):x}.{int(b)}.0{int(c):o}.{int(d)}",
        "".join(chr(ord(digit) - ord("0") + 0xFF10) if digit != "." else "。" for digit in text),
        text.replace(".", "%2e"),
        f"[::ffff:{text}]",
        f"[::ffff:{low[:4]}:{low[4:]}]",
        f"[0:0:0:0:0:ffff:{text}]",
        f"[::{text}]",
        f"[64:ff9b::{text}]",
        f"[64:ff9b::{low[:4]}:{low[4:]}]",
        f"[2002:{low[:4]}:{low[4:]}::1]",
        f"[2001:0:{low[:4]}:{low[4:]}::1]",
        f"[fe80::5efe:{text}]",
        f"user@{text}",
        f"news.example@{text}",
        f"{text}#@news.example",
        f"{text}\\@news.example",
        f"{text}\t",
    ]


HOSTS = [
    *(host for text in INTERNAL_4 for host in notations(text)),
    *(f"[{text}]" for text in INTERNAL_6),
    *(f"[{text.upper()}]" for text in INTERNAL_6),
    "[fe80::1%25eth0]",
    "[fe80::1%lo]",
    "[::1%lo]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "①②⑦.⓪.⓪.①",
    "0",
    "127.1",
    "0177.1",
    "0x7f.1",
    "[v1.fe80::1]",
    "[127.0.0.1]",
    "",
]


def names_of_news(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    """What the system makes of a host, where names of the outside are known by no server here."""
    if host.endswith("news.example"):
        return [ip_address("93.184.216.34")]
    return resolve(host, port)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_notation_leads_inside(scheme: str) -> None:
    reached: dict[str, list[Address]] = {}
    for host in HOSTS:
        url = f"{scheme}://{host}/latest/meta-data/"
        with contextlib.suppress(ServiceError):
            reached[url] = checked(Target.of(url), (), names_of_news)
    assert reached == {}


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://news.example/",
        "gopher://127.0.0.1:6379/_SET",
        "javascript:alert(1)",
        "//news.example",
        "news.example",
        "http:/news.example",
        "http:news.example",
        "http://",
        "http://:80/",
        "http://news.example:0/",
        "http://news.example:99999/",
        "http://news.example:8o/",
        "http://news.example\r\nHost: 127.0.0.1/",
        "http://news.example/\r\nX: 1",
        "http://news.example/a b",
        "http://news example/",
        "http://[::1/",
        "http://xn--\ud800/",
        f"http://news.example/{'a' * 5000}",
        f"http://{'a' * 300}.example/",
    ],
)
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(ServiceError) as caught:
        checked(Target.of(url), (), names_of_news)
    assert caught.value.code in ("fetch_refused", "fetch_failed")


def test_public_addresses_are_public() -> None:
    for text in ("8.8.8.8", "93.184.216.34", "185.143.233.1", "2606:2800:220:1::1", "2a00:1450:4001::1", "172.32.0.1"):
        assert is_public(ip_address(text))
    assert is_public(ip_address("::ffff:8.8.8.8"))
    assert is_public(ip_address("64:ff9b::8.8.8.8"))


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:0:0", "64:ff9b::"]))
def test_an_address_within_an_address_counts_as_itself(address: IPv4Address, prefix: str) -> None:
    assert is_public(IPv6Address(int(IPv6Address(prefix)) + int(address))) == is_public(address)


@given(st.ip_addresses())
def test_what_the_standard_library_calls_internal_is_not_public(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast:
        inner = getattr(address, "ipv4_mapped", None)
        assert not is_public(address) or (inner is not None and is_public(inner))


def test_a_name_that_stands_for_an_internal_address_too_is_refused() -> None:
    both = [ip_address("93.184.216.34"), ip_address("169.254.169.254")]
    with pytest.raises(ServiceError, match=r"169\.254\.169\.254"):
        Fetcher("http://news.example/", resolve=lambda host, port: both)


@pytest.mark.parametrize("allowed", ["intranet.example", "intranet.example:8080"])
def test_a_host_that_the_setting_names_may_be_inside(allowed: str) -> None:
    target = Target.of("http://INTRANET.example:8080/")
    assert checked(target, [allowed], lambda host, port: [ip_address("10.0.0.1")]) == [ip_address("10.0.0.1")]
    with pytest.raises(ServiceError):
        checked(Target.of("http://other.example:8080/"), [allowed], lambda host, port: [ip_address("10.0.0.1")])
    with pytest.raises(ServiceError):
        checked(target, ["intranet.example:9"], lambda host, port: [ip_address("10.0.0.1")])


def test_unknown_hosts_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ServiceError, match=r"news\.example is not known"):
        resolve("news.example", 80)
