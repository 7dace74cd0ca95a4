"""The route that acts upon outcalls: cancelling one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from rexian.core.ids import OutcallId
from rexian.floor import inputs
from rexian.floor.service import Floors
from rexian.tenants.access import Ref, Working, access, service
from rexian.tenants.audit import note
from rexian.tenants.model import Principal

TheFloors = Annotated[Floors, Depends(service("floors"))]
MayAct = Annotated[Principal, Depends(access("floor.set_state"))]

router = APIRouter(prefix="/api/v1/outcalls", tags=["waiting"])


@router.post("/{id}/cancel", status_code=204)
async def cancel_outcall(id: Ref, by: MayAct, floors: TheFloors, work: Working) -> Response:
    """A call that a flow has ordered, and that has not been begun, is not made."""
    await floors.floor(by.tenant).ask(inputs.CancelOutcall(outcall=OutcallId(id), by=by.user))
    await note(work, by, "outcall.cancelled", f"outcall:{id}")
    return Response(status_code=204)
