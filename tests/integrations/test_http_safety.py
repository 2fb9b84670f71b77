"""What the client of all sources refuses: addresses inside, detours, and answers without end."""

import gzip
import json
import socket
import traceback
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.errors import SourceError
from integrations import addresses, auth, crm, http
from integrations.crm.hubspot import limits, shapes
from integrations.http import Client
from integrations.vendor import Vendor
from tests.fakes.wire import Request, Response, Server

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
CANARY = "pat-na1-canary-7e41"
INSIDE = """
127.0.0.1 127.1 127.255.255.254 0x7f.1 2130706433 0177.0.0.1 0.0.0.0 localhost
10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 169.254.169.254 192.0.0.8
198.18.0.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
[::1] [::] [::ffff:127.0.0.1] [::ffff:10.0.0.1] [::127.0.0.1] [fe80::1] [fec0::1] [fc00::1]
[::ffff:0:7f00:1] [::ffff:0:169.254.169.254] 168.63.129.16 100.100.100.200 [fd20:ce::254]
[fd00:ec2::254] [ff02::1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2001::1]
"""


class Vendors(list):
    """A server that answers as told and keeps what it was asked."""

    def __init__(self):
        super().__init__()
        self.answer = lambda _: Response(200, b'{"results": []}')

    def __call__(self, request: Request) -> Response:
        self.append(request)
        return self.answer(request)


@contextmanager
def vendor():
    asked = Vendors()
    server = Server(asked)
    try:
        yield f"http://127.0.0.1:{server.port}", asked
    finally:
        server.stop()


@pytest.fixture
def vendors():
    with vendor() as (url, asked):
        yield url, asked


@contextmanager
def client(url, *, patient=True):
    told = Vendor("Acme", idempotent=("/read",) if patient else ())
    with Client(
        told,
        url,
        token=auth.fixed(CANARY),
        clock=lambda: NOW,
        allow_private=True,
        sleep=lambda _: None,
    ) as made:
        yield made


def refused(what, *arguments) -> SourceError:
    with pytest.raises(SourceError) as caught:
        what(*arguments)
    return caught.value


@pytest.mark.parametrize("host", INSIDE.split())
def test_an_address_inside_is_refused_however_it_is_written(host):
    for port in ("", ":443", ":8443"):
        error = refused(
            lambda url: addresses.check(url, allow_private=False), f"https://{host}{port}"
        )
        assert (error.code, error.permanent) == ("address_private", True)


@pytest.mark.parametrize("url", ["https://8.8.8.8", "https://[2606:4700:4700::1111]:443/"])
def test_an_address_of_the_public_internet_is_taken(url):
    addresses.check(url, allow_private=False)


@pytest.mark.parametrize("port", [0, 22, 25, 80, 8000, 8443])
def test_another_port_of_the_public_internet_is_read_only_where_that_is_allowed(port):
    url = f"https://8.8.8.8:{port}"
    error = refused(lambda: addresses.check(url, allow_private=False))
    assert (error.code, error.permanent) == ("address_port", True)
    assert "HEADWAY_ALLOW_PRIVATE_SOURCES" in error.fix.id
    addresses.check(url, allow_private=True)


CLOUD = "169.254.169.254 2852039166 0xa9fea9fe [::ffff:169.254.169.254] 168.63.129.16 [fe80::1]"


@pytest.mark.parametrize("host", CLOUD.split())
def test_where_a_cloud_tells_its_secrets_is_no_source_whatever_is_allowed(host):
    made = Client(
        Vendor("A"), f"http://{host}", token=auth.fixed("x"), clock=lambda: NOW, allow_private=True
    )
    with made:
        assert refused(made.get, "/latest/meta-data", dict).code == "address_private"


