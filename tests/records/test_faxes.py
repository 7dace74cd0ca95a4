"""A fax is taken into the blob store as a PDF, and read with its contact."""

from datetime import timedelta
from pathlib import Path

import pytest

from rexian.core.clock import SystemClock, VirtualClock
from rexian.floor import faxes
from rexian.floor.faxes import FaxWay
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.infra.subscribers import replay
from rexian.interactions import fax_store, store
from rexian.interactions.fax_jobs import FaxKeeper
from rexian.interactions.folding import fold
from rexian.interactions.service import Faxes
from rexian.telephony.fax_pages import to_pdf
from rexian.tenants.permissions import Role
from tests.calls import NINE, Story
from tests.centre import Browser
from tests.records.test_contacts import House, house
from tests.sip.pages import a_page, alike, look, looks_of_pdf, write_tiff

__all__ = ["house"]
HALF = {"complete": False, "error": "hung_up"}


def faxed(path: Path | str = "", *, way: FaxWay = FaxWay.RECEIVED, **said: object) -> Story:
    """A call in which a fax came, or went."""
    story = Story().arrive().flow().after(1)
    name = f"{story.call}.f1"
    sent = {"document": "d-1", "document_name": "12 Price list"} if way is FaxWay.SENT else {}
    story.say(faxes.FaxStarted, leg=story.leg("customer"), fax=name, way=way, **sent).after(25)
    told = {"complete": True, "pages": 2, "station": "+86 21 5550 1000", "t38": True, "path": str(path), **said}
    return story.say(faxes.FaxEnded, fax=name, **told).after(1).end()


@pytest.fixture
def keeper(house: House, database: Database, jobs: Jobs, tmp_path: Path) -> FaxKeeper:
    blobs = Blobs(tmp_path / "blobs")
    keeper = FaxKeeper(database, blobs, SystemClock(), tmp_path / "left")
    keeper.register(jobs)
    house.centre.faxes = Faxes(blobs, house.centre.contacts)  # type: ignore[attr-defined]
    return keeper


async def settled(house: House, jobs: Jobs, story: Story) -> dict[str, object]:
    """The fax, when all is done about it."""
    await house.hears(story)
    await jobs.run_all()
    await house.reader.catch_up(house.tenant)
    [fax] = (await house.root.get(f"/contacts/{story.call}")).json()["faxes"]
    return dict(fax)


@pytest.mark.postgres
async def test_the_pages_lie_with_the_contact_and_each_reading_is_noted(
    house: House, keeper: FaxKeeper, jobs: Jobs, tmp_path: Path
) -> None:
    tiff = write_tiff(tmp_path / "left" / "a.tiff", a_page(), a_page(1))
    story = faxed(tiff)

    fax = await settled(house, jobs, story)
    answer = await house.root.get(f"/faxes/{fax['id']}/document")

    assert (fax["way"], fax["state"], fax["complete"], fax["pages"]) == ("received", "stored", True, 2)
    assert (fax["station"], fax["t38"]) == ("+86 21 5550 1000", True)
    assert answer.headers["content-type"] == "application/pdf"
    assert len(answer.content) == fax["size"]
    first, second = looks_of_pdf(answer.content)
    assert alike(first, look(a_page()))
    assert alike(second, look(a_page(1)))
    assert not alike(first, second)
    assert not tiff.exists(), "The switch's file goes once the blob is safe."
    trail = (await house.root.get("/audit", params={"action": "fax.read"})).json()
    assert [row["after"] for row in trail["items"]] == [{"contact": story.call}]


