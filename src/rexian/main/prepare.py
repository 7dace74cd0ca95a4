"""The program that readies the database before the others start: its steps, its months, its first people.

A program of its own, so that `up` stays light; and it is not run at all when nothing has changed since it ran.
"""

import asyncio
import json
import secrets
import sys
from collections.abc import Sequence
from dataclasses import asdict

from rexian.core.errors import RexianError
from rexian.infra.migrate import migrate
from rexian.main import data, logs
from rexian.main import settings as reading
from rexian.main.demo import centre
from rexian.main.settings import Settings
from rexian.main.welcome import Login
from rexian.main.wiring import wired

FIRST_TENANT = "main"


async def prepare(settings: Settings, *, demo: bool) -> Sequence[Login]:
    """Returns the logins that nobody could know otherwise: that of an empty installation's first administrator."""
    migrate(data.url(settings))
    async with wired(settings) as rexian:
        await rexian.database.make_months()
        if demo:
            await centre.make(rexian)
        elif not await rexian.database.tenants():
            password = secrets.token_urlsafe(9)
            await rexian.tenants.bootstrap(FIRST_TENANT, "Rexian", administrator="admin", password=password)
            return [Login(FIRST_TENANT, "admin", password, "administrator; the password is shown only now")]
    return []


def main() -> int:
    """Speaks JSON to `up`; a known problem is one sentence."""
    try:
        made = asyncio.run(prepare(reading.load(), demo="--demo" in sys.argv))
    except RexianError as problem:
        print(problem.message, file=sys.stderr)
        return 1
    print(json.dumps([asdict(login) for login in made]))
    return 0


if __name__ == "__main__":
    logs.configure()
    raise SystemExit(main())