def test_a_name_that_leads_there_is_not_followed_either(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    made = Client(
        Vendor("A"), "http://crm.lan", token=auth.fixed("x"), clock=lambda: NOW, allow_private=True
    )
    with made:
        assert refused(made.get, "/x", dict).code == "address_private"


FOREIGN = [
    ("hubspot", "https://api.hubapi.com.evil.example"),
    ("hubspot", "https://evilhubapi.com"),
    ("salesforce", "https://acme.my.salesforce.com.evil.example"),
    ("salesforce", "https://my.salesforce.com@8.8.8.8"),
    ("pipedrive", "https://8.8.8.8"),
    ("activecampaign", "https://acme.api-us1.com.evil.example"),
    ("freshsales", "https://acme.myfreshworks.com\\@8.8.8.8"),
    ("zoho", "https://www.zohoapis.example"),
]
OWN = [
    ("hubspot", "https://api.hubapi.com"),
    ("hubspot", "https://api-eu1.hubapi.com."),
    ("salesforce", "https://acme--test.sandbox.my.salesforce.com"),
    ("salesforce", "https://ACME.lightning.force.com"),
    ("pipedrive", "https://acme.pipedrive.com"),
    ("activecampaign", "https://acme.api-us1.com"),
    ("freshsales", "https://acme.myfreshworks.com"),
    ("zoho", "https://www.zohoapis.com.au"),
]


def vendor_of(name):
    if name == "hubspot":
        return limits.vendor("UTC")
    found: Any = crm.kind(name)
    return found.vendor


@pytest.mark.parametrize(("name", "url"), FOREIGN)
def test_a_token_of_a_vendor_goes_to_no_other_host(name, url):
    error = refused(lambda: addresses.check(url, allow_private=False, hosts=vendor_of(name).hosts))
    assert error.code in ("address_foreign", "address_secret", "address_wrong")
    with pytest.raises(SourceError):
        Client(vendor_of(name), url, token=auth.fixed(CANARY), clock=lambda: NOW)


@pytest.mark.parametrize(("name", "url"), OWN)
def test_the_hosts_of_a_vendor_are_taken(name, url, monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    addresses.check(url, allow_private=False, hosts=vendor_of(name).hosts)


@pytest.mark.parametrize("path", ["@8.8.8.8/", ".evil.example/", ":1/", "8.8.8.8", ""])
def test_a_path_that_a_vendor_tells_does_not_lengthen_its_name(vendors, path):
    url, asked = vendors
    with client(url) as made:
        assert refused(made.get, path, dict).code == "not_understood"
    assert asked == []


@pytest.mark.parametrize("body", [b'{"results":' + b"[" * 200_000, b'{"a":' * 200_000])
def test_an_answer_nested_without_end_is_no_data(vendors, body):
    url, asked = vendors
    asked.answer = lambda _: Response(200, body)
    with client(url) as made:
        error = refused(made.get, "/read", dict[str, Any])
    assert (error.code, error.permanent, len(asked)) == ("not_understood", True, 1)
    asked.answer = lambda _: Response(400, body)
    assert refused(refreshed(url), False).code in ("unauthorized", "unreachable")
    asked.answer = lambda _: Response(200, body)
    assert refused(refreshed(url), False).code == "unreachable"


def test_a_name_of_which_one_address_leads_inside_is_refused(monkeypatch):
    places = ["8.8.8.8", "10.0.0.1"]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, 443)) for place in places]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    error = refused(lambda: addresses.check("https://crm.example", allow_private=False))
    assert error.code == "address_private"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://8.8.8.8", "address_plain"),
        ("https://joe:geheim@8.8.8.8", "address_secret"),
        ("file:///etc/passwd", "address_wrong"),
        ("gopher://8.8.8.8", "address_wrong"),
        ("https://", "address_wrong"),
        ("8.8.8.8", "address_wrong"),
        ("", "address_wrong"),
    ],
)
def test_an_address_says_what_is_wrong_with_it_and_not_what_it_holds(url, code):
    error = refused(lambda: addresses.check(url, allow_private=False))
    assert error.code == code
    assert "geheim" not in str(error.message)


def test_a_client_cannot_be_made_for_an_address_inside(vendors):
    url, asked = vendors
    for address in (url, url.replace("http:", "https:")):
        error = refused(
            lambda a=address: Client(Vendor("A"), a, token=auth.fixed("x"), clock=lambda: NOW)
        )
        assert error.code in ("address_plain", "address_private")
    assert asked == []


def test_a_detour_is_not_followed(vendors):
    url, asked = vendors
    with vendor() as (elsewhere, led):
        asked.answer = lambda _: Response(302, b"", headers=f"Location: {elsewhere}/\r\n")
        with client(url) as made:
            error = refused(made.get, "/read", dict)
        assert (error.code, error.permanent, len(asked), led) == ("redirected", True, 1, [])


def test_proxies_of_the_surroundings_are_ignored(vendors, monkeypatch):
    url, asked = vendors
    with vendor() as (proxy, led):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.setenv("NO_PROXY", "")
        with client(url) as made:
            made.get("/read", dict)
        assert (len(asked), led) == (1, [])


def test_the_token_goes_into_a_header_and_not_into_the_address(vendors):
    url, asked = vendors
    with client(url) as made:
        made.get("/read", dict, {"limit": 5, "q": "a b"})
    (request,) = asked
    assert request.headers["authorization"] == f"Bearer {CANARY}"
    assert request.query == {"limit": ["5"], "q": ["a b"]}
    assert CANARY not in request.target


