"""Documents that can be faxed: uploaded, looked at, found by callers' flows, over HTTP and a real database."""

from pathlib import Path
from typing import Any

import pytest

from rexian.adapters.asterisk.media import MediaFiles
from rexian.core.errands import Wanted
from rexian.core.ids import CallId, TenantId
from rexian.library.fax_errands import FaxDocumentErrands
from rexian.library.fax_http import LARGEST_UPLOAD
from rexian.tenants.permissions import Role
from tests.centre import PASSWORD, Browser, Centre, face
from tests.library.test_libraries import centre, furnished, own, root
from tests.sip.pages import a_page, alike, look, looks_of_pdf, pages_of, write_tiff

__all__ = ["centre", "own", "root"]
pytestmark = pytest.mark.postgres


@pytest.fixture
def leaflet(tmp_path: Path) -> bytes:
    return write_tiff(tmp_path / "leaflet.tiff", a_page(), a_page(1)).read_bytes()


async def added(root: Browser, number: str = "12", **fields: Any) -> dict[str, Any]:
    made = await root.post("/fax-documents", {"number": number, "name": "Price list", **fields})
    assert made.status_code == 201, made.text
    return dict(made.json())


async def test_a_document_is_kept_as_it_is_faxed_whatever_is_refused_after_it(
    root: Browser, own: tuple[TenantId, str], centre: Centre, leaflet: bytes, tmp_path: Path
) -> None:
    document = await added(root)
    assert (document["pages"], document["file_name"]) == (0, "")
    path = f"/fax-documents/{document['id']}"
    assert (await root.get(f"{path}/pages")).json()["error"]["code"] == "fax_document.no_pages"
    kept = (await root.upload(f"{path}/pages", leaflet)).json()
    assert (kept["pages"], kept["file_name"]) == (2, "sound")
    for upload, code in ((b"%PDF-1.7 and no more", "unreadable"), (bytes(LARGEST_UPLOAD + 1), "too_large")):
        refused = await root.upload(f"{path}/pages", upload)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, f"fax_document.{code}")
    tiff = MediaFiles(tmp_path / "prompts").document(document["id"], tenant=own[1])
    assert [page.tobytes() for page in pages_of(tiff)] == [a_page().tobytes(), a_page(1).tobytes()]
    shown = await root.get(f"{path}/pages")
    assert shown.headers["content-type"] == "application/pdf"
    first, second = looks_of_pdf(shown.content)
    assert alike(first, look(a_page()))
    assert alike(second, look(a_page(1)))
    assert (await root.patch(path, {"name": "Prices", "number": "7"})).json()["name"] == "Prices"
    trail = (await root.get("/audit", params={"action": "fax_document.changed"})).json()["items"]
    assert [row["after"].get("pages") for row in trail] == [None, 2]
    assert (await root.delete(path)).status_code == 204
    assert not tiff.exists()


async def test_only_who_may_keeps_documents_and_only_his_own(
    root: Browser, own: tuple[TenantId, str], centre: Centre, leaflet: bytes
) -> None:
    document = await added(root)
    path = f"/fax-documents/{document['id']}"
    await root.post("/users", {"username": "sue", "name": "Sue", "password": PASSWORD, "role": Role.SUPERVISOR})
    sue, rival = Browser(face(centre)), Browser(face(centre))
    await sue.sign_in(own[1], "sue")
    await rival.sign_in((await centre.tenant())[1])
    assert (await sue.get(path)).status_code == 403
    assert (await sue.upload(f"{path}/pages", leaflet)).status_code == 403
    assert (await rival.get(path)).status_code == 404
    assert (await rival.upload(f"{path}/pages", leaflet)).status_code == 404
    for browser in (sue, rival):
        await browser.http.aclose()


class Asking:
    """A caller's flow, which asks."""

    def __init__(self, centre: Centre, tenant: TenantId) -> None:
        self._errands = FaxDocumentErrands(centre.database, centre.prompts)
        self._tenant = tenant

    async def find(self, **parameters: str) -> Any:
        return await self._errands.find(Wanted(self._tenant, CallId("c"), parameters, 3.0))

    async def list(self, language: str) -> Any:
        return await self._errands.list(Wanted(self._tenant, CallId("c"), {"language": language}, 3.0))


async def test_callers_find_the_documents_that_have_pages(
    root: Browser, own: tuple[TenantId, str], centre: Centre, leaflet: bytes
) -> None:
    await furnished(root, {"prices": {"en": 0.5}, "silent": {}})
    asking = Asking(centre, own[0])
    twelve, seven = await added(root, prompt="prices"), await added(root, "7", prompt="silent")
    assert await asking.find(number="12") is None
    assert await asking.list("zh") == []
    for document in (twelve, seven):
        await root.upload(f"/fax-documents/{document['id']}/pages", leaflet)
    await added(root, "100")
    found = {"id": twelve["id"], "number": "12", "name": "Price list", "pages": 2}
    assert await asking.find(number=" 12 ") == found
    assert await asking.find(document=twelve["id"]) == found
    assert await asking.find(document="12") == found
    for nothing in ({"number": "13"}, {"number": ""}, {"document": "gone"}, {"number": twelve["id"]}):
        assert await asking.find(**nothing) is None
    assert await asking.list("zh") == [
        {"number": "7", "prompt": "", "language": "zh"},
        {"number": "12", "prompt": "prices", "language": "en"},
    ]


async def test_a_number_is_its_own_and_a_document_that_a_published_flow_names_stays(root: Browser) -> None:
    document = await added(root)
    for body, status, code in (
        ({"number": "12", "name": "Other"}, 409, "fax_document.exists"),
        ({"number": "13", "name": "Other", "prompt": "gone"}, 400, "fax_document.unknown_prompt"),
        ({"number": "0", "name": "Other"}, 400, "input.invalid"),
    ):
        answer = await root.post("/fax-documents", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    flow = (await root.post("/flows", {"name": "fax"})).json()
    node = {"type": "send_fax", "document": document["id"], "exits": {"next": "end", "default": "end"}}
    body = {"start": "fax", "nodes": {"fax": node, "end": {"type": "hang_up"}}}
    await root.post(f"/flows/{flow['id']}/versions", {"document": body})
    assert (await root.post(f"/flows/{flow['id']}/versions/1/publish")).status_code == 200
    refused = await root.delete(f"/fax-documents/{document['id']}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "fax_document.in_use")
