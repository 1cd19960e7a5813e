"""Fetching against a server on this machine: what is taken, what is refused, and that nothing runs away."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import ipaddress
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs import public_network
from psimm_docs.errors import PsimmError
from psimm_docs.fetch import DOCX, HTML, PDF, TEXT, Fetched, Limits, Manners, content_kind, fetch, media_type
from psimm_docs.public_network import is_public

PAGE = b"<!DOCTYPE html><html><body><p>Article 1</p></body></html>"


@dataclass
class Site:
    """A small site: paths to (status, headers, body); what was asked is kept."""

    port: int = 0
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, path: str, body: bytes = PAGE, kind: str = "text/html", status: int = 200, **headers: str) -> str:
        held = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
        self.pages[path] = (status, held, body)
        return self.url(path)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def drip(handler: BaseHTTPRequestHandler, piece: bytes, pause: float) -> None:
    with contextlib.suppress(OSError):
        for _ in range(10_000):
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.path, dict(self.headers)))
            if self.path == "/slow-head":
                return drip(self, b"H", 0.05)
            if self.path in ("/endless", "/slow-body"):
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                return drip(self, *((b"x" * 65536, 0.0) if self.path == "/endless" else (b"x", 0.05)))
            status, headers, body = made.pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)
            return None

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def get(url: str, *, limits: Limits | None = None, manners: Manners | None = None) -> Fetched:
    return fetch(url, limits=limits or Limits(seconds=5), allow_private=True, manners=manners or Manners(pace=0))


def refused(url: str, match: str, *, limits: Limits | None = None) -> str:
    with pytest.raises(PsimmError, match=match) as caught:
        get(url, limits=limits)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_page_comes_with_its_checksum_its_time_and_nothing_is_told_of_us(site: Site) -> None:
    url = site.put("/law", Set_Cookie="who=you")
    site.put("/robots.txt", b"User-agent: *\nDisallow: /private\n", "text/plain")
    got = get(url + "#top")
    assert (got.data, got.media_type, got.final_url) == (PAGE, HTML, url)
    assert got.sha256 == hashlib.sha256(PAGE).hexdigest()
    assert got.retrieved.endswith("+00:00")
    assert site.paths() == ["/robots.txt", "/law"]
    headers = site.asked[1][1]
    assert headers["User-Agent"].startswith("psimm-docs/")
    get(url)
    assert "Cookie" not in site.asked[-1][1]


def test_redirects_are_followed_to_the_final_address(site: Site) -> None:
    site.put("/two", PAGE)
    site.put("/one", b"", status=302, Location="/two")
    assert get(site.url("/one")).final_url == site.url("/two")


def test_by_default_this_machine_and_the_networks_around_it_are_refused(site: Site) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "[::ffff:127.0.0.1]"):
        with pytest.raises(PsimmError, match=r"not a public address|no address is known|not an address"):
            fetch(site.url("/", host), limits=Limits(seconds=2), manners=Manners(pace=0))
    assert site.asked == []


def test_a_redirect_to_an_address_that_is_not_public_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_network, "is_public", lambda address: str(address) == "127.0.0.1")
    site.put("/out", b"", status=302, Location=f"http://127.0.0.2:{site.port}/secret")
    with pytest.raises(PsimmError, match=r"127\.0\.0\.2, which is not a public address"):
        fetch(site.url("/out"), limits=Limits(seconds=5), manners=Manners(pace=0))
    assert "/secret" not in site.paths()


def answers(*addresses: str) -> list[tuple[object, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]


def test_what_was_checked_is_what_is_connected_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with a public address first and a private one after gains nothing: it is asked once a connection."""
    monkeypatch.setattr(public_network, "is_public", lambda address: str(address) == "127.0.0.1")
    true_lookup = socket.getaddrinfo
    looked_up: list[str] = []

    def lookup(host: str, *rest: object, **named: object) -> object:
        if host != "law.example":
            return true_lookup(host, *rest, **named)  # type: ignore[arg-type]
        looked_up.append(host)
        return answers("127.0.0.1" if len(looked_up) <= 2 else "10.0.0.1")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    site.put("/law")
    got = fetch(site.url("/law", "law.example"), limits=Limits(seconds=5), manners=Manners(pace=0))
    assert got.data == PAGE
    assert len(looked_up) == 2  # robots.txt and the page
    assert site.asked[-1][1]["Host"] == f"law.example:{site.port}"
    with pytest.raises(PsimmError, match=r"10\.0\.0\.1, which is not a public"):
        fetch(site.url("/law", "law.example"), limits=Limits(seconds=5), manners=Manners(pace=0))


