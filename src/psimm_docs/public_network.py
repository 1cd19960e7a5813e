"""Connections to the public internet only, all ending by one deadline.

Invariant: an address is connected to only after it was itself checked to be public; a name is looked up once for a connection,
so that a second answer can't differ from the one that was checked. However slowly the other side speaks, every read and
write ends by the deadline. What is asked for, and whether it may be, is left to `fetch`.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from psimm_docs.errors import PsimmError

if TYPE_CHECKING:
    from collections.abc import Sequence

NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


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
                    raise PsimmError(
                        f"{self.deadline.url}: {host} stands at {address}, which is not a public address; "
                        "get the file yourself and add it"
                    )
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
