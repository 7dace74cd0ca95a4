"""The first people of an installation, and what a newcomer is told when everything stands."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from rexian import __version__
from rexian.main.demo import centre
from rexian.main.settings import Settings
from rexian.main.wiring import wired

FIRST_TENANT = "main"


@dataclass(frozen=True, slots=True)
class Login:
    tenant: str
    username: str
    password: str
    who: str


async def people(settings: Settings, *, demo: bool) -> Sequence[Login]:
    """Make the demonstration's people, or the first administrator of an empty installation; returns what to print.

    An administrator's password is chosen by chance and told once, when it is made.
    """
    async with wired(settings) as rexian:
        if demo:
            await centre.make(rexian)
            return [Login(*login) for login in centre.logins()]
        if await rexian.database.tenants():
            return []
        password = secrets.token_urlsafe(9)
        await rexian.tenants.bootstrap(FIRST_TENANT, "Rexian", administrator="admin", password=password)
        return [Login(FIRST_TENANT, "admin", password, "administrator (this password is shown only now)")]


@dataclass(frozen=True, slots=True)
class Welcome:
    settings: Settings
    logins: Sequence[Login]

    def show(self, console: Console) -> None:
        settings = self.settings
        host = "localhost" if settings.web.bind in ("127.0.0.1", "0.0.0.0") else settings.web.bind
        table = Table(box=None, show_header=False, padding=(0, 2))
        table.add_row("Pages", f"[bold]http://{host}:{settings.web.port}[/]")
        table.add_row("SIP", f"{settings.sip.bind}:{settings.sip.port} (UDP)")
        table.add_row("Data", str(settings.data))
        console.print(f"\n[bold]Rexian {__version__} is running.[/] Ctrl-C stops it.\n")
        console.print(table)
        if self.logins:
            console.print(self._people())

    def _people(self) -> Table:
        table = Table(box=None, padding=(0, 2))
        for title in ("tenant", "user", "password", ""):
            table.add_column(title)
        for login in self.logins:
            table.add_row(login.tenant, login.username, login.password, f"[dim]{login.who}[/]")
        return table