@pytest.mark.parametrize("value", ["", " ", "a,b", "a&b=c#d?", "ก/é", "%20", "+", 5, '"<\n'])
def test_whatever_is_asked_for_arrives_as_it_was_said(vendors, value):
    url, asked = vendors
    with client(f"{url}/a b/") as made:
        made.get("/read", dict, {"properties": value, "q&": "1"})
    (request,) = asked
    (path, _, given) = request.target.partition("?")
    assert path == "/a%20b/read"
    assert parse_qs(given, keep_blank_values=True) == {"properties": [str(value)], "q&": ["1"]}


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_is_too_large_is_refused_once(vendors, packed):
    url, asked = vendors
    body = b'"' + b"x" * (http.MOST_BYTES + 1) + b'"'
    body = gzip.compress(body, 1) if packed else body
    headers = "Content-Encoding: gzip\r\n" if packed else ""
    asked.answer = lambda _: Response(200, body, headers=headers)
    with client(url) as made:
        assert refused(made.get, "/read", str).code == "answer_too_large"
    assert len(asked) == 1


def test_an_answer_that_drips_has_an_end(vendors, monkeypatch):
    url, asked = vendors
    monkeypatch.setattr(http, "PATIENCE", 0.2)
    asked.answer = lambda _: Response(200, b'{"results": []}' + b" " * 2000, drip=2.0)
    with client(url) as made:
        assert refused(made.get, "/read", dict).code == "unreachable"


@pytest.mark.parametrize("kind", ["large", "drip"])
def test_an_answer_of_a_token_endpoint_has_an_end_too(vendors, monkeypatch, kind):
    url, asked = vendors
    grant = json.dumps({"access_token": "a", "expires_in": 1800}).encode()
    if kind == "large":
        grant += b" " * (auth.MOST_BYTES + 1)
    monkeypatch.setattr(auth, "PATIENCE", 0.2 if kind == "drip" else auth.PATIENCE)
    asked.answer = lambda _: Response(200, grant, drip=2.0 if kind == "drip" else 0.0)
    error = refused(refreshed(url), False)
    assert (error.code, error.permanent) == ("unreachable", False)


def test_a_token_endpoint_does_not_lead_elsewhere(vendors):
    url, asked = vendors
    with vendor() as (elsewhere, led):
        asked.answer = lambda _: Response(307, b"", headers=f"Location: {elsewhere}/\r\n")
        refused(refreshed(url), False)
        assert led == []


def refreshed(url):
    return auth.Refreshed(
        "Acme",
        url,
        client_id="one",
        client_secret=CANARY,
        refresh_token=CANARY,
        keep=lambda _: None,
        clock=lambda: NOW,
        allow_private=True,
    )


def test_what_may_have_had_an_effect_is_not_asked_for_twice(vendors):
    url, asked = vendors
    asked.answer = lambda _: Response(503, b"{}")
    with client(url) as made:
        assert refused(made.post, "/write", {}, dict).code == "server_error"
        assert len(asked) == 1
        refused(made.post, "/read", {}, dict)
        assert len(asked) == 1 + http.TRIES


@pytest.mark.parametrize("status", [400, 404, 410, 414, 422])
def test_a_request_that_was_refused_is_not_repeated(vendors, status):
    url, asked = vendors
    asked.answer = lambda _: Response(status, b"{}")
    with client(url) as made:
        error = refused(made.get, "/read", dict)
    assert (error.code, error.permanent, len(asked)) == (f"refused_{status}", True, 1)


ANSWERS: Any = [
    Response(0, b"", cut="reset"),
    Response(200, b"<html>", content_type="text/html"),
    Response(200, b'{"a"'),
    Response(200, b"[1]"),
    *(Response(status, b"{}") for status in (301, 400, 401, 403, 404, 429, 500, 503)),
]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda one: f"{one.status}{one.body!r}")
def test_no_failure_shows_the_token(vendors, answer):
    url, asked = vendors
    asked.answer = lambda _: answer
    with client(url) as made, pytest.raises(SourceError) as caught:
        made.get("/read", dict[str, Any])
    error = caught.value
    shown = [repr(error), repr(error.message), repr(error.fix), repr(error.__cause__)]
    shown += traceback.format_exception(error)
    assert not [text for text in shown if CANARY in text]


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    body=st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(("results", "paging", "next", "after", "id", "properties")), inner
            )
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_answer_is_data_or_an_error_of_the_source(vendors, body):
    url, asked = vendors
    asked.answer = lambda _: Response(200, body)
    with client(url) as made:
        try:
            assert isinstance(made.get("/read", shapes.Listing).results, list)
        except SourceError as error:
            assert error.code in ("not_understood", "not_data")
