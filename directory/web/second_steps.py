"""What Flask-Security asks us about second steps: authenticator apps, passkeys, and the keys that protect both."""

from __future__ import annotations

import base64
from typing import Any, cast

import qrcode
from flask import session
from flask_security import (
    Totp,
    TwoFactorRescueForm,
    TwoFactorSelectForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    UserMixin,
    WebauthnUtil,
)
from flask_security.forms import IsString, IsStringOrInt, RequiredLocalize
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.webauthn import WebAuthnRegisterForm, WebAuthnSigninResponseForm
from markupsafe import Markup
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from directory.config import LOCAL_SITE, current_settings
from directory.keys import derived_key
from directory.models import User


def settings_for(secret: str) -> dict[str, Any]:
    """What Flask-Security encrypts shared secrets and recovery codes with."""
    app_key = derived_key(secret, "authenticator apps").hex()
    codes_key = base64.urlsafe_b64encode(derived_key(secret, "recovery codes"))
    return {
        "SECURITY_TOTP_SECRETS": {"1": app_key},
        "SECURITY_TOTP_ISSUER": "Kith",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [codes_key],
    }


class Codes(Totp):
    """Six-digit codes, each of which counts once, and a picture for the app that our content policy lets through."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        return cast(User, user).tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:
        cast(User, user).tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The picture as an <svg> element; an image address with data in it would be blocked."""
        code = qrcode.QRCode(border=4)
        code.add_data(self.get_totp_uri(username, totp))
        return qr_svg(code.get_matrix())


def qr_svg(matrix: list[list[bool]]) -> Markup:
    """A matrix of dark and light as an <svg> element."""
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return Markup(
        '<svg class="kith-qr" viewBox="0 0 {size} {size}" role="img" aria-label="QR code for an authenticator app"'
        ' shape-rendering="crispEdges"><rect width="{size}" height="{size}" fill="#fff"/><path d="{path}"/></svg>'
    ).format(size=len(matrix), path=path)


class Passkeys(WebauthnUtil):
    """Any authenticator will do; one that stands in for the password must check who holds it (finger, face or PIN)."""

    def origin(self) -> str:
        """As the browser sees it, also where Kith stands behind a proxy that ends TLS."""
        site = current_settings().site_url
        return site if site != LOCAL_SITE else super().origin()

    def authenticator_selection(self, user: UserMixin, usage: str) -> AuthenticatorSelectionCriteria:
        alone = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED if alone else ResidentKeyRequirement.DISCOURAGED,
            user_verification=(
                UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.DISCOURAGED
            ),
        )

    def user_verification(self, user: UserMixin | None, usage: list[str]) -> UserVerificationRequirement:
        if usage == ["first"]:
            return UserVerificationRequirement.REQUIRED
        return UserVerificationRequirement.PREFERRED


class PasskeyAnswer(WebAuthnSigninResponseForm):
    """A passkey as a second step must belong to whoever gave the password, and to an account that is open."""

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        user = cast(User, self.user)
        other = self.is_secondary and session.get("tf_user_id") != user.fs_uniquifier
        if other or not user.active:
            self.credential.errors = ["We do not know this passkey."]
            return False
        return True


class _Ways(RadioField):  # type: ignore[misc]
    """Takes the pairs that Flask-Security sets, of which WTForms 3.3 warns."""

    @property
    def choices(self) -> Any:
        return RadioField.choices.fget(self)

    @choices.setter
    def choices(self, pairs: Any) -> None:
        made = [SelectChoice(*pair) if isinstance(pair, tuple) else pair for pair in pairs or ()]
        RadioField.choices.fset(self, made)


class ChooseWay(TwoFactorSelectForm):
    which = _Ways(choices=[])


class SetUpApp(TwoFactorSetupForm):
    setup = StringField()


class EnterCode(TwoFactorVerifyCodeForm):
    code = StringField(validators=[IsStringOrInt(), RequiredLocalize(message="Write the six figures.")])


class EnterRecoveryCode(MfRecoveryForm):
    code = StringField(validators=[IsString(), RequiredLocalize(message="Write one of your recovery codes.")])


class NoCode(TwoFactorRescueForm):
    help_setup = _Ways(choices=[])


class AddPasskey(WebAuthnRegisterForm):
    usage = StringField(default="secondary", validators=[AnyOf(["first", "secondary"])])


FORMS: dict[str, Any] = {
    "two_factor_select_form": ChooseWay,
    "two_factor_setup_form": SetUpApp,
    "two_factor_verify_code_form": EnterCode,
    "mf_recovery_form": EnterRecoveryCode,
    "two_factor_rescue_form": NoCode,
    "wan_register_form": AddPasskey,
    "wan_signin_response_form": PasskeyAnswer,
}
"""Flask-Security's forms that we change, by its names for them."""
