"""Routes of the documents that callers can have faxed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response, UploadFile
from pydantic import BaseModel, Field

from rexian.core.errors import Invalid
from rexian.core.ids import FaxDocumentId
from rexian.library.fax_documents import FaxDocuments
from rexian.tenants.access import Door, Listed, Many, Ref, Working, access, given, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/fax-documents", tags=["library"])

DocumentsOf = Annotated[FaxDocuments, Depends(service("fax_documents"))]
Manager = Annotated[Principal, Depends(access("fax_documents.manage"))]
Reader = Annotated[Principal, Depends(access("fax_documents.manage", "flows.manage"))]
Key = Annotated[str, Field(max_length=64)]
Number = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,7}$", description="what callers key; 0 is for the list")]
LARGEST_UPLOAD = 20 * 1024 * 1024


class NewFaxDocument(Door):
    number: Number
    name: str = Field(min_length=1, max_length=100)
    prompt: Key | None = Field(None, description="the prompt that says its name to callers")


class FaxDocumentChange(Door):
    number: Number | None = None
    name: str | None = Field(None, min_length=1, max_length=100)
    prompt: Key | None = None


class FaxDocument(BaseModel):
    """`pages` 0: nothing has been uploaded yet, and callers do not find it. `size`: bytes, as they are faxed."""

    id: str
    number: str
    name: str
    prompt: str | None
    file_name: str
    pages: int
    size: int


@router.get("")
async def list_fax_documents(by: Reader, work: Working, documents: DocumentsOf, listing: Listed) -> Many[FaxDocument]:
    return Many[FaxDocument].model_validate((await documents.list(work, listing))._asdict())


@router.post("", status_code=201)
async def add_fax_document(body: NewFaxDocument, by: Manager, work: Working, documents: DocumentsOf) -> FaxDocument:
    """It has no pages yet: upload them next."""
    return FaxDocument(**await documents.add(work, by, body.model_dump()))


@router.get("/{id}")
async def get_fax_document(id: Ref, by: Reader, work: Working, documents: DocumentsOf) -> FaxDocument:
    return FaxDocument(**await documents.get(work, FaxDocumentId(id)))


@router.patch("/{id}")
async def change_fax_document(
    id: Ref, body: FaxDocumentChange, by: Manager, work: Working, documents: DocumentsOf
) -> FaxDocument:
    return FaxDocument(**await documents.change(work, by, FaxDocumentId(id), given(body, "prompt")))


@router.delete("/{id}", status_code=204)
async def remove_fax_document(id: Ref, by: Manager, work: Working, documents: DocumentsOf) -> None:
    """Refused while a published flow names it. What was sent of it stays with the contacts."""
    await documents.remove(work, by, FaxDocumentId(id))


@router.post("/{id}/pages", max_body_size=LARGEST_UPLOAD + 64 * 1024)
async def upload_fax_document_pages(
    id: Ref, file: UploadFile, by: Manager, work: Working, documents: DocumentsOf
) -> FaxDocument:
    """A PDF, or a picture (PNG, JPEG, TIFF, WebP, BMP), at most 20 MB and 30 pages; it becomes black and white."""
    upload = await file.read(LARGEST_UPLOAD + 1)
    if len(upload) > LARGEST_UPLOAD:
        raise Invalid("fax_document.too_large", "The file is larger than 20 MB.", largest=LARGEST_UPLOAD)
    row = await documents.keep_pages(work, by, FaxDocumentId(id), upload, file_name=file.filename or "")
    return FaxDocument(**row)


@router.get("/{id}/pages", response_class=Response)
async def read_fax_document_pages(id: Ref, by: Reader, work: Working, documents: DocumentsOf) -> Response:
    """The pages as they are faxed, as a PDF."""
    headers = {"Content-Disposition": 'inline; filename="document.pdf"', "Cache-Control": "private, no-store"}
    return Response(await documents.pages(work, FaxDocumentId(id)), media_type="application/pdf", headers=headers)