@pytest.mark.postgres
async def test_who_had_no_part_in_the_contact_may_not_read_it(
    house: House, keeper: FaxKeeper, jobs: Jobs, tmp_path: Path
) -> None:
    fax = await settled(house, jobs, faxed(write_tiff(tmp_path / "left" / "a.tiff", a_page())))
    path = f"/faxes/{fax['id']}/document"
    _, rival_slug = await house.centre.tenant()
    rival = Browser(house.root.http._transport.app)  # type: ignore[attr-defined]
    await rival.sign_in(rival_slug)

    assert (await (await house.signed_in(Role.AGENT)).get(path)).status_code == 403
    assert (await (await house.signed_in(Role.QUALITY)).get(path)).status_code == 200
    assert (await rival.get(path)).status_code == 404


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("content", "said", "state", "reason"),
    [
        (None, {}, "missing", "no_file"),
        (b"no picture", {}, "missing", "unreadable"),
        (None, {**HALF, "pages": 0}, "failed", ""),
        (None, {"way": FaxWay.SENT, "path": ""}, "sent", ""),
        (None, {"way": FaxWay.SENT, "path": "", **HALF}, "failed", ""),
    ],
)
async def test_where_no_page_came_the_contact_says_so(
    house: House,
    keeper: FaxKeeper,
    jobs: Jobs,
    tmp_path: Path,
    content: bytes | None,
    said: dict[str, object],
    state: str,
    reason: str,
) -> None:
    tiff = tmp_path / "a.tiff"
    if content is not None:
        tiff.write_bytes(content)

    fax = await settled(house, jobs, faxed(**{"path": tiff, **said}))  # type: ignore[arg-type]

    assert (fax["state"], fax["reason"]) == (state, reason)
    named = ("d-1", "12 Price list") if said.get("way") is FaxWay.SENT else ("", "")
    assert (fax["document"], fax["document_name"]) == named
    answer = await house.root.get(f"/faxes/{fax['id']}/document")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "fax.no_pages")


@pytest.mark.postgres
async def test_taking_over_twice_and_replaying_changes_nothing(
    house: House, keeper: FaxKeeper, jobs: Jobs, tmp_path: Path, database: Database
) -> None:
    story = faxed(write_tiff(tmp_path / "left" / "a.tiff", a_page()), **HALF)
    fax = await settled(house, jobs, story)
    assert (fax["state"], fax["complete"], fax["pages"]) == ("stored", False, 1), "as many as there are"
    said = await house.journal.head(house.tenant)

    await keeper.keep(tenant=house.tenant, fax=str(fax["id"]))
    async with database.work(house.tenant) as work:
        await store.forget(work)
        assert await fax_store.one(work, str(fax["id"])) is None
        await replay(work, "interactions")
    await house.reader.catch_up(house.tenant)
    await jobs.run_all()

    [again] = (await house.root.get(f"/contacts/{story.call}")).json()["faxes"]
    assert again == fax
    assert await house.journal.head(house.tenant) == said


@pytest.mark.postgres
@pytest.mark.parametrize("survived", [True, False])
async def test_a_fax_that_nobody_told_the_end_of_is_looked_for_where_the_switch_leaves_them(
    house: House, keeper: FaxKeeper, jobs: Jobs, tmp_path: Path, database: Database, survived: bool
) -> None:
    story = faxed()
    story.facts = [fact for fact in story.facts if not isinstance(fact, faxes.FaxEnded)]
    name = f"{story.call}.f1"
    if survived:
        write_tiff(tmp_path / "left" / f"{name}.tiff", a_page())
    await house.hears(story)
    assert (await house.root.get(f"/faxes/{name}/document")).json()["error"]["code"] == "fax.not_ready"
    late = FaxKeeper(database, keeper._blobs, VirtualClock(NINE + timedelta(hours=1)), tmp_path / "left")

    await late.sweep(0)
    await jobs.run_all()
    await house.reader.catch_up(house.tenant)

    [fax] = (await house.root.get(f"/contacts/{story.call}")).json()["faxes"]
    assert fax["state"] == ("stored" if survived else "missing")


def test_a_fax_is_folded_from_its_facts() -> None:
    story = faxed("/left/a.tiff")
    contact = fold(story.facts)
    assert contact is not None
    [fax] = contact.faxes
    assert (fax.state, fax.pages, fax.t38, fax.path) == ("closed", 2, True, "/left/a.tiff")
    open_ = fold([fact for fact in story.facts if not isinstance(fact, faxes.FaxEnded)])
    assert open_ is not None
    assert open_.faxes[0].state == "open"


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("cut", "pages"), [(300, 1), (700, 1)])
def test_pages_before_one_that_cannot_be_read_are_kept(tmp_path: Path, cut: int, pages: int) -> None:
    broken = write_tiff(tmp_path / "a.tiff", a_page(), a_page(1))
    broken.write_bytes(broken.read_bytes()[:-cut])
    assert to_pdf(broken, tmp_path / "a.pdf") == pages
    [first] = looks_of_pdf((tmp_path / "a.pdf").read_bytes())
    assert alike(first, look(a_page()))


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tiff").write_bytes(b"")
    with pytest.raises(ValueError, match="cannot be read"):
        to_pdf(tmp_path / "a.tiff", tmp_path / "a.pdf")
