"""What the name of a property says about its value: the table of names, and rules for how names end.

Knows names only: `firstName`, `first_name` and `FirstName` are one. How a value is made is in `facts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sandbooks.generate.words import singular, words_of

_NAMES_BY_FACT = {
    # people
    "first_name": "firstName givenName forename fname",
    "middle_name": "middleName",
    "last_name": "lastName surname familyName lname",
    "full_name": "fullName personName contactName employeeName",
    "another_name": "attention attn salesperson cardholder cardholderName assignee approver author owner recipient "
    "manager createdBy updatedBy",
    "salutation": "salutation honorific namePrefix",
    "initials": "initials",
    "gender": "gender sex",
    "login": "login userName nickname screenName alias",
    "email": "email emailAddress mail eMail",
    "phone": "phone phoneNumber telephone telephoneNumber tel mobile mobileNumber mobilePhone cell cellPhone fax "
    "faxNumber workPhone homePhone landline",
    "job_title": "jobTitle position occupation profession job role",
    "department": "department division team costCenter costCentre",
    "age": "age",
    "social_security_number": "ssn socialSecurityNumber nationalId",
    "password": "password passphrase",
    "language": "language lang languageCode preferredLanguage",
    "locale": "locale",
    "time_zone": "timezone timeZone tz",
    # companies
    "company": "company companyName businessName organization organisation organizationName organisationName legalName "
    "tradingName dba legalEntity",
    "another_company": "customer client vendor supplier merchant payee payer employer accountHolder bank bankName",
    "vat_number": "vatNumber vatId vatRegistrationNumber taxNumber taxId taxIdentificationNumber taxRegistrationNumber "
    "gstNumber abn tin",
    "ein": "ein fein federalTaxId",
    "gstin": "gstin",
    "registration_number": "registrationNumber companyNumber registryCode",
    "website": "website homepage webSite siteUrl companyUrl",
    "domain": "domain domainName hostname host",
    "industry": "industry sector",
    # places
    "street": "street streetAddress streetName address address1 addressLine addressLine1 line1 street1 street1Name",
    "street_extra": "address2 addressLine2 line2 street2 suite apartment unitNumber",
    "city": "city town locality municipality placeOfBirth suburb",
    "state": "state stateCode province provinceCode region county",
    "zip_code": "zip zipCode postalCode postCode postcode zipcode postal",
    "country": "country countryName nationality",
    "country_code": "countryCode countryIso countryCodeAlpha2 isoCountry",
    "latitude": "latitude lat",
    "longitude": "longitude lng lon long",
    # banks and cards
    "iban": "iban",
    "bic": "bic swift swiftCode bicSwift bicCode",
    "bank_account": "accountNumber bankAccountNumber bankAccount bban",
    "routing_number": "routingNumber aba abaNumber bankCode sortCode blz",
    "card_brand": "cardBrand cardType",
    "last_four": "last4 lastFour",
    # documents
    "invoice_number": "invoiceNumber invoiceNo invoiceNum",
    "bill_number": "billNumber billNo",
    "order_number": "orderNumber orderNo poNumber purchaseOrderNumber purchaseOrder salesOrderNumber",
    "quote_number": "quoteNumber estimateNumber quotationNumber",
    "credit_number": "creditNoteNumber creditMemoNumber",
    "receipt_number": "receiptNumber paymentNumber voucherNumber",
    "document_number": "number documentNumber docNumber no referenceNumber transactionNumber journalNumber "
    "entryNumber caseNumber ticketNumber",
    "reference": "reference ref externalId externalReference externalRef paymentReference checkNumber foreignId",
    "account_code": "accountCode glCode glAccount ledgerCode nominalCode account.number account.code",
    "account_name": "accountName ledgerName glAccountName account.name",
    "line_text": "description itemDescription lineDescription purpose reason narration particulars summary "
    "product.name subject topic memo project.name job.name",
    "sentence": "notes note comment comments remarks remark message body text content details instructions terms "
    "privateNote internalNote footer header caption",
    "payment_terms": "paymentTerms paymentTerm",
    "title": "title heading label caption displayName category group tag segment class industryName",
    "status": "status workflowState lifecycle stage",
    "payment_method": "paymentMethod paymentType methodOfPayment",
    # money and numbers
    "total": "total totalAmount grandTotal amountTotal invoiceTotal totalDue gross grossAmount totalGross totalPrice",
    "subtotal": "subtotal subTotal net netAmount totalNet amountBeforeTax totalExcludingTax netTotal",
    "tax": "tax taxAmount totalTax taxTotal vat vatAmount gst gstAmount salesTax",
    "paid": "amountPaid paidAmount totalPaid paid",
    "due": "amountDue balanceDue balance outstanding outstandingAmount openBalance amountRemaining remaining "
    "currentBalance",
    "amount": "amount value price unitPrice unitAmount cost unitCost listPrice salePrice purchasePrice fee charge "
    "debit credit payment deposit budget salary wage revenue income expense profit creditLimit lineTotal lineAmount "
    "openingBalance closingBalance availableBalance costPrice retailPrice freight shipping shippingCost rent",
    "small_amount": "discount discountAmount discountTotal tip rounding adjustment surcharge lateFee",
    "tax_rate": "taxRate vatRate gstRate taxPercent taxPercentage vatPercent",
    "percent": "percent percentage pct discountPercent discountRate interestRate commission margin markup probability",
    "exchange_rate": "exchangeRate currencyRate conversionRate fxRate",
    "hourly_rate": "rate hourlyRate billingRate billRate",
    "currency": "currency currencyCode isoCurrency baseCurrency currencyIso",
    "currency_symbol": "currencySymbol",
    "quantity": "quantity qty count units orderedQuantity itemCount numberOfItems",
    "stock": "stock stockLevel inStock quantityOnHand onHand inventory available",
    "hours": "hours duration hoursWorked billableHours",
    "measure": "weight height width length depth size volume",
    "days": "days netDays dueDays daysUntilDue termDays leadTime",
    "ordinal": "position sequence sortOrder lineNumber index ordinal priority rank line order version revision",
    "year": "year fiscalYear taxYear expiryYear expYear",
    "month": "month expiryMonth expMonth",
    "rating": "rating stars",
    # goods
    "sku": "sku itemCode productCode itemNumber partNumber articleNumber stockCode mpn productNumber materialNumber",
    "barcode": "barcode ean gtin upc",
    "product": "product productName item itemName article",
    "brand": "brand manufacturer make",
    "model": "model",
    "serial_number": "serialNumber serial lotNumber batchNumber",
    "color": "color colour",
    "hex_color": "hexColor colorCode hexColour",
    "unit": "unit unitOfMeasure uom unitName",
    "size_name": "sizeName",
    # the web and machines
    "url": "url uri link href webUrl permalink callback redirectUri webhook endpoint",
    "image": "image imageUrl photo photoUrl avatar avatarUrl logo logoUrl picture thumbnail thumbnailUrl icon iconUrl",
    "slug": "slug handle permalinkSlug",
    "ip": "ip ipAddress",
    "user_agent": "userAgent",
    "mime_type": "mimeType contentType mediaType",
    "file_name": "fileName filename file attachment attachmentName document",
    "hash": "hash checksum digest etag fingerprint sha256",
    "token": "token accessToken refreshToken apiKey secret clientSecret nonce cursor nextCursor signature",
    "code": "code key shortCode customerCode vendorCode",
    "identifier": "id uid uuid guid",
    "count": "totalCount recordCount totalResults totalRecords totalItems pageCount totalPages resultCount",
    "page": "page pageNumber currentPage",
    "page_size": "pageSize perPage limit",
    "zero": "offset skip",
    # yes and no
    "yes": "active enabled isActive isEnabled visible verified confirmed success ok valid billable taxable",
    "no": "deleted archived isDeleted isArchived disabled locked voided cancelled test hidden hasMore isDefault",
}

_ENDINGS = {
    "id": "identifier",
    "ids": "identifier",
    "url": "url",
    "uri": "url",
    "email": "email",
    "phone": "phone",
    "name": "name",
    "number": "document_number",
    "no": "document_number",
    "num": "document_number",
    "code": "code",
    "key": "code",
    "amount": "amount",
    "price": "amount",
    "cost": "amount",
    "fee": "amount",
    "total": "amount",
    "balance": "due",
    "rate": "percent",
    "percent": "percent",
    "percentage": "percent",
    "count": "quantity",
    "quantity": "quantity",
    "qty": "quantity",
    "hours": "hours",
    "days": "days",
    "year": "year",
    "month": "month",
    "description": "line_text",
    "note": "sentence",
    "notes": "sentence",
    "comment": "sentence",
    "message": "sentence",
    "status": "status",
    "token": "token",
    "hash": "hash",
    "color": "color",
    "currency": "currency",
    "country": "country",
    "city": "city",
    "by": "another_name",
}

_EVENTS = {
    "birth": "birth dob birthday birthdate born",
    "due": "due payable maturity deadline",
    "future": "expires expiry expiration expected scheduled next planned renewal renews estimated",
    "end": "end ends ended until to through finish finishes termination validto thru stop",
    "start": "start starts started from begin begins since effective hire hired commencement validfrom",
    "updated": "updated modified changed edited modification update revised synced touched seen activity",
    "created": "created creation inserted added registered joined opened signup entered made",
    "issued": "issue issued invoice bill order transaction posting document entry purchase quote date booking txn "
    "journal statement service value work",
    "happened": "deleted archived closed completed paid sent posted approved received processed cancelled canceled "
    "voided shipped delivered accepted rejected finished failed settled login reconciled payment payout used",
}

_SUBJECTS = {
    "person": "user contact person employee staff member owner author agent lead people assignee attendee "
    "worker pupil student patient guest driver technician approver profile",
    "company": "customer client vendor supplier company organization organisation business merchant tenant firm "
    "partner employer bank branch store payee debtor creditor office carrier",
    "product": "product item article good part material inventory asset equipment",
    "account": "account ledger coa",
    "project": "project engagement task matter",
    "job": "job",
    "tax": "tax vat gst",
    "country": "country",
    "city": "city",
    "currency": "currency",
    "file": "file attachment document image photo",
}

_NAMES_OF_SUBJECTS = {
    "person": "full_name",
    "company": "company",
    "product": "product",
    "account": "account_name",
    "project": "line_text",
    "job": "line_text",
    "tax": "tax_name",
    "country": "country",
    "city": "city",
    "currency": "currency_name",
    "file": "file_name",
}

_CODES_OF_SUBJECTS = {"account": "account_code", "product": "sku", "currency": "currency", "country": "country_code"}
_MOMENT_ENDINGS = frozenset({"at", "on", "timestamp", "datetime", "time", "ts", "millis", "ms"})
_NO_DATES = frozenset({"format", "range", "zone", "type", "code", "id", "count", "day", "days", "field", "filter"})


def _table() -> dict[str, str]:
    return {
        ".".join("".join(words_of(part)) for part in name.split(".")): fact
        for fact, names in _NAMES_BY_FACT.items()
        for name in names.split()
    }


_FACTS = _table()
_EVENTS_BY_WORD = {word: event for event, words in reversed(_EVENTS.items()) for word in words.split()}
_EVENT_ORDER = tuple(_EVENTS)
_SUBJECTS_BY_WORD = {word: subject for subject, words in _SUBJECTS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name says: a `fact` of `facts`, and of whom (`role`: `billing` of billingCity, empty for the object).

    `fact` is empty when the name says nothing. `event` is set where a date would stand under this name.
    """

    fact: str = ""
    role: str = ""
    event: str = ""