def test_one_private_address_among_public_ones_is_enough_to_refuse(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_network, "is_public", lambda address: str(address) == "127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers("127.0.0.1", "192.168.1.1"))
    with pytest.raises(PsimmError, match=r"192\.168\.1\.1, which is not a public address"):
        fetch(site.url("/law", "law.example"), limits=Limits(seconds=5), manners=Manners(pace=0))
    assert site.asked == []


def test_an_endless_body_ends_at_the_size_limit(site: Site) -> None:
    refused(site.url("/endless"), "larger than 0.2 MB", limits=Limits(megabytes=0.2, seconds=10))


def test_a_body_that_is_told_to_be_too_large_is_not_read(site: Site) -> None:
    url = site.put("/big", b"", "text/plain", Content_Length="900000000")
    refused(url, "larger than 1 MB", limits=Limits(megabytes=1, seconds=5))


def test_a_small_body_that_unpacks_to_a_large_one_is_too_large(site: Site) -> None:
    url = site.put("/bomb", gzip.compress(b"a" * 5_000_000), "text/plain", Content_Encoding="gzip")
    refused(url, "larger than 1 MB", limits=Limits(megabytes=1, seconds=5))


@pytest.mark.parametrize("path", ["/slow-body", "/slow-head"])
def test_slowness_ends_at_the_time_limit(site: Site, path: str) -> None:
    began = time.monotonic()
    refused(site.url(path), "not had within 0.6 seconds", limits=Limits(seconds=0.6))
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("body", "declared", "match"),
    [
        (PAGE, "application/pdf", "calls it application/pdf, but it is text/html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png", "not a PDF, HTML, DOCX or text document"),
        (b"", "text/html", "not a PDF"),
        (b"%PDF-1.7\n", "text/html", "but it is application/pdf"),
        (b"PK\x03\x04 no zip at all", "application/zip", "not a PDF"),
    ],
)
def test_what_is_no_document_or_not_what_it_is_called_is_refused(
    site: Site, body: bytes, declared: str, match: str
) -> None:
    refused(site.put("/odd", body, declared), match)


def test_each_kind_is_known_by_its_content(site: Site) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    for body, declared, kind in (
        (b"%PDF-1.7\n1 0 obj", "application/octet-stream", PDF),
        (packed.getvalue(), "application/zip", DOCX),
        ("Члан 1.\nТекст".encode(), "text/plain; charset=utf-8", TEXT),
        ("Član 1.".encode("cp1250") + b" tekst zakona", "text/plain", TEXT),
        ("Член 1".encode("utf-16"), "", TEXT),
        (b"\xef\xbb\xbf<html><p>a</p></html>", "application/xhtml+xml", HTML),
    ):
        assert get(site.put("/kind", body, declared)).media_type == kind


def test_robots_are_obeyed(site: Site) -> None:
    site.put(
        "/robots.txt", b"User-agent: *\nDisallow: /private\n\nUser-agent: psimm-docs\nDisallow: /ours\n", "text/plain"
    )
    refused(site.put("/ours/law"), "robots.txt forbids it")
    assert site.paths() == ["/robots.txt"]
    assert get(site.put("/law")).data == PAGE
    site.put("/moved", b"", status=301, Location="/ours/law")
    refused(site.url("/moved"), "robots.txt forbids it")
    assert "/ours/law" not in site.paths()


