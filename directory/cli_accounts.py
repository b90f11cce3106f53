"""`kith user` and `kith handover`: who may sign in, and what passes on when somebody leaves."""

from __future__ import annotations

import sys

import click

from directory import terminal
from directory.command_line import DONE, cli, command, print_json
from directory.permissions import ROLES


@command("handover")
@click.argument("user", metavar="USER")
@click.option(
    "--to", "colleague", metavar="COLLEAGUE", help="Pass everything on to them, and close the account."
)
@click.option("--close", is_flag=True, help="Close the account of somebody who holds nothing (any more).")
@click.option("--agreed-to-name", is_flag=True, help="They agreed that the record names them.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def handover_command(
    user: str, colleague: str | None, close: bool, agreed_to_name: bool, as_json: bool
) -> int:
    """What only USER (email, or name) holds: ties, tips, introductions, promised checks. Works after they have left.

    Changes nothing, unless --to says who takes it on.
    """
    from directory import accounts, handover
    from directory.serving import engines

    leaver = accounts.named(user)
    held = handover.holdings(leaver.id)
    if colleague:
        handover.hand_over(leaver.id, accounts.named(colleague).id, "cli", agreed_to_name=agreed_to_name)
    elif close:
        handover.finish(leaver.id, "cli", agreed_to_name=agreed_to_name)
    engines().catch_up()
    if as_json:
        print_json(handover.to_json(leaver.id, held))
    else:
        terminal.show_handover(leaver.name, held, handover.record_of(leaver.id))
    return DONE


@cli.group("user")
def user_group() -> None:
    """Accounts: who may sign in, and as what."""


_ROLES = click.Choice(ROLES)


@command("add", user_group)
@click.argument("email")
@click.option("--name", required=True, help="What colleagues call this person.")
@click.option(
    "--role", "roles", multiple=True, required=True, type=_ROLES, help="May be given several times."
)
@click.option(
    "--invite", is_flag=True, help="Ask for no password: print a link with which they choose their own."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def user_add(email: str, name: str, roles: tuple[str, ...], invite: bool, password_stdin: bool) -> None:
    """Make an account. Asks for a password twice, unless told otherwise."""
    from directory import accounts

    if invite and password_stdin:
        raise click.UsageError("Choose one: --invite or --password-stdin.")
    password = None if invite else _new_password(password_stdin)
    user = accounts.create(email, name, roles, password)
    terminal.say(f"{user.name} may sign in as {' and '.join(sorted(user.role_names))}.")
    if invite:
        _print_invitation(user.id)


@command("invite", user_group)
@click.argument("email")
def user_invite(email: str) -> None:
    """Print a new link for somebody who has not chosen a password yet; older links stop working."""
    _print_invitation(_user_id(email))


@command("role", user_group)
@click.argument("email")
@click.argument("roles", metavar="ROLE...", nargs=-1, required=True, type=_ROLES)
def user_role(email: str, roles: tuple[str, ...]) -> None:
    """Give an account exactly these roles: individual, worker, curator, lead."""
    from directory import accounts

    user = accounts.set_roles(_user_id(email), roles)
    terminal.say(f"{user.name} is now {' and '.join(sorted(user.role_names))}.")


@command("disable", user_group)
@click.argument("email")
def user_disable(email: str) -> None:
    """Let nobody sign in to an account any more. What its owner knew and checked stays."""
    from directory import accounts
    from directory.serving import engines

    user = accounts.disable(_user_id(email))
    engines().catch_up()
    terminal.say(f"{user.name} cannot sign in any more.")


@command("enable", user_group)
@click.argument("email")
def user_enable(email: str) -> None:
    """Open a disabled account again."""
    from directory import accounts
    from directory.serving import engines

    user = accounts.enable(_user_id(email))
    engines().catch_up()
    terminal.say(f"{user.name} may sign in again.")


@command("password", user_group)
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def user_password(email: str, password_stdin: bool) -> None:
    """Set a new password, where no mail can be sent. Every session of the account ends."""
    from directory import accounts

    user_id = _user_id(email)
    user = accounts.set_password(user_id, _new_password(password_stdin))
    terminal.say(f"{user.name} has a new password.")


@command("unlock", user_group)
@click.argument("email")
def user_unlock(email: str) -> None:
    """For somebody who lost their phone, key and recovery codes: the password alone signs in again."""
    from directory import accounts

    user = accounts.remove_second_factor(_user_id(email))
    terminal.say(f"{user.name} signs in with the password alone, until they set up a second step again.")


@command("list", user_group)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def user_list(as_json: bool) -> None:
    """Every account."""
    from directory import accounts

    found = accounts.everyone()
    if as_json:
        print_json([
            {"email": one.email, "name": one.name, "roles": sorted(one.role_names), "state": accounts.state(one),
             "second_factor": accounts.has_second_factor(one)} for one in found
        ])  # fmt: skip
    else:
        terminal.show_users(
            [(one.name, one.email, ", ".join(sorted(one.role_names)), accounts.state(one)) for one in found]
        )


def _user_id(email: str) -> str:
    from directory import accounts
    from directory.errors import NotFound

    user = accounts.by_email(email)
    if user is None:
        raise NotFound("There is no account with that email address: kith user list shows them all.")
    return str(user.id)


def _new_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True))


def _print_invitation(user_id: str) -> None:
    from directory import invitations

    token = invitations.invite(user_id)
    terminal.say(f"Send them this link. It works once, for {invitations.GOOD_FOR.days} days:")
    click.echo(invitations.link(token))