@lru_cache(maxsize=8192)
def read_name(name: str, subject: str = "") -> Meaning:
    """The meaning of a property's name in an object of that subject (see `read_subject`)."""
    words = words_of(name)
    if not words:
        return Meaning()
    event = _find_event(words)
    exact = _find_exact(words, subject)
    if exact:
        return Meaning(exact, "", event)
    if _is_date(words, event):
        return Meaning("day" if _is_day(words) else "moment", "", event)
    for start in range(1, len(words)):
        rest, role = "".join(words[start:]), "".join(words[:start])
        if len(words) - start > 1 and rest in _FACTS:
            return Meaning(_FACTS[rest], role, event)
    return Meaning(_find_ending(words), "".join(words[:-1]), event)


@lru_cache(maxsize=4096)
def read_subject(name: str) -> str:
    """What an object of that name is (`company` for Customer, customers, CreateCustomerRequest), empty if unknown."""
    for word in reversed(words_of(name)):
        found = _SUBJECTS_BY_WORD.get(word) or _SUBJECTS_BY_WORD.get(singular(word))
        if found:
            return found
    return ""


def _find_exact(words: tuple[str, ...], subject: str) -> str:
    joined = "".join(words)
    if joined == "name":
        return _NAMES_OF_SUBJECTS.get(subject, "name")
    if joined == "code" and subject in _CODES_OF_SUBJECTS:
        return _CODES_OF_SUBJECTS[subject]
    last = "".join((*words[:-1], singular(words[-1])))
    return _FACTS.get(f"{subject}.{joined}") or _FACTS.get(joined) or _FACTS.get(last, "")


