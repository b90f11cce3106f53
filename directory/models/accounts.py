"""Who may sign in, as what. People whom the agency supports are not here unless they ask for an account.

Column names that begin with tf_, mf_ or fs_ are those that Flask-Security looks for.
"""

# mypy: disable-error-code="assignment"
from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.database import UUID_TEXT, Base, now
from directory.models.columns import Moment, OptionalMoment, OptionalWords, Words, owner

held_roles = Table(
    "held_role",
    Base.metadata,
    Column("user_id", UUID_TEXT, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", UUID_TEXT, ForeignKey("role.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Role(Base, RoleMixin):
    """individual, worker, curator or lead. What each may do is in `directory.permissions`, not in the database."""

    __tablename__ = "role"

    id: Mapped[str] = mapped_column(UUID_TEXT, primary_key=True, default=lambda: str(uuid4()))
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[OptionalWords]


class User(Base, UserMixin):
    """An account. It is disabled, never deleted by hand: what this user checked and changed stays theirs."""

    __tablename__ = "user"

    id: Mapped[str] = mapped_column(UUID_TEXT, primary_key=True, default=lambda: str(uuid4()))
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[Words]
    """As colleagues know them."""
    password: Mapped[OptionalWords]
    """argon2; None until an invitation is taken up."""
    active: Mapped[bool] = mapped_column(default=True)
    confirmed_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment] = mapped_column(default=now)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: uuid4().hex)
    """Every session and reset link carries it: a new one ends them all ("sign out everywhere")."""
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[OptionalWords]
    tf_totp_secret: Mapped[OptionalWords]
    tf_last_counter: Mapped[int | None]
    """The last code's place in time: no code counts twice."""
    mf_recovery_codes: Mapped[Any] = mapped_column(MutableList.as_mutable(AsaList()), nullable=True)
    last_login_at: Mapped[OptionalMoment]
    current_login_at: Mapped[OptionalMoment]
    login_count: Mapped[int | None]
    roles: Mapped[list[Role]] = relationship(secondary=held_roles, lazy="selectin", order_by=Role.name)
    webauthn: Mapped[list[Passkey]] = relationship(back_populates="user", cascade="all, delete-orphan")

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(role.name for role in self.roles)


class Policy(Base):
    """What a lead decided for everybody, by name (`directory.policies`)."""

    __tablename__ = "policy"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Words]
    set_by: Mapped[OptionalWords]
    set_at: Mapped[OptionalMoment]


class Passkey(Base, WebAuthnMixin):
    """A passkey or security key of a user, as Flask-Security keeps it."""

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(UUID_TEXT, primary_key=True, default=lambda: str(uuid4()))
    user_id: Mapped[str] = owner("user")
    name: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[Any] = mapped_column(MutableList.as_mutable(AsaList()), nullable=True)
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[Moment] = mapped_column(default=now)
    lastuse_datetime: Mapped[Moment] = mapped_column(default=now)
    usage: Mapped[str] = mapped_column(String(64))
    user: Mapped[User] = relationship(back_populates="webauthn")
