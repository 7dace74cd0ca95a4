"""Who asks."""

from dataclasses import dataclass, field

from rexian.core.errors import Forbidden
from rexian.core.ids import AgentId, TenantId, UserId


@dataclass(frozen=True, slots=True)
class Principal:
    """The one who asks: a signed-in user, or a program with a user's API key."""

    tenant: TenantId
    user: UserId
    name: str
    role: str
    permissions: frozenset[str]
    locale: str = "zh"
    agent: AgentId | None = None
    key: str | None = None
    """The API key's id, when a program asks with one."""
    session: str | None = field(default=None, repr=False)
    csrf: str | None = field(default=None, repr=False)

    def may(self, *permissions: str) -> bool:
        """Whether one of `permissions` is held (with none named: always)."""
        return not permissions or not self.permissions.isdisjoint(permissions)

    def require(self, *permissions: str) -> None:
        if not self.may(*permissions):
            raise Forbidden(
                "access.forbidden",
                f"This needs the permission {' or '.join(permissions)}; ask an administrator for it.",
                permission=permissions[0],
            )
