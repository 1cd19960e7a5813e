"""Getting one public document by its address, without being led anywhere else.

Invariants: a connection goes only to an address that was checked to be public just before it was connected to (a name is looked
up once, so a second answer can't differ), on every hop of a redirect; nothing runs longer or grows larger than its limits;
what the bytes are is told by the bytes. A site's robots.txt is obeyed and a host is asked once a second at most.
No cookies, no passwords, no proxy. What becomes of the bytes is left to `intake`.
"""

from __future__ import annotations

import hashlib
import io
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.robotparser import RobotFileParser

import httpcore
import httpx

from psimm_docs import __version__
from psimm_docs.errors import PsimmError

if TYPE_CHECKING:
    from collections.abc import Sequence

ROBOT = "psimm-docs"
USER_AGENT = f"{ROBOT}/{__version__} (research corpus of public legal texts)"

PDF = "application/pdf"
HTML = "text/html"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT = "text/plain"

DECLARED: Mapping[str, frozenset[str]] = {
    PDF: frozenset({PDF, "application/x-pdf"}),
    HTML: frozenset({HTML, "application/xhtml+xml"}),
    DOCX: frozenset({DOCX, "application/msword", "application/zip", "application/x-zip-compressed"}),
    TEXT: frozenset({TEXT, "text/markdown"}),
}
"""What a server may call each kind of content that is taken."""

UNTOLD = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/download", "application/force-download"}
)
"""What servers say when they say nothing."""

HTML_TAG = re.compile(rb"<(!doctype\s+html|html|head|body|meta|title|div|p|table|h[1-6]|article|center|font)\b", re.I)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ROBOTS_BYTES = 500_000
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken at most: size of the document, seconds for everything, redirects."""

    megabytes: float = 100
    seconds: float = 120
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it came: its bytes and checksum, its media type by content, from where, and when (UTC, ISO 8601)."""

    data: bytes
    media_type: str
    url: str
    final_url: str
    sha256: str
    retrieved: str


@dataclass(slots=True)
class Manners:
    """What is remembered between requests, so as not to be a burden: when a host was last asked, and its robots.txt.

    `pace` is the seconds between two requests to one host; a longer `Crawl-delay` up to `longest` seconds is kept.
    """

    pace: float = 1.0
    longest: float = 30.0
    asked: dict[str, float] = field(default_factory=dict)
    robots: dict[str, RobotFileParser] = field(default_factory=dict)

    def wait(self, host: str, deadline: Deadline, *, origin: str = "") -> None:
        """Sleep until the host may be asked again; raises PsimmError when that is later than the deadline."""
        pace = self.pace
        if origin in self.robots:
            pace = max(pace, min(float(self.robots[origin].crawl_delay(ROBOT) or 0), self.longest))
        rest = self.asked.get(host, float("-inf")) + pace - time.monotonic()
        if rest > 0:
            time.sleep(min(rest, max(deadline.left(), 0)))
        deadline.check()
        self.asked[host] = time.monotonic()


SHARED = Manners()
"""The manners of this process."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment after which nothing more is waited for, and what to call it."""

    at: float
    seconds: float
    url: str

    def left(self) -> float:
        """Return the seconds that are left; negative when it is over."""
        return self.at - time.monotonic()

    def check(self) -> None:
        """Raise PsimmError when the time is over."""
        if self.left() <= 0:
            raise PsimmError(
                f"{self.url}: not had within {self.seconds:g} seconds; try again later, or get it with a browser and add it"
            )

    def within(self, timeout: float | None) -> float:
        """Return a timeout that doesn't reach beyond the deadline; raises PsimmError when the time is over."""
        self.check()
        return max(0.001, min(self.left(), 20.0 if timeout is None else timeout))


