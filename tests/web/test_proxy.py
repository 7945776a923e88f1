"""Who asks, and by which name, behind as many proxies as there are."""

import pytest

WHO = "192.0.2.9"


def limited(house, forwarded=None, peer="10.0.0.1", **headers):
    """Whether the client of such a request has used up its one search."""
    given = headers | ({} if forwarded is None else {"X-Forwarded-For": forwarded})
    response = house.client.get("/api/v1/suggest?q=xy", headers=given, environ_base={"REMOTE_ADDR": peer})
    return response.status_code == 429


@pytest.fixture
def behind(open_house):
    def make(hops):
        return open_house(proxy_hops=hops, rate_search="1/hour")

    return make


def test_without_a_proxy_nobody_speaks_for_another(behind):
    house = behind(0)
    assert not limited(house, "192.0.2.1")
    assert limited(house, "192.0.2.2")
    assert limited(house, None, **{"Forwarded": "for=192.0.2.3", "X-Real-IP": "192.0.2.3", "X-Client-IP": "192.0.2.3"})


def test_behind_one_proxy_the_last_address_counts_and_what_a_client_wrote_does_not(behind):
    house = behind(1)
    assert not limited(house, WHO)
    for spoofed in ("1.1.1.1", "1.1.1.1, 2.2.2.2", "127.0.0.1", "unknown", "' OR 1=1", ",,,"):
        assert limited(house, f"{spoofed}, {WHO}"), spoofed
    assert not limited(house, f"{WHO}, 192.0.2.10")


def test_behind_two_proxies_the_last_but_one_counts(behind):
    house = behind(2)
    assert not limited(house, f"{WHO}, 10.0.0.7")
    assert limited(house, f"1.1.1.1, {WHO}, 10.0.0.8")


def test_a_header_that_is_shorter_than_the_hops_is_not_believed(behind):
    house = behind(2)
    assert not limited(house, WHO)
    assert limited(house, "192.0.2.10")  # both came from the proxy itself, as far as can be told


@pytest.mark.parametrize("text", ["", "unknown", "999.1.1.1", "[::1", "a" * 5000, "::ffff:999"])
def test_what_is_no_address_is_one_client_and_no_failure(behind, text):
    house = behind(1)
    assert not limited(house, f"x, {text}" if text else text)
    assert limited(house, f"y, {text}" if text else text)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "news.example@evil.example", ""])
def test_only_named_hosts_are_answered(open_house, host):
    house = open_house(allowed_hosts=("news.example", ".cms.example"))
    response = house.client.get("/healthz", headers={"Host": host})
    assert response.status_code == 400
    assert response.json["code"] == "host_unknown"


@pytest.mark.parametrize("host", ["news.example", "news.example:8443", "cms.example", "a.b.cms.example"])
def test_named_hosts_are(open_house, host):
    house = open_house(allowed_hosts=("news.example", ".cms.example"))
    assert house.client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ['"><script>alert(1)</script>', "a b", "a\\b", "[::1", "a/b", "a#b"])
def test_a_host_that_is_none_does_no_harm(client, host):
    response = client.get("/", headers={"Host": host})
    assert response.status_code in (200, 400)
    assert host not in response.text


def test_another_host_in_forwarding_headers_is_not_ours(open_house):
    house = open_house(proxy_hops=1)
    given = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Prefix": "/evil"}
    assert "evil" not in house.client.get("/opensearch.xml", headers=given).text


@pytest.mark.parametrize("name", ["a b", "http://a.example", "a.example:80", "*", "a..b"])
def test_a_setting_that_names_no_host_is_refused(open_house, name):
    with pytest.raises(ValueError, match="allowed_hosts"):
        open_house(allowed_hosts=(name,))