def _find_ending(words: tuple[str, ...]) -> str:
    """By the last word: `shippingFee`, `trackingUrl`, `warehouseId`."""
    if len(words) == 1:
        return ""
    last = words[-1]
    if last == "name":
        subject = next((_SUBJECTS_BY_WORD[each] for each in words[:-1] if each in _SUBJECTS_BY_WORD), "")
        return _NAMES_OF_SUBJECTS.get(subject, "name")
    return _ENDINGS.get(last, "") or _ENDINGS.get(singular(last), "") or (_FACTS.get(last, ""))


def _find_event(words: tuple[str, ...]) -> str:
    """Which kind of moment a date of this name is; the more telling word wins: `invoiceDueDate` is `due`."""
    found = {_EVENTS_BY_WORD[word] for word in ("".join(words), *words) if word in _EVENTS_BY_WORD}
    return next((event for event in _EVENT_ORDER if event in found), "")


def _is_date(words: tuple[str, ...], event: str) -> bool:
    if _NO_DATES & set(words):
        return False
    if words[-1] == "date" or words[0] == "date" or words[-1] in ("timestamp", "datetime"):
        return True
    if event == "birth":
        return True
    if len(words) == 1:
        return words[0] in ("created", "updated", "modified", "since", "until", "deadline", "expires", "timestamp")
    return words[-1] in _MOMENT_ENDINGS and bool(event)


def _is_day(words: tuple[str, ...]) -> bool:
    return "date" in words or bool({"birth", "birthday", "dob", "birthdate", "on", "deadline"} & set(words))