def fetch(
    url: str, *, limits: Limits | None = None, allow_private: bool = False, manners: Manners | None = None
) -> Fetched:
    """Get a PDF, HTML, DOCX or text document from a public http or https address.

    `allow_private` lets addresses of one's own network pass and is for tests only. Raises PsimmError, in one line with
    what to do, when the address is no public http(s) address, the site can't be reached, has no such page, forbids
    robots, sends too much, takes too long, redirects too often, or sends something else than a document.
    """
    bounds = limits or Limits()
    deadline = Deadline(time.monotonic() + bounds.seconds, bounds.seconds, url)
    visit = Visit(deadline, bounds, allow_private, SHARED if manners is None else manners)
    declared, final, data = visit.document(checked_url(url, url))
    return Fetched(
        data=data,
        media_type=media_type(data, declared, str(final)),
        url=url,
        final_url=str(final),
        sha256=hashlib.sha256(data).hexdigest(),
        retrieved=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def checked_url(text: str, start: str) -> httpx.URL:
    """Return an address that may be asked; raises PsimmError when it is none of http or https, or holds a password."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise PsimmError(f"{start}: not an address ({error}); give one that begins with https://") from error
    where = start if str(url) == start else f"{start}: leads to {text}, which is"
    if url.scheme not in ("http", "https") or not url.host:
        raise PsimmError(f"{where}: not an http or https address; only public web pages are fetched")
    if url.userinfo:
        raise PsimmError(f"{where}: holds a user name or password; give the address without it")
    return url.copy_with(fragment=None)


@dataclass(frozen=True, slots=True)
class Visit:
    """One document's requests: robots.txt, redirects and the document, under one deadline."""

    deadline: Deadline
    limits: Limits
    allow_private: bool
    manners: Manners

    def document(self, url: httpx.URL) -> tuple[str, httpx.URL, bytes]:
        """Return what the server calls the content, the last address, and the bytes."""
        return self.follow(url, most=int(self.limits.megabytes * 1_000_000), robots=True)

    def follow(self, url: httpx.URL, *, most: int, robots: bool) -> tuple[str, httpx.URL, bytes]:
        """Ask for an address and follow its redirects."""
        start = self.deadline.url
        seen = {str(url)}
        for _ in range(self.limits.redirects + 1):
            if robots:
                self.obey_robots(url)
            with self.client() as client, self.answer(client, url) as response:
                if response.status_code not in REDIRECTS:
                    refuse_status(response.status_code, url, start)
                    return response.headers.get("content-type", ""), url, self.body(response, url, most)
                target = response.headers.get("location", "")
            try:
                following = str(url.join(target)) if target else ""
            except (httpx.InvalidURL, ValueError):
                following = ""
            if not following:
                raise PsimmError(f"{url}: redirects to nowhere; look for the document's new address")
            url = checked_url(following, start)
            if str(url) in seen:
                raise PsimmError(f"{start}: redirects in a circle at {url}; get it with a browser and add the file")
            seen.add(str(url))
        raise PsimmError(f"{start}: more than {self.limits.redirects} redirects; give the address where they end")

    def client(self) -> httpx.Client:
        """Return a client that keeps nothing and connects only where it may."""
        transport = GuardedTransport(GuardedBackend(self.deadline, allow_private=self.allow_private))
        headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip, deflate", "Connection": "close"}
        return httpx.Client(transport=transport, headers=headers, trust_env=False, follow_redirects=False, timeout=20.0)

    def answer(self, client: httpx.Client, url: httpx.URL) -> Answer:
        """Send the request, after waiting for the host's turn."""
        self.manners.wait(url.host, self.deadline, origin=origin_of(url))
        return Answer(client, url, self.deadline)

    def body(self, response: httpx.Response, url: httpx.URL, most: int) -> bytes:
        """Read the bytes of an answer, never more than `most`."""
        too_much = PsimmError(
            f"{url}: larger than {most / 1e6:g} MB; get it with a browser, split it if need be, and add the file"
        )
        length = response.headers.get("content-length", "")
        if length.isdigit() and int(length) > most:
            raise too_much
        data = bytearray()
        with told(self.deadline, url):
            for piece in response.iter_bytes(65536):
                data += piece
                if len(data) > most:
                    raise too_much
                self.deadline.check()
        return bytes(data)

    def obey_robots(self, url: httpx.URL) -> None:
        """Raise PsimmError when the site's robots.txt forbids the address (or can't be had because the site is ill)."""
        origin = origin_of(url)
        if origin not in self.manners.robots:
            self.manners.robots[origin] = self.read_robots(url)
        if not self.manners.robots[origin].can_fetch(ROBOT, str(url)):
            raise PsimmError(f"{url}: the site's robots.txt forbids it; get it with a browser and add the file")

    def read_robots(self, url: httpx.URL) -> RobotFileParser:
        """Return a site's rules; without a robots.txt everything is allowed."""
        rules = RobotFileParser()
        address = url.copy_with(raw_path=b"/robots.txt")
        try:
            _, _, data = self.follow(address, most=ROBOTS_BYTES, robots=False)
        except StatusError as error:
            if error.status in (401, 403):
                rules.parse(["User-agent: *", "Disallow: /"])
            elif error.status >= 500 or error.status == 429:
                raise PsimmError(f"{address}: the site answers {error.status}; try again later") from error
            else:
                rules.parse([])
        else:
            rules.parse(data.decode("utf-8", "replace").splitlines())
        return rules


class StatusError(PsimmError):
    """The site answered with an error; `status` is its number."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def refuse_status(status: int, url: httpx.URL, start: str) -> None:
    """Raise StatusError unless the status is 200."""
    if status == 200:
        return
    where = start if str(url) == start else f"{start}: {url}"
    if status in (404, 410):
        said = f"the site has no such page ({status}); look for its new address"
    elif status in (401, 403, 451):
        said = f"the site refuses access ({status}); get it with a browser and add the file"
    elif status == 429 or status >= 500:
        said = f"the site can't answer now ({status}); try again later"
    else:
        said = f"the site answers {status}; look at the address in a browser"
    raise StatusError(f"{where}: {said}", status)


def origin_of(url: httpx.URL) -> str:
    """Return scheme, host and port of an address."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


class Answer:
    """A response that is being received, as a context that closes it."""

    def __init__(self, client: httpx.Client, url: httpx.URL, deadline: Deadline) -> None:
        with told(deadline, url):
            self.response = client.send(client.build_request("GET", url), stream=True)

    def __enter__(self) -> httpx.Response:
        return self.response

    def __exit__(self, *_: object) -> None:
        self.response.close()


class told:  # noqa: N801 - a context manager that reads as a word
    """A context in which what goes wrong on the network becomes one line for the user."""

    def __init__(self, deadline: Deadline, url: httpx.URL) -> None:
        self.deadline = deadline
        self.url = url

    def __enter__(self) -> None:
        self.deadline.check()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, httpcore.TimeoutException):
            self.deadline.check()
            raise PsimmError(f"{self.url}: the site doesn't answer; try again later") from error
        if isinstance(error, httpcore.NetworkError | OSError):
            raise PsimmError(
                f"{self.url}: can't be reached ({error or type(error).__name__}); check the network and the address"
            ) from error
        if isinstance(error, httpcore.ProtocolError | httpcore.UnsupportedProtocol | httpx.HTTPError):
            raise PsimmError(
                f"{self.url}: the site's answer is broken ({error}); get it with a browser and add the file"
            ) from error


