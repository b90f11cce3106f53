"""The two rows at the top, and the page of all tools."""

from __future__ import annotations

from collections.abc import Callable

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

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
