"""Dead links: what counts as dead, and what a link may never make us do."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from directory import background, catalog, desk, links, web_visit
from directory.database import db, writing
from directory.models import LinkCheck, table_of
from directory.web_visit import Visit, is_public, visit
from importers.records import ListingRecord, OrganizationRecord, Provenance

TODAY = date(2026, 11, 22)
GONE = Visit("failing", 404, "the page is not there")
UNREACHED = Visit("failing", None, "the website does not answer")
FINE = Visit("ok", 200)


class Site(BaseHTTPRequestHandler):
    """A website with every fault there is, by path."""

    seen: list[tuple[str, str]]

    def answer(self) -> None:
        path = self.path.split("?")[0]
        self.seen.append((self.command, self.path))
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", path.removeprefix("/to/"))
        elif path == "/get-only":
            self.send_response(405 if self.command == "HEAD" else 200)
        elif path == "/slow":
            time.sleep(1.0)
            self.send_response(200)
        else:
            self.send_response(int(path.strip("/")))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = answer

    def log_message(self, *_: Any) -> None:
        """Nothing to the test's output."""


@pytest.fixture
def site() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """(address of a website on this machine, what it was asked)."""
    seen: list[tuple[str, str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Site,), {"seen": seen}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()
    thread.join()


def anywhere(_address: str, _port: int) -> bool:
    return True


# --- one visit ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "state", "status"),
    [
        ("/200", "ok", 200),
        ("/403", "ok", 403),
        ("/429", "ok", 429),
        ("/404", "failing", 404),
        ("/410", "failing", 410),
        ("/500", "failing", 500),
        ("/get-only", "ok", 200),
        ("/to//200", "ok", 200),
        ("/to//404", "failing", 404),
        ("/200?a=b c&d=é", "ok", 200),
    ],
)
def test_a_link_works_if_anything_is_there(
    site: tuple[str, list[tuple[str, str]]], path: str, state: str, status: int
) -> None:
    found = visit(site[0] + path, anywhere)
    assert (found.state, found.status) == (state, status)
    assert bool(found.why) == (state == "failing")


def test_the_page_itself_is_not_asked_for_where_its_head_says_enough(
    site: tuple[str, list[tuple[str, str]]],
) -> None:
    visit(site[0] + "/200", anywhere)
    assert site[1] == [("HEAD", "/200")]


def test_going_round_in_circles_ends(site: tuple[str, list[tuple[str, str]]]) -> None:
    url = site[0] + "/to/" * 30 + "/200"
    assert visit(url, anywhere) == Visit("failing", None, "the website sends visitors round in circles")


def test_a_website_that_never_answers_is_left(
    site: tuple[str, list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_visit, "TIMEOUT", 0.1)
    assert visit(site[0] + "/slow", anywhere).why == "the website does not answer"


def test_a_website_that_drips_is_left_at_the_deadline(
    site: tuple[str, list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_visit, "DEADLINE", 0.1)
    started = time.monotonic()
    assert visit(site[0] + "/slow", anywhere).state == "failing"
    assert time.monotonic() - started < 0.9


def test_nobody_home_and_no_such_name_are_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    assert visit("http://127.0.0.1:9/", anywhere).why == "the website cannot be reached"
    assert visit("http://nothing.invalid/").state == "failing"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:80/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://[::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://8.8.8.8:22/",
        "http://name:word@8.8.8.8/",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
    ],
)
def test_a_link_never_leads_into_our_own_network(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: Any, **__: Any) -> Any:
        raise AssertionError("it was connected to")

    monkeypatch.setattr(web_visit.socket, "create_connection", connect)
    assert visit(url).state == "not_checked"


def test_neither_does_a_redirect(site: tuple[str, list[tuple[str, str]]]) -> None:
    inside = [f"{site[0]}/200", "http://169.254.169.254/"]
    only_first: list[str] = []

    def allowed(address: str, port: int) -> bool:
        only_first.append(address)
        return len(only_first) == 1

    for url in inside:
        only_first.clear()
        assert visit(f"{site[0]}/to/{url}", allowed).state == "not_checked"
    assert ("HEAD", "/200") not in site[1]


