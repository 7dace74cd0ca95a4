"""What a customer is, and how sure one can be who calls."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from rexian.core.errors import Invalid
from rexian.core.ids import AgentId, CustomerId
from rexian.core.numbers import normal_number

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class IdentityKind(StrEnum):
    PHONE = "phone"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Identity:
    """A number or an address by which a customer is known, in its normal form.

    `shared`: several customers use it (a family, a switchboard), and it alone does not tell who calls.
    """

    kind: IdentityKind
    value: str
    label: str = ""
    shared: bool = False

    @classmethod
    def of(cls, kind: str, value: str, label: str = "", *, shared: bool = False, region: str = "CN") -> "Identity":
        """From what a person wrote; raises `Invalid` when it is no number or no address."""
        return cls(IdentityKind(kind), normal_value(IdentityKind(kind), value, region), label.strip(), shared)


@dataclass(frozen=True, slots=True)
class Customer:
    id: CustomerId
    name: str
    identities: tuple[Identity, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    vip: bool = False
    manager: AgentId | None = None
    """The agent who looks after him."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Who it may be. Exactly one: sure. Several: perhaps one of them. None: nobody known."""

    customers: tuple[Customer, ...] = ()

    @property
    def sure(self) -> bool:
        return len(self.customers) == 1

    @property
    def first(self) -> Customer | None:
        return self.customers[0] if self.customers else None


def normal_value(kind: IdentityKind, value: str, region: str = "CN") -> str:
    if kind is IdentityKind.PHONE:
        return normal_number(value, region)
    mail = value.strip().lower()
    if not _MAIL.fullmatch(mail):
        raise Invalid(
            "customer.mail_invalid", f"“{value}” is not a mail address; write it as name@example.com.", mail=value
        )
    return mail
