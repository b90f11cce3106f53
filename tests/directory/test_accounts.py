"""Accounts, invitations, tries and policies, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from directory import accounts, invitations, policies, tries
from directory.database import db, writing
from directory.errors import Conflict, Invalid, NotFound, TooManyTries
from directory.models import Tally, User


@pytest.fixture
def store(either_app: Flask) -> Flask:
    either_app.config["SECRET_KEY"] = "for these tests alone"
    return either_app


def somebody(email: str, *roles: str, password: bool = True) -> User:
    user = accounts.create(email, email.partition("@")[0].title(), roles)
    if password:
        with writing():
            user.password = "as if hashed"
    return user


def at_once(app: Flask, *works: Callable[[], object]) -> list[BaseException | None]:
    """Run each in a thread with its own session, all starting together; what each raised."""
    gate, raised = threading.Barrier(len(works)), [None] * len(works)  # type: list[BaseException | None]

    def run(place: int, work: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                work()
            except (Conflict, TooManyTries) as error:
                raised[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # what this thread had read before is old
    return raised


def test_an_account_is_found_by_its_address_in_whatever_case(store: Flask) -> None:
    made = somebody("Mina@Example.org", "worker")
    assert made.email == "mina@example.org"
    assert accounts.by_email(" MINA@example.ORG ") == made
    with pytest.raises(Conflict):
        somebody("mina@EXAMPLE.org", "lead")


@pytest.mark.parametrize(
    "email", ["", "mina", "mina@", "@example.org", "mi na@example.org", "a@b@c", "x" * 250 + "@e.org"]
)
def test_what_is_no_address_makes_no_account(store: Flask, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        accounts.create(email, "", ["worker"])
    assert set(refused.value.fields) == {"email", "name"}
    assert accounts.everyone() == []


@pytest.mark.parametrize("roles", [[], ["king"]])
def test_an_account_without_a_known_role_is_refused(store: Flask, roles: list[str]) -> None:
    with pytest.raises(Invalid, match="role"):
        accounts.create("mina@example.org", "Mina", roles)
    assert accounts.everyone() == []


def test_two_leads_who_disable_each_other_at_once_leave_one(store: Flask) -> None:
    leila, lou = somebody("leila@example.org", "lead").id, somebody("lou@example.org", "lead").id
    raised = at_once(store, lambda: accounts.disable(leila), lambda: accounts.disable(lou))
    assert [type(one) for one in raised if one] == [Conflict]
    assert [user.active for user in accounts.everyone()].count(True) == 1


def test_a_lead_who_has_not_taken_up_the_invitation_does_not_count(store: Flask) -> None:
    leila = somebody("leila@example.org", "lead")
    somebody("lou@example.org", "lead", password=False)
    for leave in (lambda: accounts.disable(leila.id), lambda: accounts.set_roles(leila.id, ["worker"])):
        with pytest.raises(Conflict, match="only lead"):
            leave()
    assert leila.active and leila.role_names == {"lead"}


def test_a_new_address_makes_old_links_worthless_and_a_new_name_does_not(store: Flask) -> None:
    mina = somebody("mina@example.org", "worker")
    seal = mina.fs_uniquifier
    accounts.amend(mina.id, "mina@example.org", "Mina B")
    assert mina.fs_uniquifier == seal
    accounts.amend(mina.id, "minab@example.org", "Mina B")
    assert mina.fs_uniquifier != seal


def test_an_invitation_is_for_one_account_and_ends_with_the_next(store: Flask) -> None:
    ada = somebody("ada@example.org", "worker", password=False)
    first = invitations.invite(ada.id)
    assert invitations.invited(first).id == ada.id
    second = invitations.invite(ada.id)
    for token in (first, second + "x", "", "nonsense"):
        with pytest.raises(NotFound):
            invitations.invited(token)
    assert invitations.invited(second).id == ada.id
    accounts.disable(ada.id)
    with pytest.raises(NotFound):
        invitations.invited(second)
    with pytest.raises(Conflict, match="disabled"):
        invitations.invite(ada.id)


def test_an_old_invitation_has_run_out(store: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = somebody("ada@example.org", "worker", password=False)
    token = invitations.invite(ada.id)
    monkeypatch.setattr(invitations, "GOOD_FOR", timedelta(seconds=-1))
    with pytest.raises(NotFound, match="run out"):
        invitations.invited(token)


def test_tries_at_once_are_counted_each(store: Flask) -> None:
    raised = at_once(store, *[lambda: tries.take({"sign_in": "mina", "sign_in_from": "here"})] * 8)
    assert [type(one) for one in raised if one] == [TooManyTries] * 3
    assert len(db.session.scalars(select(Tally)).all()) == 10


def test_success_clears_the_account_and_one_try_of_the_machine(store: Flask) -> None:
    whose = {"sign_in": "mina", "sign_in_from": "here"}
    for _ in range(3):
        tries.take(whose)
    tries.forgive(whose, tries.take(whose))
    assert len(db.session.scalars(select(Tally)).all()) == 3
    for _ in range(5):
        tries.take({"sign_in": "mina"})
    with pytest.raises(TooManyTries) as stopped:
        tries.take({"sign_in": "mina"})
    assert "Wait 15 minutes" in stopped.value.message
    tries.take({"sign_in": "somebody else"})


def test_a_policy_is_kept_and_taken_back(store: Flask) -> None:
    assert not policies.staff_need_second_factor()
    for needed in (True, True, False):
        policies.set_staff_need_second_factor(needed)
        assert policies.staff_need_second_factor() is needed
