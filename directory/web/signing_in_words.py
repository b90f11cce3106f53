"""What Flask-Security says, in our words. Kinds: error, info, success."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from directory.accounts import SHORTEST_PASSWORD

RESET_WITHIN: Final = timedelta(hours=2)

_WRONG = "The email address or the password is not right. Check both, and try again."
_OLD_LINK = "That link has run out, or was used already. Ask for a new one here."
_START_AGAIN = "That took too long. Please start again."
_NOT_KNOWN = "We do not know this passkey here."

WORDS: Final[dict[str, tuple[str, str]]] = {
    "GENERIC_AUTHN_FAILED": (_WRONG, "error"),
    "GENERIC_RECOVERY": (
        "If that address has an account, a mail with a link is on its way to it.",
        "success",
    ),
    "PASSWORD_RESET_REQUEST": (
        "If that address has an account, a mail with a link is on its way to it.",
        "success",
    ),
    "PASSWORD_RESET_EXPIRED": (_OLD_LINK, "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (_OLD_LINK, "error"),
    "PASSWORD_RESET_NO_LOGIN": ("Your new password is set. Sign in with it.", "success"),
    "PASSWORD_CHANGE": ("Your password is changed. Everywhere else you are signed out.", "success"),
    "PASSWORD_NOT_PROVIDED": ("Write your password.", "error"),
    "INVALID_PASSWORD": ("That is not your password.", "error"),
    "PASSWORD_IS_THE_SAME": ("That is the password you have. Choose another.", "error"),
    "RETYPE_PASSWORD_MISMATCH": ("The two new passwords are not the same.", "error"),
    "PASSWORD_INVALID_LENGTH": (f"Use at least {SHORTEST_PASSWORD} characters.", "error"),
    "EMAIL_NOT_PROVIDED": ("Write your email address.", "error"),
    "INVALID_EMAIL_ADDRESS": ("Write an email address, like name@example.org.", "error"),
    "DISABLED_ACCOUNT": (_WRONG, "error"),
    "USER_DOES_NOT_EXIST": (_WRONG, "error"),
    "UNAUTHENTICATED": ("Sign in first.", "info"),
    "REAUTHENTICATION_REQUIRED": ("Before you go on, confirm that it is you.", "info"),
    "REAUTHENTICATION_SUCCESSFUL": ("Thank you. You can go on.", "success"),
    "API_ERROR": (_START_AGAIN, "error"),
    "INVALID_INPUT": ("We could not read that. Please try again.", "error"),
    "INVALID_INPUT_LENGTH": ("That is too long.", "error"),
    "INVALID_CODE": ("That code is not right.", "error"),
    "TWO_FACTOR_INVALID_TOKEN": (
        "That code is not right, or was used already. Wait for the next one.",
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("You are signed in.", "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": ("Your authenticator app is set up.", "success"),
    "TWO_FACTOR_PERMISSION_DENIED": ("Sign in again, please.", "info"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": ("Choose what to do.", "error"),
    "TWO_FACTOR_DISABLED": ("Codes from an app are switched off.", "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (_START_AGAIN, "error"),
    "INVALID_RECOVERY_CODE": ("That recovery code is not right, or was used already.", "error"),
    "WEBAUTHN_EXPIRED": (_START_AGAIN, "error"),
    "WEBAUTHN_NAME_REQUIRED": ("Give it a name, so that you know it again.", "error"),
    "WEBAUTHN_NAME_INUSE": ("You have one with that name already.", "error"),
    "WEBAUTHN_NAME_NOT_FOUND": ("You have no passkey with that name.", "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": ("Use letters, numbers, spaces and hyphens in its name.", "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": ("The passkey is removed.", "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": ("The passkey is set up.", "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": ("You have set up this passkey already.", "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (_NOT_KNOWN, "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (_NOT_KNOWN, "error"),
    "WEBAUTHN_NO_VERIFY": ("That passkey could not be checked. Please try again.", "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": ("That passkey was set up for another use.", "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (_NOT_KNOWN, "error"),
}


def settings() -> dict[str, tuple[str, str]]:
    """The words as Flask-Security's settings."""
    return {f"SECURITY_MSG_{name}": told for name, told in WORDS.items()}