class GuardedTransport(httpx.BaseTransport):
    """A transport whose connections are made by a given backend; nothing is kept open between requests."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self.pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), max_keepalive_connections=0, network_backend=backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        answer = self.pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=Received(answer))

    def close(self) -> None:
        """Close all connections."""
        self.pool.close()


class Received(httpx.SyncByteStream):
    """The pieces of an answer as they come."""

    def __init__(self, answer: httpcore.Response) -> None:
        self.answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self.answer.iter_stream()

    def close(self) -> None:
        """Close the connection."""
        self.answer.close()


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to public addresses only, and within the deadline. A name is looked up once and then not used again."""

    def __init__(self, deadline: Deadline, *, allow_private: bool) -> None:
        self.deadline = deadline
        self.allow_private = allow_private
        self.plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that answers; raises PsimmError when any of them is not public."""
        addresses = look_up(host, port, self.deadline)
        if not self.allow_private:
            for address in addresses:
                if not is_public(address):
                    raise PsimmError(f"{self.deadline.url}: {host} stands at {address}, which is not a public address")
        failed: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for address in addresses:
            try:
                stream = self.plain.connect_tcp(
                    str(address), port, self.deadline.within(timeout), local_address, socket_options
                )
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                failed = error
            else:
                return GuardedStream(stream, self.deadline)
        raise failed or httpcore.ConnectError(f"{host} has no address")


class GuardedStream(httpcore.NetworkStream):
    """A connection whose every read and write ends by the deadline, however slowly the other side goes."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self.stream = stream
        self.deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some bytes."""
        return self.stream.read(max_bytes, self.deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all bytes."""
        self.stream.write(buffer, self.deadline.within(timeout))

    def close(self) -> None:
        """Close the connection."""
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the connection under TLS; the certificate has to be that of the name in the address."""
        secured = self.stream.start_tls(ssl_context, server_hostname, self.deadline.within(timeout))
        return GuardedStream(secured, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection knows about itself."""
        return self.stream.get_extra_info(info)


