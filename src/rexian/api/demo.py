"""The demonstration's public telephone: a line that is nobody's, so that a newcomer can be the customer.

It exists where a tenant `demo` does, calls that tenant's numbers and nothing else, and is given to whoever asks.
"""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from rexian.core.errors import NotFound
from rexian.infra.database import Database
from rexian.telephony.ports import Phone
from rexian.telephony.service import Numbers
from rexian.tenants.access import service
from rexian.tenants.service import Tenants

TENANT = "demo"
LINE = f"{TENANT}-public"

router = APIRouter(prefix="/api/v1/demo", tags=["demo"])


def public_phone(caller: str) -> Phone:
    """A line that calls as `caller` (a customer of the demonstration); its secret is another at each start."""
    return Phone(id=LINE, secret=secrets.token_urlsafe(18), number=caller)


@router.get("/phone")
async def get_demo_phone(
    database: Annotated[Database, Depends(service("database"))],
    tenants: Annotated[Tenants, Depends(service("tenants"))],
    numbers: Annotated[Numbers, Depends(service("numbers"))],
    line: Annotated[Phone, Depends(service("public_phone"))],
) -> dict[str, Any]:
    """What a browser needs to call the demonstration's hotline."""
    tenant = await tenants.find(TENANT)
    if tenant is None:
        raise NotFound("demo.absent", "There is no demonstration here. Start with ./rexian up --demo.")
    async with database.work(tenant) as work:
        every = await numbers.every(work)
    if not every:
        raise NotFound("demo.no_number", "The demonstration has no number to call. Add one under Manage, Numbers.")
    return {
        "uri": f"sip:{line.id}@{TENANT}",
        "password": line.secret,
        "ws_path": "/sip",
        "ice": [],
        "register": False,
        "number": every[0]["number"],
        "caller": line.number,
    }
