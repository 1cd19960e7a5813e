"""Getting one public document by its address, without being led anywhere else.

Invariants: only public addresses are connected to, on every hop of a redirect (see `public_network`); nothing runs longer or grows
larger than its limits; what the bytes are is told by the bytes. A site's robots.txt is obeyed and a host is asked once a second at most.
No cookies, no passwords, no proxy. What becomes of the bytes is left to `intake`.
"""

from __future__ import annotations

import hashlib
import io
import re
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.robotparser import RobotFileParser

import httpcore
import httpx

from psimm_docs import __version__
from psimm_docs.errors import PsimmError
from psimm_docs.public_network import Deadline, GuardedBackend, GuardedTransport

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
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError:
            return ""
        head = data[:8192]
    if not head.strip() or any(byte < 32 and byte not in b"\t\n\r\f" for byte in head):
        return ""
    if HTML_TAG.search(head):
        return HTML
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # a text in an old code page has few bytes beyond ASCII; a binary file has many
        return TEXT if sum(byte > 126 for byte in head) < len(head) // 3 else ""
    return TEXT
