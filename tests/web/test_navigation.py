"""The two rows at the top, and the page of all tools."""

from __future__ import annotations

from collections.abc import Callable

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from directory import listings
from directory.web.navigation import NAVIGATION, STAFF_NAVIGATION, TOOLS

SignIn = Callable[..., FlaskClient]


def _links(client: FlaskClient, path: str) -> dict[str, str]:
    soup = BeautifulSoup(client.get(path).text, "html5lib")
    return {link["href"]: link.get_text(" ", strip=True) for link in soup.find_all("a", href=True)}


def test_every_link_leads_to_a_page(app: Flask) -> None:
    named = {endpoint for endpoint, _ in (*NAVIGATION, *STAFF_NAVIGATION)}
    named |= {tool.endpoint for _, tools in TOOLS for tool in tools}
    assert named <= set(app.view_functions)


def test_a_visitor_sees_nothing_of_the_staffs_row(sign_in: SignIn) -> None:
    for client in (sign_in(), sign_in("individual")):
        assert not [href for href in _links(client, "/") if href.startswith("/staff")]


def test_every_tool_opens_for_whoever_is_shown_it(sign_in: SignIn) -> None:
    for role in ("worker", "curator", "lead"):
        client = sign_in(role)
        shown = {href: text for href, text in _links(client, "/staff/").items() if href.startswith("/staff")}
        assert len(shown) > 4
        for href, text in shown.items():
            assert client.get(href, follow_redirects=True).status_code == 200, f"{role}: {text}"


def test_every_staff_page_that_needs_no_listing_is_among_the_tools(app: Flask) -> None:
    listed = {tool.endpoint for _, tools in TOOLS for tool in tools}
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff") and not rule.arguments and "GET" in (rule.methods or ())
    }
    assert pages - listed == {
        "tools.index",
        "board.tell",
        "fidelity.answer",
        "ideas.new",
        "people.invite",
        "staff_search.export_csv",
        "staff_search.export_xlsx",
        "words.export_csv",
        "words.export_toml",
        "words.preview",
    }


def test_a_tool_and_the_page_it_opens_have_one_name(sign_in: SignIn) -> None:
    client = sign_in("lead")
    for href, name in _links(client, "/staff/").items():
        if not href.startswith("/staff") or name == "All tools":
            continue
        soup = BeautifulSoup(client.get(href, follow_redirects=True).text, "html5lib")
        assert soup.title is not None and soup.h1 is not None
        called = soup.title.get_text().casefold() + " / " + soup.h1.get_text().casefold()
        assert name.casefold() in called, f"“{name}” opens “{called}”"


def test_the_rows_of_links_on_a_page_are_told_apart_by_name(sign_in: SignIn) -> None:
    client = sign_in("curator")
    places = [href for href in _links(client, "/?q=") if href.startswith("/listings/")]
    assert places
    for path in (places[0], "/staff/search"):
        soup = BeautifulSoup(client.get(path).text, "html5lib")
        names = [nav.get("aria-label", "") for nav in soup.find_all("nav")]
        assert len(names) == len(set(names)), f"{path}: {names}"


def test_the_layout_of_the_staff_search_form_is_not_that_of_a_row_of_links(sign_in: SignIn) -> None:
    """Two parts once called different things `kith-staff`: the one rule undid the other."""
    client = sign_in("curator")
    place = next(href for href in _links(client, "/?q=") if href.startswith("/listings/"))
    rows = {
        name
        for ul in BeautifulSoup(client.get(place).text, "html5lib").select("nav > ul")
        for name in ul["class"]
    }
    forms = {
        name
        for form in BeautifulSoup(client.get("/staff/search").text, "html5lib").find_all("form")
        for name in form.get("class", [])
    }
    assert rows and forms and not rows & forms


def test_the_pages_of_what_asked_not_to_be_listed_lead_back_to_a_page_that_opens(
    app: Flask, sign_in: SignIn
) -> None:
    with app.app_context():
        hidden = listings.ids(["town:hush"])["town:hush"]
    for role in ("worker", "curator"):
        client = sign_in(role)
        for page in ("check", "history", "script", "tie", "visit"):
            answer = client.get(f"/staff/listings/{hidden}/{page}")
            back = BeautifulSoup(answer.text, "html5lib").select_one(".govuk-back-link")
            assert answer.status_code == 200 and back is not None, f"{role}: {page}"
            assert client.get(str(back["href"])).status_code == 200, f"{role}: {page} leads to {back['href']}"
