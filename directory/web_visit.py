"""One careful visit to a web address: is anything there? Nothing of the page is read, nothing of us is sent along.

Only public addresses on the usual ports are visited, and it is the address that was looked at which is connected to: a
name cannot lead into the agency's own network, neither at first nor by a redirect.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from threading import Timer
from typing import Literal
from urllib.parse import SplitResult, quote, urljoin, urlsplit

State = Literal["ok", "failing", "not_checked"]
Allowed = Callable[[str, int], bool]
"""(IP address, port) -> may it be connected to?"""

TIMEOUT = 10.0
"""Seconds for any one wait on the network."""
DEADLINE = 20.0
"""Seconds for one whole request, however slowly it drips."""
MOST_REDIRECTS = 5
MOST_ADDRESSES = 3
PORTS = (80, 443)
GUARDED = frozenset({401, 402, 403, 405, 406, 407, 409, 418, 421, 423, 425, 426, 428, 429, 451, 999})
"""Somebody is there, and does not care for visits like ours: nothing is known against the link."""
WRONG_METHOD = frozenset({400, 403, 404, 405, 406, 410, 501})
"""Answers to HEAD that a GET may well contradict."""
HEADERS = {"User-Agent": "Kith link check", "Accept": "*/*", "Connection": "close"}


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of it. `answered`: something at all spoke HTTP with us. `why` is for people."""

    state: State
    status: int | None = None
    why: str = ""

    @property
    def answered(self) -> bool:
        return self.status is not None


class Refused(Exception):
    """An address that we may not follow."""


def is_public(address: str, port: int) -> bool:
    """A public internet address on a usual port; also looks through addresses that wrap an IPv4 one."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _nat64(ip)
        if inner is not None:
            return is_public(str(inner), port)
    return port in PORTS and ip.is_global and not ip.is_multicast and not ip.is_reserved


def visit(url: str, allowed: Allowed = is_public) -> Visit:
    """Ask whether anything is at this address: HEAD, then GET where that may say more."""
    try:
        found = _follow("HEAD", url, allowed)
        if found in WRONG_METHOD or found >= 500:
            found = _follow("GET", url, allowed)
    except Refused as refused:
        return Visit("not_checked", why=str(refused))
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        return Visit("failing", why=_in_words(error))
    if found < 400 or found in GUARDED:
        return Visit("ok", found)
    return Visit("failing", found, _status_words(found))


def host_of(url: str) -> str:
    """The host of an address, "" where it has none."""
    try:
        return (urlsplit(url).hostname or "").casefold()
    except ValueError:
        return ""


def _nat64(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def _follow(method: str, url: str, allowed: Allowed) -> int:
    """The status at the end of the redirects. Raises Refused, OSError, HTTPException."""
    for _ in range(MOST_REDIRECTS + 1):
        status, onward = _ask(method, url, allowed)
        if not 300 <= status < 400 or not onward:
            return status
        url = urljoin(url, onward)
    raise http.client.HTTPException("too many redirects")


def _ask(method: str, url: str, allowed: Allowed) -> tuple[int, str]:
    """One request: (status, where it sends us on)."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused("it leads to something that is no web page")
    if parts.username is not None or parts.password is not None:
        raise Refused("it holds a user name or a password")
    host = parts.hostname.encode("idna").decode("ascii")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = _connected(parts, host, port, allowed)
    watch = Timer(DEADLINE, _hang_up, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request(method, _target(parts), headers=HEADERS | {"Host": _named(parts, host, port)})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    finally:
        watch.cancel()
        connection.close()


def _connected(parts: SplitResult, host: str, port: int, allowed: Allowed) -> http.client.HTTPConnection:
    """A connection to an address of the host that was looked at first. Raises Refused where none may be visited."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(allowed(address, port) for address in addresses):
        raise Refused("it does not lead to a public web address")
    plain = _first_that_answers(addresses[:MOST_ADDRESSES], port)
    try:
        if parts.scheme == "https":
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    made = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    made.sock = plain
    return made


def _first_that_answers(addresses: list[str], port: int) -> socket.socket:
    """A machine without IPv6 is not the website's fault: the next address is tried. Raises the last OSError."""
    *others, last = addresses
    for address in others:
        try:
            return socket.create_connection((address, port), timeout=TIMEOUT)
        except OSError:
            continue
    return socket.create_connection((last, port), timeout=TIMEOUT)


def _named(parts: SplitResult, host: str, port: int) -> str:
    """The Host header: with the port only where it is not the usual one of the scheme."""
    name = f"[{host}]" if ":" in host else host
    usual = 443 if parts.scheme == "https" else 80
    return name if port == usual else f"{name}:{port}"


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """End a request that takes too long; closing alone would not wake the thread that waits for it."""
    if connection.sock is not None:
        try:
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
        except OSError:
            return  # it ended by itself meanwhile


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else path


def _status_words(status: int) -> str:
    if status in (404, 410):
        return "the page is not there"
    return "the website has a fault" if status >= 500 else f"the website answers with error {status}"


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not valid, so browsers warn of it"
    if isinstance(error, socket.gaierror):
        return "there is no website with that name"
    if isinstance(error, TimeoutError):
        return "the website does not answer"
    if isinstance(error, http.client.HTTPException) and "redirect" in str(error):
        return "the website sends visitors round in circles"
    return "the website cannot be reached"