def look_up(host: str, port: int, deadline: Deadline) -> Sequence[Address]:
    """Return the addresses of a host, in the system's order; raises PsimmError when it has none or none in time."""
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    answer: queue.SimpleQueue[list[Any] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.put(error)

    # the system's resolver knows no timeout, so it is asked aside and left alone when it takes too long
    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=deadline.within(None))
    except queue.Empty:
        deadline.check()
        raise PsimmError(f"{deadline.url}: the name {host} isn't answered; check the network") from None
    if isinstance(found, OSError | UnicodeError):
        raise PsimmError(
            f"{deadline.url}: no address is known for {host}; check the network and the spelling"
        ) from found
    return list(dict.fromkeys(ipaddress.ip_address(entry[4][0].split("%")[0]) for entry in found))


def is_public(address: Address) -> bool:
    """Say whether an address is one of the public internet; addresses that wrap another are judged by both.

    >>> [is_public(ipaddress.ip_address(one)) for one in ("1.1.1.1", "127.0.0.1", "10.1.2.3", "169.254.169.254")]
    [True, False, False, False]
    >>> [is_public(ipaddress.ip_address(one)) for one in ("2606:4700::1", "::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1")]
    [True, False, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        teredo = address.teredo
        wrapped = [
            *filter(None, (address.ipv4_mapped, address.sixtofour)),
            *(teredo or ()),
            *([ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)] if address in NAT64 else []),
        ]
        if address.is_site_local or not all(is_public(one) for one in wrapped):
            return False
        if address.ipv4_mapped:
            return True
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_loopback
        and not address.is_link_local
        and not address.is_unspecified
    )


def media_type(data: bytes, declared: str, url: str) -> str:
    """Return what the bytes are; raises PsimmError when that is no document, or not what the server called it."""
    kind = content_kind(data)
    said = declared.split(";")[0].strip().lower()
    if not kind:
        raise PsimmError(
            f"{url}: not a PDF, HTML, DOCX or text document ({said or 'nothing told'}); look for another form"
        )
    if said not in UNTOLD and said not in DECLARED[kind]:
        raise PsimmError(
            f"{url}: the site calls it {said}, but it is {kind} (often an error page); look at it in a browser"
        )
    return kind


def content_kind(data: bytes) -> str:
    """Return the media type of bytes by what they hold, or nothing when it is none that is taken.

    >>> content_kind(b"%PDF-1.7 ..."), content_kind(b"<!DOCTYPE html><p>"), content_kind(b"\\x89PNG"), content_kind(b"")
    ('application/pdf', 'text/html', '', '')
    """
    head = data[:8192]
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return DOCX if "word/document.xml" in archive.namelist() else ""
        except (zipfile.BadZipFile, NotImplementedError, ValueError):
            return ""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    plain = head.replace(b"\x00", b"") if wide else head
    if not plain.strip() or any(byte < 32 and byte not in b"\t\n\r\f" for byte in plain):
        return ""
    if HTML_TAG.search(plain):
        return HTML
    try:
        data.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError:
        # a text in an old code page has few bytes beyond ASCII; a binary file has many
        return TEXT if not wide and sum(byte > 126 for byte in plain) < len(plain) // 3 else ""
    return TEXT