def test_a_name_with_one_address_inside_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]

    monkeypatch.setattr(web_visit.socket, "getaddrinfo", both)
    assert visit("http://both.example.org/").state == "not_checked"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for localhost that nobody has signed, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "localhost.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.fixture
def safe_site(certificate: Path) -> Iterator[str]:
    """The address of a website that speaks TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Site,), {"seen": []}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_that_nobody_vouches_for_is_a_fault(safe_site: str) -> None:
    assert visit(f"{safe_site}/200", anywhere).why == "its certificate is not valid, so browsers warn of it"


def test_a_website_with_a_valid_certificate_is_visited(
    safe_site: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(web_visit.ssl, "create_default_context", lambda: trusting)
    assert visit(f"{safe_site}/200", anywhere) == FINE
    assert visit(f"{safe_site}/404", anywhere) == GONE


def test_where_one_address_does_not_answer_the_next_is_tried(
    site: tuple[str, list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site[0].rsplit(":", 1)[1])

    def both(*_: Any, **__: Any) -> list[Any]:
        return [(10, 1, 6, "", ("::1", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(web_visit.socket, "getaddrinfo", both)
    assert visit(f"http://both.example.org:{port}/200", anywhere) == FINE


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://a.example.org/", "a.example.org"),
        ("http://a.example.org:80/", "a.example.org"),
        ("https://a.example.org:80/", "a.example.org:80"),
        ("http://[2606::1]/", "[2606::1]"),
    ],
)
def test_a_website_is_called_by_its_name(url: str, named: str) -> None:
    parts = web_visit.urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    assert web_visit._named(parts, parts.hostname or "", port) == named


def test_public_addresses_on_the_usual_ports_may_be_visited() -> None:
    assert is_public("93.184.216.34", 443) and is_public("2606:2800:220:1::1", 80)
    assert not is_public("93.184.216.34", 25)


@given(st.text(max_size=40))
def test_no_text_at_all_makes_a_visit_fall_over(text: str) -> None:
    assert visit(f"gopher:{text}").state in ("failing", "not_checked")
    assert isinstance(web_visit.host_of(f"http://{text}"), str)


# --- many -----------------------------------------------------------------------------------------------------------


def group(key: str, url: str | None, website: str | None = None) -> ListingRecord:
    organization = OrganizationRecord(f"org-{key}", f"Org {key}", website=website)
    return ListingRecord(
        source="town",
        source_id=key,
        name=key.title(),
        url=url,
        organization=organization,
        checked=Provenance(TODAY, "visited"),
    )


def answers(**by_host: Visit) -> Callable[[str], Visit]:
    return lambda url: by_host[web_visit.host_of(url).split(".")[0]]


def a_day_passes(days: int = 1) -> None:
    """Every check was so many days earlier."""
    table = table_of(LinkCheck)
    with writing() as connection:
        for row in connection.execute(table.select()).all():
            since = row.failing_since and row.failing_since - timedelta(days=days)
            earlier = {"checked_at": row.checked_at - timedelta(days=days), "failing_since": since}
            connection.execute(table.update().where(table.c.url_hash == row.url_hash).values(**earlier))


def test_a_link_is_dead_only_after_failing_on_two_different_days(either_app: Flask) -> None:
    catalog.add(group("choir", "https://choir.example.org", "www.hall.example.org"), "x")
    site = answers(choir=GONE, www=FINE)
    assert links.check(visitor=site, pause=0) == links.Run(checked=2, failing=1, dead=0, held_over=0)
    assert links.dead(db.session.connection()) == {}
    assert links.check(visitor=site, pause=0).checked == 0  # not again on the same day
    a_day_passes()
    assert links.check(visitor=site, pause=0) == links.Run(checked=1, failing=0, dead=1, held_over=0)
    [one] = links.broken()
    assert (one.dead, one.url, one.why) == (True, "https://choir.example.org", "the page is not there")
    assert "dead_link" in desk.queue()[0].kinds


def test_an_answer_in_between_begins_anew(app: Flask) -> None:
    catalog.add(group("choir", "https://choir.example.org"), "x")
    for found in (GONE, FINE, GONE):
        links.check(visitor=answers(choir=found), pause=0)
        a_day_passes(8)
    [one] = links.broken()
    assert not one.dead


def test_the_website_of_the_organization_is_a_link_of_its_listings(either_app: Flask) -> None:
    listing_id = catalog.add(group("choir", None, "https://hall.example.org"), "x")
    for _ in range(2):
        links.check(visitor=answers(hall=GONE), pause=0)
        a_day_passes()
    assert set(links.dead(db.session.connection())) == {listing_id}


def test_when_our_own_line_is_down_nothing_is_concluded(app: Flask) -> None:
    catalog.add(group("choir", "https://choir.example.org", "https://hall.example.org"), "x")
    assert links.check(visitor=answers(choir=UNREACHED, hall=UNREACHED), pause=0).held_over == 2
    assert links.broken() == [] and links.states() == {}
    run = links.check(visitor=answers(choir=UNREACHED, hall=FINE), pause=0)
    assert (run.failing, run.held_over) == (1, 0)


def test_closed_groups_and_words_that_are_no_address_are_not_visited(app: Flask) -> None:
    shut = catalog.add(group("shut", "https://shut.example.org"), "x")
    catalog.retire(shut, "x")
    catalog.add(group("odd", "see the notice board"), "x")

    def nobody(url: str) -> Visit:
        raise AssertionError(url)

    assert links.check(visitor=nobody, pause=0).checked == 1
    assert links.states() == {"not_checked": 1}


def test_an_address_that_nobody_has_any_more_is_forgotten(either_app: Flask) -> None:
    listing_id = catalog.add(group("choir", "https://choir.example.org"), "x")
    links.check(visitor=answers(choir=GONE), pause=0)
    catalog.amend(listing_id, {"url": "https://new.example.org"}, "x")
    links.check(visitor=answers(new=FINE), pause=0)
    assert links.states() == {"ok": 1}


def test_hosts_take_turns_and_each_gets_a_pause(app: Flask) -> None:
    for number in range(3):
        catalog.add(group(f"a{number}", f"https://one.example.org/{number}"), "x")
    catalog.add(group("b", "https://two.example.org/"), "x")
    visited: list[tuple[str, float]] = []

    def visitor(url: str) -> Visit:
        visited.append((web_visit.host_of(url), time.monotonic()))
        return FINE

    links.check(visitor=visitor, pause=0.05)
    assert [host.split(".")[0] for host, _ in visited[:2]] == ["one", "two"]
    times = [at for host, at in visited if host.startswith("one")]
    assert len(times) == 3 and all(later - earlier >= 0.05 for earlier, later in pairwise(times))


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([FINE, GONE, UNREACHED])), min_size=1, max_size=12)
)
def test_dead_means_failed_on_two_days_and_never_answered_since(history: list[tuple[int, Visit]]) -> None:
    class Before:
        failing_since: date | None = None

    day, state, failed_on = TODAY, "ok", set[date]()
    for days, found in history:
        day += timedelta(days=days)
        state, Before.failing_since = links.after(Before, found, day)
        failed_on = failed_on | {day} if found.state == "failing" else set()
    assert (state == "dead") == (len(failed_on) > 1)


# --- in the background ----------------------------------------------------------------------------------------------


def test_a_job_runs_again_after_it_failed_and_says_so(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    ran = threading.Event()
    tries: list[int] = []

    def job() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("Wendy's address")
        ran.set()

    with background.working(app, [background.Job("test", job, 0.01, alone=True)]):
        assert ran.wait(5)
    assert "The background job test failed: ValueError" in caplog.text and "Wendy" not in caplog.text


def test_of_two_processes_one_does_the_job(app: Flask) -> None:
    from directory.locking import locked

    ran: list[int] = []
    job = background.Job("test", lambda: ran.append(1), 0.01, alone=True)
    with locked(app.config["KITH_SETTINGS"].data_dir / "test.lock", wait=True):
        background._once(app, job)
    assert ran == []
    background._once(app, job)
    assert ran == [1]


def test_an_agency_can_switch_the_visits_off(tmp_path: Any) -> None:
    from directory.config import Settings

    on, off = (Settings.load(tmp_path, {"KITH_LINK_CHECKS": value}) for value in ("", "off"))
    assert [job.name for job in background.jobs_of(on)] == ["usage", "gaps", "links"]
    assert [job.name for job in background.jobs_of(off)] == ["usage", "gaps"]
