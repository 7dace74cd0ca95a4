"""What a newcomer is told when everything stands."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from rexian import __version__
from rexian.main.settings import Settings


@dataclass(frozen=True, slots=True)
class Welcome:
    settings: Settings

    def show(self, console: Console) -> None:
        settings = self.settings
        host = "localhost" if settings.web.bind in ("127.0.0.1", "0.0.0.0") else settings.web.bind
        table = Table(box=None, show_header=False, padding=(0, 2))
        table.add_row("Pages", f"[bold]http://{host}:{settings.web.port}[/]")
        table.add_row("SIP", f"{settings.sip.bind}:{settings.sip.port} (UDP)")
        table.add_row("Data", str(settings.data))
        console.print(f"\n[bold]Rexian {__version__} is running.[/] Ctrl-C stops it.\n")
        console.print(table)
