"""What a newcomer is told when everything stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from rexian import __version__
from rexian.main.demo.people import ADMINISTRATOR, AGENTS, NUMBER, PASSWORD, STAFF, TENANT
from rexian.main.settings import Settings


@dataclass(frozen=True, slots=True)
class Login:
    tenant: str
    username: str
    password: str
    who: str


def demo_logins() -> Iterator[Login]:
    for person in (ADMINISTRATOR, *STAFF):
        yield Login(TENANT, person.username, PASSWORD, f"{person.name}, {person.role}")
    first, last = AGENTS[0], AGENTS[-1]
    names = f"{first.username} … {last.username}"
    yield Login(TENANT, names, PASSWORD, f"{len(AGENTS)} agents: {first.name} … {last.name}")


@dataclass(frozen=True, slots=True)
class Welcome:
    settings: Settings
    logins: Sequence[Login]
    demo: bool

    def show(self, console: Console) -> None:
        console.print(f"\n[bold]Rexian {__version__} is running.[/] Ctrl-C stops it.\n")
        console.print(self._places())
        if self.logins:
            console.print()
            console.print(self._people())
        console.print()

    def _places(self) -> Table:
        web, sip = self.settings.web, self.settings.sip
        base = f"http://{'localhost' if web.bind in ('127.0.0.1', '0.0.0.0') else web.bind}:{web.port}"
        table = Table(box=None, show_header=False, padding=(0, 2))
        table.add_row("Pages", f"[bold]{base}[/]")
        if self.demo:
            table.add_row("Be the customer", f"{base}/demo/phone")
        if self.settings.asterisk.ari_url:
            table.add_row("Switch", self.settings.asterisk.ari_url)
        elif self.demo:
            table.add_row("Call by SIP", f"sip:{NUMBER}@127.0.0.1:{sip.port}")
        else:
            table.add_row("SIP", f"{sip.bind}:{sip.port} (UDP)")
        table.add_row("Data", str(self.settings.data))
        return table

    def _people(self) -> Table:
        table = Table(box=None, padding=(0, 2))
        for title in ("tenant", "user", "password", ""):
            table.add_column(title)
        for login in self.logins:
            table.add_row(login.tenant, login.username, login.password, f"[dim]{login.who}[/]")
        return table
