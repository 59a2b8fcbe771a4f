"""FinzBooks: documents as PDF, by mail, with files and comments."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pypdf import PdfReader

from tests.vendors.finzbooks import GOOD, MAIN, OTHER, FinzBooks, Json, failure, inner, line, widgets

INVALID = "validation.invalid_value"
PRINTED = {
    "/invoices": "invoice",
    "/estimates": "estimate",
    "/credit_notes": "credit_note",
    "/debit_notes": "debit_note",
    "/bills": "bill",
    "/sales_orders": "sales_order",
    "/purchase_orders": "purchase_order",
}
MAILED = {"/invoices": "invoice", "/estimates": "estimate", "/credit_notes": "credit_note"}
LINK_S = 900
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def pdf_of(books: FinzBooks, place: str, query: str = "") -> httpx.Response:
    answer = books.call("GET", f"{place}/pdf{query}")
    assert 200 == answer.status_code, answer.text
    return answer


def text_of(answer: httpx.Response) -> str:
    """The text of a PDF, its blanks made one."""
    pages = PdfReader(BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("path", PRINTED)
def test_document_is_printed(books: FinzBooks, path: str) -> None:
    """A PDF that is named after its number and shows it, the parties, their GST numbers, HSN and the totals
    (PDFs, read 2026-11; 12.1, 17.32; operations 96 to 102)."""
    lines = [widgets(3), line(1234.5, "tx_gst_12", hsn_or_sac="8708")]
    document = books.make(path, {**GOOD[path], "line_items": lines})
    word = PRINTED[path]
    number = document[f"{word}_number"]

    answer = pdf_of(books, f"{path}/{document[f'{word}_id']}")

    assert answer.content.startswith(b"%PDF-")
    assert answer.content.rstrip().endswith(b"%%EOF")
    headers = answer.headers
    assert "application/pdf" == headers["content-type"]
    assert f'inline; filename="{number}.pdf"' == headers["content-disposition"]
    assert (str(len(answer.content)), "private, max-age=900") == (headers["content-length"], headers["cache-control"])
    assert ("fresh", "1") == (headers["x-aibooks-render"], headers["x-aibooks-version"])
    shown = text_of(answer)
    party = books.get(f"/contacts/{document.get('customer_id') or document['vendor_id']}")
    for part in (number, party["contact_name"], "27AAAPG7885R1ZP", "8421", "8708", "Widget", "Fitting"):
        assert part in shown, part
    for amount in (document["total"], document["sub_total"], 1234.5, 148.14 / 2):
        assert f"{amount:,.2f}" in shown or f"{amount:.2f}" in shown, (amount, shown)
    failure(books.call("GET", f"{path}/none/pdf"), 404, "not_found.resource", f"{word}_id")


def test_pdf_may_be_downloaded_and_styled(books: FinzBooks) -> None:
    """As an attachment; in each of four templates; another one is refused
    (PDFs, read 2026-11; 12.1, 17.32; operation 96)."""
    place = f"/invoices/{(invoice := books.invoice())['invoice_id']}"

    saved = pdf_of(books, place, "?download=true")

    assert f'attachment; filename="{invoice["invoice_number"]}.pdf"' == saved.headers["content-disposition"]
    for template in ("classic", "modern", "boxed", "tally"):
        assert invoice["invoice_number"] in text_of(pdf_of(books, place, f"?template={template}"))
    answer = books.call("GET", f"{place}/pdf?template=baroque")
    assert (400, INVALID, "template") == (answer.status_code, answer.json()["code"], answer.json()["field"])


def test_pdf_is_made_once_for_each_version(books: FinzBooks) -> None:
    """The second is from the cache; a change makes another version, an approval too
    (PDFs, read 2026-11; 12.1, 17.32; operation 96)."""
    place = f"/invoices/{books.invoice()['invoice_id']}"

    def state() -> tuple[str, int]:
        headers = pdf_of(books, place).headers
        return headers["x-aibooks-render"], int(headers["x-aibooks-version"])

    first = [state(), state()]
    books.put(place, {"notes": "By road"})
    second = [state(), state()]
    books.act(f"{place}/approve")
    third = state()

    assert [("fresh", 1), ("cached", 1), ("fresh", 2), ("cached", 2)] == [*first, *second]
    assert ("fresh", 3) == third
    assert "By road" in text_of(pdf_of(books, place))


def test_split_stands_on_the_pdf(books: FinzBooks) -> None:
    """CGST and SGST, or IGST: in the sums, by rate and by HSN (PDFs, read 2026-11; 5.2, 12.1; operation 96)."""
    intra, inter = (
        text_of(pdf_of(books, f"/invoices/{books.invoice(place_of_supply=place)['invoice_id']}"))
        for place in ("IN-MH", "IN-KA")
    )

    assert "Sub total 200.00 CGST 18.00 SGST 18.00 Total INR 236.00 Balance 236.00" in intra
    assert "18% 200.00 18.00 18.00 0.00 36.00" in intra
    assert "8421 18% 200.00 18.00 18.00 0.00 36.00" in intra
    assert "Sub total 200.00 IGST 36.00 Total INR 236.00 Balance 236.00" in inter
    assert "18% 200.00 0.00 0.00 36.00 36.00" in inter
    assert "8421 18% 200.00 0.00 0.00 36.00 36.00" in inter


def test_price_of_more_decimals_is_printed_whole(books: FinzBooks) -> None:
    """1.5 pieces at 33.335 and 2,000 at 0.00125: the prices as they are, the amounts in paise (PDFs, read 2026-11;
    12.1; operation 96)."""
    made = books.invoice(line(33.335, quantity=1.5), line(0.00125, quantity=2000))

    printed = text_of(books.call("GET", f"/invoices/{made['invoice_id']}/pdf"))

    assert "1.5 33.335 0.00 50.00 18 59.00" in printed
    assert "2000 0.00125 0.00 2.50 18 2.96" in printed


@pytest.mark.parametrize("path", MAILED)
def test_document_is_mailed(books: FinzBooks, path: str) -> None:
    """With a subject that names it and its PDF; a draft stays one, the audit stream tells of it
    (Email, read 2026-11; 12.2, 17.33; operations 103, 104 and 105; A32)."""
    word = MAILED[path]
    document = books.make(path, GOOD[path])
    place = f"{path}/{document[f'{word}_id']}"

    body = books.done(
        "POST", f"{place}/email", {"to": ["a@example.in"], "cc": ["c@example.in"], "bcc": ["b@example.in"]}
    )

    mail = body["email"]
    assert {"code", "message", "email"} == set(body)
    assert {"message_id", "to", "cc", "subject", "attached_pdf"} == set(mail)
    assert (["a@example.in"], ["c@example.in"], True) == (mail["to"], mail["cc"], mail["attached_pdf"])
    assert document[f"{word}_number"] in mail["subject"]
    assert document["status"] == books.get(place)["status"]
    (event, *_) = books.get("/activity", entity_id=document[f"{word}_id"])
    assert f"{word.upper()}_SENT" == event["action"]
    own = books.done("POST", f"{place}/email", {"to": ["a@example.in"], "subject": "Ours", "attach_pdf": False})
    assert ("Ours", False) == (own["email"]["subject"], own["email"]["attached_pdf"])
    assert 2 == books.state()["emails"]
    told = (404, "not_found.resource", f"{word}_id")
    books.refuse(told, "POST", f"{path}/none/email", {"to": ["a@example.in"]})


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"to": None}, "required_field", "to"),
        ({"to": []}, "invalid_value", "to"),
        ({"to": ["nobody"]}, "invalid_value", "to[0]"),
        ({"to": ["a@example.in", "x"]}, "invalid_value", "to[1]"),
        ({"cc": ["x"]}, "invalid_value", "cc[0]"),
        ({"bcc": ["x"]}, "invalid_value", "bcc[0]"),
        ({"subject": "x" * 501}, "invalid_value", "subject"),
        ({"body_html": "x" * 50001}, "invalid_value", "body_html"),
    ],
)
def test_mail_that_cannot_be_sent_is_refused(books: FinzBooks, changes: dict[str, Json], code: str, field: str) -> None:
    """To nobody, to what is no address, or too long (Email, read 2026-11; 12.2, 17.33; operation 103; A32)."""
    place = f"/invoices/{books.invoice()['invoice_id']}/email"
    body = {"to": ["a@example.in"], "subject": "x" * 500, **changes}

    books.refuse((400, f"validation.{code}", field), "POST", place, {k: v for k, v in body.items() if v is not None})

    assert 0 == books.state()["emails"]


# --- attachments -----------------------------------------------------------------------------------------------------


def upload(
    books: FinzBooks,
    name: str = "scan.png",
    content: bytes = PNG,
    kind: str = "image/png",
    who: str = "full",
    **fields: str,
) -> httpx.Response:
    """A file, for an invoice unless told otherwise."""
    request = httpx.Request(
        "POST", "http://localhost/", data=fields, files={"file": (name, content, kind)} if name else {"x": ("", b"")}
    )
    sent = {**books.headers(who), "Content-Type": request.headers["content-type"]}
    return books.door.post(books.address("/attachments"), content=request.read(), headers=sent)


def test_file_is_attached(books: FinzBooks) -> None:
    """Shown with a link of fifteen minutes, which leads to its bytes; folders are cut off its name
    (Attachments, read 2026-11; 12.3; operations 106 and 108; A32)."""
    invoice = books.invoice()["invoice_id"]

    answer = upload(books, "../../etc/scan 1.png", entity_type="INVOICE", entity_id=invoice, description="Signed")

    assert 201 == answer.status_code, answer.text
    made = inner(answer.json())
    assert {
        *("attachment_id", "entity_type", "entity_id", "filename", "content_type", "size_bytes", "description"),
        *("download_url", "uploaded_by_user_id", "created_time"),
    } == set(made)
    assert {
        "entity_type": "INVOICE",
        "entity_id": invoice,
        "filename": "scan 1.png",
        "content_type": "image/png",
        "size_bytes": len(PNG),
        "description": "Signed",
        "uploaded_by_user_id": "usr_asha",
    }.items() <= made.items()
    assert made["attachment_id"].startswith("att_")
    assert 36 == len(made["attachment_id"])
    assert "2026-10-01T09:00:00Z" == made["created_time"]
    link = urlsplit(made["download_url"])
    assert ["900"] == parse_qs(link.query)["X-Amz-Expires"]
    assert f"orgs/{MAIN}/attachments/INVOICE/{invoice}/" in link.path
    assert link.path.endswith(("-scan%201.png", "-scan 1.png"))
    shown = books.get(f"/attachments/{made['attachment_id']}")
    assert {name: value for name, value in made.items() if name != "download_url"} == {
        name: value for name, value in shown.items() if name != "download_url"
    }
    books.refuse((404, "not_found.resource", "attachment_id"), "GET", "/attachments/att_none")


def test_link_of_a_file_ends(books: FinzBooks) -> None:
    """After fifteen minutes; each look gives a new one (Attachments, read 2026-11; 12.3; operation 108)."""
    made = inner(upload(books, entity_type="INVOICE", entity_id=books.invoice()["invoice_id"]).json())

    def fetch(url: str) -> httpx.Response:
        parts = urlsplit(url)
        return books.door.get(f"{parts.path}?{parts.query}")

    assert PNG == fetch(made["download_url"]).content
    books.advance(LINK_S - 1)
    assert 200 == fetch(made["download_url"]).status_code
    books.advance(2)
    assert 403 == fetch(made["download_url"]).status_code
    fresh = books.get(f"/attachments/{made['attachment_id']}")["download_url"]
    assert fresh != made["download_url"]
    assert PNG == fetch(fresh).content
    assert 403 == fetch(fresh.replace("X-Amz-Expires=900", "X-Amz-Expires=90000")).status_code


def test_link_leads_to_files_of_each_organisation(books: FinzBooks) -> None:
    """Nobody's token is needed, and nobody else's file is found: not under the id of another organisation
    (Attachments, read 2026-11; 2.1, 12.3; operation 106)."""
    contact = books.make("/contacts", GOOD["/contacts"], who="other-tenant")["contact_id"]
    refused = upload(books, entity_type="CONTACT", entity_id=contact)
    assert (404, "entity_id") == (refused.status_code, refused.json()["field"])

    made = inner(upload(books, who="other-tenant", entity_type="CONTACT", entity_id=contact).json())

    parts = urlsplit(made["download_url"])
    assert PNG == books.door.get(f"{parts.path}?{parts.query}").content
    stolen = parts.path.replace(OTHER, MAIN)
    assert stolen != parts.path
    assert 403 == books.door.get(f"{stolen}?{parts.query}").status_code
    books.refuse((404, "not_found.resource", "attachment_id"), "GET", f"/attachments/{made['attachment_id']}")


def test_files_are_listed_and_deleted(books: FinzBooks) -> None:
    """Those of one object, for which both of its names are needed (12.3; operations 107 and 109; A32)."""
    one, other = (books.invoice()["invoice_id"] for _ in range(2))
    made = [
        inner(upload(books, name, entity_type="INVOICE", entity_id=entity).json())
        for name, entity in (("a.png", one), ("b.png", one), ("c.png", other))
    ]

    def listed(entity: str) -> list[str]:
        return sorted(each["filename"] for each in books.get("/attachments", entity_type="INVOICE", entity_id=entity))

    assert (["a.png", "b.png"], ["c.png"]) == (listed(one), listed(other))
    for name in ("entity_type", "entity_id"):
        sent = {"entity_type": "INVOICE", "entity_id": one}
        path = f"/attachments?{'&'.join(f'{key}={value}' for key, value in sent.items() if key != name)}"
        books.refuse((400, "validation.required_field", name), "GET", path)
    books.delete(f"/attachments/{made[0]['attachment_id']}")
    assert ["b.png"] == listed(one)
    for method in ("GET", "DELETE"):
        told = (404, "not_found.resource", "attachment_id")
        books.refuse(told, method, f"/attachments/{made[0]['attachment_id']}")


def test_file_belongs_to_something(books: FinzBooks) -> None:
    """Each kind of object that the vendor names; an unknown one is a 404, another kind a 400
    (Attachments, read 2026-11; 12.3; operation 106; A32)."""
    invoice = books.invoice(approve=True)
    owners = {
        "INVOICE": invoice["invoice_id"],
        "BILL": books.bill()["bill_id"],
        "ESTIMATE": books.make("/estimates", GOOD["/estimates"])["estimate_id"],
        "CREDIT_NOTE": books.credit()["credit_note_id"],
        "DEBIT_NOTE": books.make("/debit_notes", GOOD["/debit_notes"])["debit_note_id"],
        "SALES_ORDER": books.make("/sales_orders", GOOD["/sales_orders"])["sales_order_id"],
        "PURCHASE_ORDER": books.make("/purchase_orders", GOOD["/purchase_orders"])["purchase_order_id"],
        "PAYMENT": books.receive(5, invoice)["payment_id"],
        "EXPENSE": books.expense(5)["expense_id"],
        "CONTACT": "ct_acme",
        "JOURNAL": books.make("/journals", GOOD["/journals"])["journal_id"],
    }
    before = books.state()["attachments"]

    for kind, entity in owners.items():
        assert 201 == upload(books, entity_type=kind, entity_id=entity).status_code, kind
    assert before + len(owners) == books.state()["attachments"]
    failure(upload(books, entity_type="INVOICE", entity_id="inv_none"), 404, "not_found.resource", "entity_id")
    failure(upload(books, entity_type="BILL", entity_id=owners["INVOICE"]), 404, "not_found.resource", "entity_id")
    failure(upload(books, entity_type="RECEIPT", entity_id=owners["PAYMENT"]), 400, INVALID, "entity_type")
    failure(
        upload(books, "", entity_type="INVOICE", entity_id=owners["INVOICE"]), 400, "validation.required_field", "file"
    )
    assert before + len(owners) == books.state()["attachments"]


def test_file_has_a_limit(books: FinzBooks) -> None:
    """25 MB are taken, a byte more is a 400 on `file` (Attachments, read 2026-11; 12.3; operation 106; A32)."""
    owner = {"entity_type": "CONTACT", "entity_id": "ct_acme"}
    most = bytes(25 * 1024 * 1024)

    assert 201 == upload(books, content=most, **owner).status_code
    failure(upload(books, content=most + b"x", **owner), 400, INVALID, "file")


# --- comments --------------------------------------------------------------------------------------------------------


def comment(books: FinzBooks, entity: str, text: str = "Call them", kind: str = "INVOICE", who: str = "full") -> Json:
    return books.make("/comments", {"entity_type": kind, "entity_id": entity, "body": text}, who=who)


def test_comment_is_made(books: FinzBooks) -> None:
    """By the token's user; the audit stream tells of it (Comments, read 2026-11; 12.6; operation 116)."""
    invoice = books.invoice()["invoice_id"]

    made = comment(books, invoice)

    assert {
        *("comment_id", "entity_type", "entity_id", "body", "author_user_id", "created_time", "last_modified_time")
    } == set(made)
    assert made["comment_id"].startswith("cmt_")
    assert ("INVOICE", invoice, "Call them", "usr_asha", "2026-10-01T09:00:00Z") == tuple(
        made[name] for name in ("entity_type", "entity_id", "body", "author_user_id", "created_time")
    )
    assert "INVOICE_COMMENT_ADDED" == books.get("/activity", entity_id=invoice)[0]["action"]
    body = {"entity_type": "INVOICE", "entity_id": "inv_none", "body": "x"}
    books.refuse((404, "not_found.resource", "entity_id"), "POST", "/comments", body)
    assert 5000 == len(comment(books, invoice, "x" * 5000)["body"])


