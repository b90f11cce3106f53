"""A directory of a dozen hand-made listings behind the real app, and a reader that judges every page it opens."""

from __future__ import annotations

import importlib.util
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from directory import accounts, catalog, create_app, gazetteer
from directory.config import Settings
from directory.database import db, opened, release
from directory.serving import engines
from importers.records import (
    ContactRecord,
    CostRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
    TermRecord,
)

TODAY = "2026-11-22"
FRESH = Provenance(date(2026, 11, 1), "visited", "link worker")
PLACES = """postcode,latitude,longitude
S97 1AA,53.3800,-1.4700
S97 2BB,53.3900,-1.4600
S99 9ZZ,53.4800,-1.3000
"""


def place(key: str, lat: float = 53.381, lon: float = -1.471, **more: Any) -> PlaceRecord:
    return PlaceRecord(
        source_id=key,
        name=more.pop("name", f"{key.title()} Hall"),
        address_1=more.pop("address_1", "1 High Street"),
        city="Quarrytown",
        postal_code="S97 1AA",
        latitude=lat,
        longitude=lon,
        **more,
    )


def weekly(day: str, opens: str, closes: str) -> SessionRecord:
    return SessionRecord(freq="WEEKLY", byday=day, opens_at=opens, closes_at=closes)


def listing(key: str, name: str, **more: Any) -> ListingRecord:
    organization = more.pop("organization", OrganizationRecord("moor", "Moor House"))
    more.setdefault("checked", FRESH)
    return ListingRecord(source="town", source_id=key, name=name, organization=organization, **more)


