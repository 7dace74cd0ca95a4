"""Routes of layouts and wall screens."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from rexian.agents.service import Agents
from rexian.boards.service import Boards
from rexian.infra.rows import Listing
from rexian.tenants.access import Door, Listed, Many, Ref, Working, access, given, service
from rexian.tenants.model import Principal
from rexian.tenants.service import Tenants

router = APIRouter(prefix="/api/v1", tags=["boards"])

AgentsOf = Annotated[Agents, Depends(service("agents"))]
TenantsOf = Annotated[Tenants, Depends(service("tenants"))]
BoardsOf = Annotated[Boards, Depends(service("boards"))]
Viewer = Annotated[Principal, Depends(access("floor.view"))]
Keeper = Annotated[Principal, Depends(access("walls.manage"))]
Wall = Annotated[Principal, Depends(access("wall.view"))]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Language = Literal["zh", "en"]
Refs = Annotated[list[Ref], Field(max_length=500)]
Word = Annotated[str, Field(max_length=40)]
Kind = (
    Literal["totals", "queues", "agents", "calls", "waiting", "trunks", "trend"]
    | Literal["callbacks", "voicemails", "parked"]
)
MOST_TEAMS = 500


class Panel(Door):
    """One panel of a board, in a grid of twelve columns."""

    kind: Kind
    width: int = Field(12, ge=2, le=12)
    height: int = Field(6, ge=1, le=40, description="In lines of 40 pixels.")
    queues: Refs = Field([], description="Empty: all.")
    teams: Refs = Field([], description="Empty: all.")
    states: list[Word] = Field([], max_length=10)
    columns: list[Word] = Field([], max_length=40, description="Empty: those of the house.")
    view: Word = ""
    sort: Word = ""


class LayoutDraft(Door):
    name: Name
    place: int = Field(0, ge=0, le=100)
    panels: list[Panel] = Field(max_length=20)


class Layout(BaseModel):
    id: str
    name: str
    place: int
    panels: list[Panel]


class WallPage(Door):
    """What the screen shows in turn."""

    kind: Literal["totals", "queues", "agents", "alerts", "trend"]
    queues: Refs = Field([], description="Empty: all.")
    teams: Refs = Field([], description="Empty: all.")


class NewScreen(Door):
    name: Name
    locale: Language = "zh"
    rotate_s: int = Field(20, ge=5, le=3600)
    pages: list[WallPage] = Field(min_length=1, max_length=20)


class ScreenChange(Door):
    name: Name | None = None
    locale: Language | None = None
    rotate_s: int | None = Field(None, ge=5, le=3600)
    pages: list[WallPage] | None = Field(None, min_length=1, max_length=20)


class Screen(BaseModel):
    id: str
    name: str
    locale: Language
    rotate_s: int
    pages: list[WallPage]


class OwnScreen(Screen):
    teams: dict[str, str]
    timezone: str = Field(description="of the house, whose clock it shows")


class WithSecret(Screen):
    secret: str


@router.get("/board/layouts")
async def list_board_layouts(by: Viewer, work: Working, boards: BoardsOf) -> Many[Layout]:
    """One's own."""
    found = [Layout(**row) for row in await boards.layouts(work, by)]
    return Many(items=found, total=len(found))


@router.put("/board/layouts/{id}")
async def keep_board_layout(id: Ref, body: LayoutDraft, by: Viewer, work: Working, boards: BoardsOf) -> Layout:
    """Make one's own layout, or change it; the id is chosen by the page."""
    return Layout(**await boards.keep_layout(work, by, id.lower(), body.model_dump()))


@router.delete("/board/layouts/{id}", status_code=204)
async def remove_board_layout(id: Ref, by: Viewer, work: Working, boards: BoardsOf) -> Response:
    await boards.remove_layout(work, by, id)
    return Response(status_code=204)


@router.get("/wall-screens")
async def list_wall_screens(by: Keeper, work: Working, boards: BoardsOf, listing: Listed) -> Many[Screen]:
    return Many[Screen].model_validate(await boards.screens(work, listing), from_attributes=True)


@router.post("/wall-screens", status_code=201)
async def add_wall_screen(body: NewScreen, by: Keeper, work: Working, boards: BoardsOf) -> WithSecret:
    """The answer holds the key of the screen's link; it is not shown again."""
    return WithSecret(**await boards.add_screen(work, by, body.model_dump()))


@router.get("/wall-screens/{id}")
async def get_wall_screen(id: Ref, by: Keeper, work: Working, boards: BoardsOf) -> Screen:
    return Screen(**await boards.screen(work, id))


@router.patch("/wall-screens/{id}")
async def change_wall_screen(id: Ref, body: ScreenChange, by: Keeper, work: Working, boards: BoardsOf) -> Screen:
    return Screen(**await boards.change_screen(work, by, id, given(body)))


@router.post("/wall-screens/{id}/link")
async def renew_wall_screen_link(id: Ref, by: Keeper, work: Working, boards: BoardsOf) -> WithSecret:
    return WithSecret(**await boards.renew_link(work, by, id))


@router.delete("/wall-screens/{id}", status_code=204)
async def remove_wall_screen(id: Ref, by: Keeper, work: Working, boards: BoardsOf) -> Response:
    await boards.remove_screen(work, by, id)
    return Response(status_code=204)


@router.get("/wall")
async def get_own_wall_screen(
    by: Wall, work: Working, boards: BoardsOf, agents: AgentsOf, tenants: TenantsOf
) -> OwnScreen:
    """What the wall screen that asks with its key should show, and what its teams are called."""
    row: dict[str, Any] = await boards.own_screen(work, by)
    teams = await agents.teams.list(work, Listing(limit=MOST_TEAMS))
    timezone = (await tenants.settings(work)).timezone
    return OwnScreen(**row, teams={team["id"]: team["name"] for team in teams.items}, timezone=timezone)