def test_comments_are_listed(books: FinzBooks) -> None:
    """Those of one object, the oldest first; RECEIPT is a payment that came in
    (12.6; operations 116 and 117; A32)."""
    invoice = books.invoice()["invoice_id"]
    for number in range(3):
        comment(books, invoice, str(number))

    rows = books.get("/comments", entity_type="INVOICE", entity_id=invoice)

    assert ["0", "1", "2"] == [each["body"] for each in rows]
    receipt, payment = books.receive(5)["payment_id"], books.pay(5)["payment_id"]
    assert "RECEIPT" == comment(books, receipt, kind="RECEIPT")["entity_type"]
    body = {"entity_type": "RECEIPT", "entity_id": payment, "body": "x"}
    books.refuse((404, "not_found.resource", "entity_id"), "POST", "/comments", body)
    for name in ("entity_type", "entity_id"):
        path = f"/comments?{'entity_id' if name == 'entity_type' else 'entity_type'}=INVOICE"
        books.refuse((400, "validation.required_field", name), "GET", path)


def test_comment_is_its_author_s(books: FinzBooks) -> None:
    """Who wrote it may change and delete it, others of the organisation may not
    (Comments, read 2026-11; 12.6; operations 118 and 119)."""
    made = comment(books, books.invoice()["invoice_id"])
    place = f"/comments/{made['comment_id']}"
    books.advance(5)

    for method in ("PUT", "DELETE"):
        body = {"body": "Mine"} if method == "PUT" else None
        books.refuse((403, "auth.insufficient_scope", None), method, place, body, who="partner")
    changed = books.put(place, {"body": "Called"})

    assert ("Called", made["created_time"], "2026-10-01T09:00:05Z") == tuple(
        changed[name] for name in ("body", "created_time", "last_modified_time")
    )
    books.refuse((400, INVALID, "body"), "PUT", place, {"body": "x" * 5001})
    books.delete(place)
    for method in ("PUT", "DELETE"):
        body = {"body": "x"} if method == "PUT" else None
        books.refuse((404, "not_found.resource", "comment_id"), method, place, body)