def town() -> list[ListingRecord]:
    """The listings; each stands for something a page must get right."""
    yes = FactRecord("step_free", "yes", FRESH)
    return [
        listing(
            "open-mic",
            "Tuesday Open Mic",
            description="Jokes, songs and stories on a small stage.\nTea after.",
            what_to_expect="Ring the bell. Ask for Amir.",
            activities=(TermRecord("comedy"), TermRecord("open mic")),
            formats=("in_person",),
            places=(place("moor", facts=(yes, FactRecord("accessible_toilet", "no", FRESH))),),
            sessions=(weekly("TU", "14:00", "16:00"),),
            costs=(CostRecord(amount=0.0),),
            phones=(PhoneRecord("0114 496 0000"),),
            contacts=(
                ContactRecord(name="Amir Host", title="host", email="amir@example.org", visibility="public"),
                ContactRecord(name="Secret Sue", email="sue@example.org", visibility="staff"),
            ),
            facts=(FactRecord("beginners", "yes", FRESH), FactRecord("named_host", "yes", FRESH)),
            rungs=(4, 6),
            run_by="agency",
            tips=("Bring cake for Sue",),
            known_by=("Jo Colleague",),
        ),
        listing(
            "comedy-night",
            "Comedy Night at the Crown",
            description="Local stand-up comedy.",
            activities=(TermRecord("stand-up comedy"),),
            formats=("in_person",),
            places=(place("crown", 53.395, -1.455, facts=(FactRecord("step_free", "no", FRESH),)),),
            sessions=(weekly("FR", "20:00", "23:00"),),
            costs=(CostRecord(amount=5.0),),
            organization=OrganizationRecord("crown", "The Crown"),
            checked=Provenance(date(2026, 3, 1), "phoned"),
            rungs=(7, 8),
        ),
        listing(
            "jokes-online",
            "Joke Share Online",
            description="Post a joke, read a joke.",
            activities=(TermRecord("jokes"),),
            formats=("online",),
            costs=(CostRecord(amount=0.0),),
            url="https://jokes.example.org",
            rungs=(1, 2),
        ),
        listing("choir", "Valley Choir", description="Singing for everybody.", activities=(TermRecord("singing"),),
                formats=("in_person",), places=(place("chapel", 53.41, -1.48),), checked=Provenance(),
                sessions=(weekly("WE", "19:00", "21:00"),)),
        listing("safe-table", "The Safe Table", description="Lunch and company for women.", gender="women",
                formats=("in_person",), places=(place("secret", address_1="9 Hidden Row", withheld=True),),
                sessions=(weekly("TH", "12:00", "14:00"),), phones=(PhoneRecord("0114 496 0001"),)),
        listing("home-knit", "Knitting at Pat's", description="Knitting in a front room.", formats=("in_person",),
                places=(PlaceRecord(source_id="pat", city="Quarrytown", private=True),)),
        listing("old-club", "Old Chess Club", description="Chess.", status="closed", formats=("in_person",)),
        listing("rest", "Resting Walkers", description="Walks by the river.", status="paused",
                formats=("in_person",), places=(place("river"),)),
        listing("hush", "Not To Be Listed", description="Chess.", status="do_not_list"),
        listing("shouting/slash", "Slash & <b>Sons</b> \"Quoted\"", description="<script>alert(1)</script> chess & tea",
                formats=("in_person",), places=(place("slash", 53.382, -1.469),), url="javascript:alert(1)",
                checked=Provenance(date(2024, 5, 1), "website")),
        listing("bare", "Bare Mention"),
        listing("helpline", "Night Line", description="Someone to talk to.", remote=True, formats=("phone",),
                places=(place("office"),), phones=(PhoneRecord("116 123"),),
                organization=OrganizationRecord("night", "Night Line")),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from _town_app(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The same, for a module that changes listings."""
    yield from _town_app(tmp_path_factory.mktemp("own-web"))


def _town_app(data: Path) -> Iterator[Flask]:
    environ = {"KITH_TODAY": TODAY, "KITH_EXIT_URL": "https://weather.example.org/"}
    made = create_app(Settings.load(data, environ), TESTING=True)
    gazetteer_file = data / "places.csv"
    gazetteer_file.write_text(PLACES, encoding="utf-8")
    with opened(made):
        gazetteer.load(db.engine, gazetteer_file)
        for record in town():
            catalog.add(record, "test")
        engines().catch_up()
    yield made
    with made.app_context():
        release()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class Page:
    """A response read as a person's browser would, with the faults that no page may have."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.html: str = response.get_data(as_text=True)
        self.soup = BeautifulSoup(self.html, "html5lib")
        main = self.soup.find("main")
        self.text = " ".join((main or self.soup).get_text(" ").split())
        self.faults = list(faults_of(self.html, self.soup))

    def links(self) -> dict[str, str]:
        return {" ".join(a.get_text().split()): str(a["href"]) for a in self.soup.find_all("a", href=True)}

    def hidden(self, name: str) -> str:
        field = self.soup.find("input", attrs={"name": name, "type": "hidden"})
        assert field is not None, f"no hidden field {name}"
        return str(field["value"])

    def fields(self, action: str = "") -> list[tuple[str, str]]:
        """What the page's first form (the match form; or the first with this action) would send as it stands."""
        form = self.soup.find("form", attrs={"method": "post"} | ({"action": action} if action else {}))
        assert form is not None
        sent = []
        for field in form.find_all(["input", "textarea", "option"]):
            kind = field.get("type")
            if field.name == "textarea":
                sent.append((str(field["name"]), field.get_text().lstrip("\n")))
            elif field.name == "option":
                if field.has_attr("selected"):
                    select = field.find_parent("select")
                    assert select is not None
                    sent.append((str(select["name"]), str(field["value"])))
            elif kind in ("radio", "checkbox"):
                if field.has_attr("checked"):
                    sent.append((str(field["name"]), str(field["value"])))
            else:
                sent.append((str(field["name"]), str(field.get("value", ""))))
        return sent


def faults_of(html: str, soup: BeautifulSoup) -> Iterator[str]:
    """What no page may have (examples.md E: the tests read the page)."""
    yield from _structure(soup)
    yield from _inputs(soup)
    if soup.find(style=True) or soup.find("style"):
        yield "inline style"
    if any(not script.get("src") for script in soup.find_all("script")):
        yield "inline script"
    if any(name.startswith("on") for tag in soup.find_all(True) for name in tag.attrs):
        yield "inline event handler"
    for tag, attribute in (
        ("script", "src"),
        ("link", "href"),
        ("img", "src"),
        ("form", "action"),
        ("use", "href"),
    ):
        for found in soup.find_all(tag):
            if re.match(r"(https?:)?//", str(found.get(attribute, ""))):
                yield f"{tag} from another host"
    if "{{" in html or "{%" in html or "None" in soup.get_text():
        yield "an unfilled template"


def _structure(soup: BeautifulSoup) -> Iterator[str]:
    if len(soup.find_all("h1")) != 1:
        yield f"{len(soup.find_all('h1'))} h1s"
    if not soup.title or not soup.title.get_text(strip=True):
        yield "no title"
    if not soup.html or not soup.html.get("lang"):
        yield "no lang"
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    yield from (f"id {one} twice" for one in set(ids) if ids.count(one) > 1)
    links = {str(a["href"])[1:] for a in soup.find_all("a", href=True) if str(a["href"]).startswith("#")}
    yield from (f"link to #{one}, which is not there" for one in links - set(ids))
    if not soup.find("a", class_="govuk-exit-this-page__button"):
        yield "no way out"


def _inputs(soup: BeautifulSoup) -> Iterator[str]:
    labelled = {str(label["for"]) for label in soup.find_all("label") if label.has_attr("for")}
    for field in soup.find_all(["input", "select", "textarea"]):
        if field.get("type") not in ("hidden", "submit") and field.get("id") not in labelled:
            yield f"{field.get('name')} has no label"
    for form in soup.find_all("form"):
        if not form.get("action"):
            yield "a form without action"


@pytest.fixture
def page(client: FlaskClient) -> Callable[..., Page]:
    """Open a page, assert its status and that it has no fault."""

    def open_page(path: str, status: int = 200, **query: Any) -> Page:
        found = Page(client.get(path, query_string=query or None))
        assert found.status == status, found.text[:300]
        assert found.faults == []
        return found

    return open_page


@pytest.fixture
def read_page() -> Callable[..., Page]:
    """A response as a page, with the status it should have and no fault."""

    def read(response: Any, status: int = 200) -> Page:
        found = Page(response)
        assert found.status == status, found.text[:400]
        assert found.faults == []
        return found

    return read


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """A browser of somebody who holds these roles: `sign_in("curator")`; with none, of somebody not signed in."""

    def make(*roles: str, name: str = "") -> FlaskClient:
        client = app.test_client()
        if roles:
            with app.app_context():
                name = name or " and ".join(roles)
                email = f"{'-'.join(name.split())}@example.org".casefold()
                user = accounts.by_email(email) or accounts.create(email, name, roles)
                seal = user.fs_uniquifier
            with client.session_transaction() as session:
                session.update(_user_id=seal, _fresh=True, fs_cc="set", identity=seal)
        return client

    return make


class Visitor:
    """Somebody with a browser: opens pages, fills in the form that a button belongs to, follows where it leads."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = Page(client.get("/"))

    def open(self, path: str, status: int = 200) -> Page:
        return self._read(self.client.get(path, follow_redirects=True), status)

    def send(self, button: str, status: int = 200, **answers: Any) -> Page:
        """Press the button of the page that is open."""
        pressed = next(b for b in self.page.soup.find_all("button") if b.get_text(" ", strip=True) == button)
        form = pressed.find_parent("form")
        hidden = {str(f["name"]): str(f.get("value", "")) for f in form.find_all("input", type="hidden")}
        sent = self.client.post(str(form["action"]), data={**hidden, **answers}, follow_redirects=True)
        return self._read(sent, status)

    def sign_in(self, email: str, password: str) -> Page:
        self.open("/sign-in")
        return self.send("Sign in", email=email, password=password)

    @property
    def is_signed_in(self) -> bool:
        return "Sign out" in self.client.get("/").text

    def _read(self, response: Any, status: int) -> Page:
        self.page = Page(response)
        assert self.page.status == status, self.page.text[:500]
        assert self.page.faults == []
        return self.page


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Visitor]:
    """A new browser each time it is called."""
    return lambda: Visitor(app.test_client())


@pytest.fixture
def mails(app: Flask) -> Iterator[list[Any]]:
    """The mails that were sent during this test."""
    sent: list[Any] = []
    app.extensions["mailman"].outbox = sent
    yield sent


@pytest.fixture
def match(client: FlaskClient) -> Callable[..., Page]:
    """Send the match form: what a fresh form holds, and what the person wrote."""

    def send(written: Any = None, status: int = 200, start: Page | None = None, **more: Any) -> Page:
        form = start or Page(client.get("/match"))
        answers: dict[str, Any] = {}
        for name, value in form.fields():
            answers.setdefault(name, []).append(value)
        answers.update(written or {}, **more)
        found = Page(client.post("/match", data=answers))
        assert found.status == status, found.text[:500]
        assert found.faults == []
        return found

    return send


@pytest.fixture(scope="session")
def shared_conftest() -> ModuleType:
    """tests/conftest.py, for its `missing`."""
    path = Path(__file__).resolve().parent.parent / "conftest.py"
    spec = importlib.util.spec_from_file_location("kith_tests_conftest", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- a real browser -------------------------------------------------------------------------------------------------

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser(shared_conftest: ModuleType) -> Iterator[Any]:
    """The system's Chromium, driven by Playwright."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        shared_conftest.missing("no Chromium is installed, so the pages are not tried in a browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        shared_conftest.missing("Playwright is not installed, so the pages are not tried in a browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., str]]:
    """Serves an app until the module ends: `serve(app)` is its address. `host` by name where a passkey is made: a
    browser makes none for a bare number."""
    running: list[tuple[Any, threading.Thread]] = []

    def start(app: Flask, host: str = "127.0.0.1") -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://{host}:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join(5)
        server.server_close()


@pytest.fixture(scope="session")
def violations() -> Callable[[Any], list[str]]:
    """What axe finds wrong on the page that a tab shows."""

    def found(tab: Any) -> list[str]:
        from axe_playwright_python.sync_playwright import Axe

        return [
            f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(tab).response["violations"]
        ]

    return found


@pytest.fixture
def open_tab(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a tab on a site: `open_tab(site, width=360)`; a script error or a blocked resource fails the test."""
    contexts, errors = [], []

    def start(site: str, width: int = 1200, height: int = 800, **more: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=site, **more)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", lambda said: errors.append(said.text) if "Security Policy" in said.text else None)
        return tab

    yield start
    for context in contexts:
        context.close()
    assert errors == []