@pytest.mark.parametrize(("status", "match"), [(403, "robots.txt forbids it"), (503, "try again later")])
def test_robots_that_are_shut_or_ill_mean_no(site: Site, status: int, match: str) -> None:
    site.put("/robots.txt", b"", status=status)
    refused(site.put("/law"), match)
    assert "/law" not in site.paths()


@pytest.mark.parametrize(
    ("status", "match"),
    [
        (404, "no such page"),
        (410, "no such page"),
        (403, "refuses access"),
        (503, "try again later"),
        (204, "answers 204"),
    ],
)
def test_a_status_is_told_in_words(site: Site, status: int, match: str) -> None:
    refused(site.put("/gone", b"", status=status), match)


def test_redirects_that_do_not_end_are_refused(site: Site) -> None:
    site.put("/a", b"", status=302, Location="/b")
    site.put("/b", b"", status=302, Location="/a")
    refused(site.url("/a"), "in a circle")
    for step in range(9):
        site.put(f"/{step}", b"", status=307, Location=f"/{step + 1}")
    refused(site.url("/0"), "more than 5 redirects")
    refused(site.put("/nowhere", b"", status=302), "redirects to nowhere")
    refused(site.put("/file", b"", status=302, Location="file:///etc/passwd"), "not an http or https address")


@pytest.mark.parametrize(
    ("url", "match"),
    [
        ("ftp://example.org/law.pdf", "not an http or https"),
        ("file:///etc/passwd", "not an http or https"),
        ("https:///law", "not an http or https"),
        ("law.pdf", "not an http or https"),
        ("https://me:secret@example.org/", "user name or password"),
        ("http://[::1/", "not an address"),
    ],
)
def test_only_plain_web_addresses_are_asked(url: str, match: str) -> None:
    refused(url, match)


def test_no_server_and_no_such_name_are_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        refused(f"http://127.0.0.1:{free.getsockname()[1]}/", "can't be reached")

    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    refused("https://nowhere.example/", "no address is known for nowhere.example")


def test_a_resolver_that_does_not_answer_ends_at_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: stop.wait(20))
    refused("https://slow.example/", "not had within 0.3 seconds", limits=Limits(seconds=0.3))
    stop.set()


def test_a_host_is_asked_once_in_a_while(site: Site) -> None:
    manners = Manners(pace=0.2)
    site.put("/robots.txt", b"User-agent: *\nAllow: /\n", "text/plain")
    url = site.put("/law")
    began = time.monotonic()
    get(url, manners=manners)
    get(url, manners=manners)
    assert site.paths() == ["/robots.txt", "/law", "/law"]
    assert 0.4 <= time.monotonic() - began < 2
    site.put("/robots.txt", b"User-agent: *\nCrawl-delay: 20\n", "text/plain")
    with pytest.raises(PsimmError, match=r"not had within 0\.3 seconds"):
        get(url, manners=Manners(pace=0), limits=Limits(seconds=0.3))


@given(st.ip_addresses())
def test_public_addresses_are_a_part_of_the_global_ones(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(address) and not (address.version == 6 and address.ipv4_mapped):
        assert address.is_global


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_judged_like_itself(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for wrapper in (0xFFFF << 32, int(ipaddress.IPv6Address("64:ff9b::")), 0x2002 << 112):
        wrapped = ipaddress.IPv6Address(wrapper | (number << 80 if wrapper >> 112 == 0x2002 else number))
        assert is_public(address) or not is_public(wrapped)


@given(st.binary(max_size=300), st.sampled_from(["", "text/html", "application/pdf", "text/plain; charset=x"]))
def test_any_bytes_are_a_known_kind_or_refused_in_words(data: bytes, declared: str) -> None:
    assert content_kind(data) in ("", PDF, HTML, DOCX, TEXT)
    with contextlib.suppress(PsimmError):
        assert media_type(data, declared, "https://example.org/") == content_kind(data)
