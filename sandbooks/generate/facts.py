"""How the facts that names stand for are made: people, companies, places, documents, money, goods.

Knows the world that bookkeeping speaks of; must not know schemas, nor how a property spells a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sandbooks.generate import words

if TYPE_CHECKING:
    from sandbooks.generate.story import Story
    from sandbooks.spec.model import Json

Kind = Literal["text", "number", "flag", "moment", "day"]
_Make = Callable[["Story", str], "Json"]
_SAFE_DOMAINS = ("example.com", "example.net", "example.org")
_AREA_CODES = ("202", "212", "303", "312", "404", "415", "503", "617", "713", "808")
_GSTIN_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Fact:
    """One kind of fact: what its values are, how one is made, and whether an object has only one of it."""

    kind: Kind
    make: _Make
    lasts: bool = False


def first_name(story: Story, role: str) -> str:
    known = _known_names(story, role)
    return known[0] if known else story.chance.faker.first_name()


def last_name(story: Story, role: str) -> str:
    known = _known_names(story, role)
    return known[-1] if len(known) > 1 else story.chance.faker.last_name()


def full_name(story: Story, role: str) -> str:
    return f"{story.tell('first_name', role)} {story.tell('last_name', role)}"


def another_name(story: Story, _role: str) -> str:
    """Of a person beside the one whom the object is about."""
    return f"{story.chance.faker.first_name()} {story.chance.faker.last_name()}"


def any_name(story: Story, role: str) -> str:
    """Of something that nothing else is known of: the person's whose first name stands beside it, else a label."""
    if story.carries & {("first_name", role), ("last_name", role)}:
        return full_name(story, role)
    return f"{story.chance.choice(words.LABELS)} {story.chance.choice(words.PLAIN).capitalize()}"


def email(story: Story, role: str) -> str:
    """Of the person, at the company where the object names one. The domains exist nowhere."""
    if ("company", role) not in story.carries:
        return f"{login(story, role)}@{story.chance.choice(_SAFE_DOMAINS)}"
    if story.carries & {(fact, role) for fact in ("first_name", "last_name", "full_name")}:
        return f"{login(story, role)}@{domain(story, role)}"
    return f"{story.chance.choice(('accounts', 'billing', 'hello', 'info', 'office'))}@{domain(story, role)}"


def login(story: Story, role: str) -> str:
    first, last = story.tell("first_name", role), story.tell("last_name", role)
    return f"{words.slug(str(first), '')}.{words.slug(str(last), '')}"


def initials(story: Story, role: str) -> str:
    return f"{story.tell('first_name', role)[:1]}{story.tell('last_name', role)[:1]}".upper()


def phone(story: Story, _role: str) -> str:
    """A number of the range that is kept free for fiction."""
    return f"+1-{story.chance.choice(_AREA_CODES)}-555-01{story.chance.integer(0, 99):02d}"


def domain(story: Story, role: str) -> str:
    return f"{words.slug(str(story.tell('company', role)))}.example"


def website(story: Story, role: str) -> str:
    return f"https://www.{domain(story, role)}"


def url(story: Story, _role: str) -> str:
    return f"https://{story.chance.choice(_SAFE_DOMAINS)}/{story.chance.choice(words.PLAIN)}/{_digits(story, 4)}"


def image(story: Story, _role: str) -> str:
    return f"https://{story.chance.choice(_SAFE_DOMAINS)}/images/{story.chance.choice(words.PLAIN)}.png"


def gstin(story: Story, _role: str) -> str:
    letters = "".join(story.chance.choice(_GSTIN_LETTERS) for _ in range(5))
    return f"{story.chance.integer(10, 37)}{letters}{_digits(story, 4)}{story.chance.choice(_GSTIN_LETTERS)}1Z5"


def total(story: Story, _role: str) -> float:
    return round(float(story.tell("subtotal")) + float(story.tell("tax")), 2)


def subtotal(story: Story, _role: str) -> float:
    """What is left of a total that is already known without its tax, else an amount of its own."""
    known = story.known("total")
    if isinstance(known, int | float):
        return round(known - float(story.tell("tax")), 2)
    return amount(story, "")


def tax(story: Story, _role: str) -> float:
    rate, known = float(story.tell("tax_rate")), story.known("total")
    if rate > 1:
        rate /= 100
    if isinstance(known, int | float):
        return round(known * rate / (1 + rate), 2)
    return round(float(story.tell("subtotal")) * rate, 2)


def paid(story: Story, _role: str) -> float:
    return round(float(story.tell("total")) * story.chance.choice((0.0, 0.0, 0.25, 0.5, 1.0)), 2)


def due(story: Story, _role: str) -> float:
    whole = float(story.tell("total"))
    return round(whole - float(story.tell("paid")), 2) if ("paid", "") in story.carries else whole


def amount(story: Story, _role: str) -> float:
    """Small amounts more often than large ones, none of them round."""
    chance = story.chance
    return chance.integer(*chance.choice(((501, 9_999), (10_001, 99_999), (100_001, 999_999)))) / 100


def _known_names(story: Story, role: str) -> list[str]:
    """The names within a full name, else within an email such as `ann.ode@...`, where one of them is known."""
    whole, address = story.known("full_name", role), story.known("email", role)
    if whole:
        return str(whole).split()
    names = str(address or "").partition("@")[0].split(".")
    return [name.capitalize() for name in names] if len(names) == 2 and all(map(str.isalpha, names)) else []


def _digits(story: Story, count: int) -> str:
    return "".join(story.chance.random.choices("0123456789", k=count))


def _one_of(*options: Json) -> _Make:
    return lambda story, _role: story.chance.choice(options)


def _numbered(prefix: str, digits: int = 5) -> _Make:
    return lambda story, _role: f"{prefix}{story.chance.integer(1, 10**digits - 1):0{digits}d}"


def _between(low: int, high: int) -> _Make:
    return lambda story, _role: story.chance.integer(low, high)


_TEXTS: dict[str, _Make] = {
    "identifier": lambda story, _role: story.chance.uuid(),
    "first_name": first_name,
    "middle_name": lambda story, _role: story.chance.faker.first_name(),
    "last_name": last_name,
    "full_name": full_name,
    "another_name": another_name,
    "name": any_name,
    "salutation": _one_of("Mr.", "Ms.", "Dr."),
    "initials": initials,
    "gender": _one_of("female", "male"),
    "login": login,
    "email": email,
    "phone": phone,
    "job_title": lambda story, _role: story.chance.faker.job(),
    "department": _one_of("Accounting", "Finance", "Human Resources", "Marketing", "Operations", "Purchasing", "Sales"),
    "social_security_number": lambda story, _role: f"9{_digits(story, 2)}-{_digits(story, 2)}-{_digits(story, 4)}",
    "password": lambda story, _role: f"{story.chance.token(12)}!7a",
    "language": _one_of("en", "de", "fr", "es"),
    "locale": _one_of("en-US", "en-GB", "de-DE", "fr-FR"),
    "time_zone": _one_of("America/New_York", "America/Chicago", "Europe/Berlin", "Europe/London", "UTC"),
    "company": lambda story, _role: story.chance.faker.company(),
    "another_company": lambda story, _role: story.chance.faker.company(),
    "vat_number": lambda story, _role: f"DE{story.chance.integer(1, 9)}{_digits(story, 8)}",
    "ein": lambda story, _role: f"{story.chance.integer(10, 99)}-{_digits(story, 7)}",
    "gstin": gstin,
    "registration_number": _numbered("HRB ", 6),
    "website": website,
    "domain": domain,
    "industry": _one_of(*words.INDUSTRIES),
    "street": lambda story, _role: story.chance.faker.street_address(),
    "street_extra": lambda story, _role: f"Suite {story.chance.integer(100, 899)}",
    "city": lambda story, _role: story.chance.faker.city(),
    "state": lambda story, _role: story.chance.faker.state_abbr(include_territories=False),
    "zip_code": lambda story, _role: f"{story.chance.integer(10_000, 99_999)}",
    "country": _one_of("United States"),
    "country_code": _one_of("US"),
    "iban": lambda story, _role: story.chance.faker.iban(),
    "bic": lambda story, _role: story.chance.faker.swift8(),
    "bank_account": lambda story, _role: _digits(story, 10),
    "routing_number": lambda story, _role: f"0{story.chance.integer(1, 9)}{_digits(story, 7)}",
    "card_brand": _one_of("visa", "mastercard", "amex"),
    "last_four": lambda story, _role: _digits(story, 4),
    "invoice_number": _numbered("INV-"),
    "bill_number": _numbered("BILL-"),
    "order_number": _numbered("PO-"),
    "quote_number": _numbered("QT-"),
    "credit_number": _numbered("CN-"),
    "receipt_number": _numbered("RC-"),
    "document_number": lambda story, _role: str(story.chance.integer(1001, 99_999)),
    "reference": lambda story, _role: f"REF-{story.chance.hex(6).upper()}",
    "account_code": lambda story, _role: str(story.chance.integer(100, 899) * 10),
    "account_name": _one_of(*words.ACCOUNTS),
    "line_text": _one_of(*words.WORK),
    "sentence": _one_of(*words.SENTENCES),
    "payment_terms": _one_of("Net 14", "Net 30", "Net 45", "Due on receipt"),
    "title": _one_of(*words.LABELS),
    "tax_name": _one_of("Sales tax", "Standard rate", "Reduced rate", "Zero rate"),
    "status": _one_of("active", "draft", "open", "pending"),
    "payment_method": _one_of("bank_transfer", "card", "check", "cash"),
    "currency": lambda story, _role: story.currency(),
    "currency_name": _one_of("US Dollar", "Euro", "Pound Sterling", "Canadian Dollar"),
    "currency_symbol": lambda story, _role: {"EUR": "€", "GBP": "£"}.get(story.currency(), "$"),
    "sku": lambda story, _role: f"{story.chance.choice(words.PLAIN)[:3].upper()}-{_digits(story, 4)}",
    "barcode": lambda story, _role: story.chance.faker.ean13(),
    "product": lambda story, _role: (
        f"{story.chance.choice(words.QUALITIES)} {story.chance.choice(words.GOODS).lower()}"
    ),
    "brand": lambda story, _role: f"{story.chance.choice(words.PLAIN).capitalize()} {story.chance.choice(words.PLAIN)}",
    "model": lambda story, _role: f"{story.chance.choice('ABCDEFGH')}{story.chance.integer(100, 999)}",
    "serial_number": lambda story, _role: story.chance.hex(10).upper(),
    "color": _one_of(*words.COLORS),
    "hex_color": lambda story, _role: f"#{story.chance.hex(6)}",
    "unit": _one_of(*words.UNITS),
    "size_name": _one_of("S", "M", "L", "XL"),
    "url": url,
    "image": image,
    "slug": lambda story, _role: f"{story.chance.choice(words.PLAIN)}-{story.chance.choice(words.PLAIN)}",
    "ip": lambda story, _role: f"192.0.2.{story.chance.integer(1, 254)}",
    "user_agent": _one_of("Mozilla/5.0 (X11; Linux x86_64)", "curl/8.5.0", "python-httpx/0.28"),
    "mime_type": _one_of("application/pdf", "image/png", "text/csv"),
    "file_name": lambda story, _role: f"{story.chance.choice(words.PLAIN)}-{_digits(story, 3)}.pdf",
    "hash": lambda story, _role: story.chance.hex(64),
    "token": lambda story, _role: story.chance.token(32),
    "code": lambda story, _role: f"{story.chance.choice(words.PLAIN)[:4].upper()}{_digits(story, 2)}",
}

_NUMBERS: dict[str, _Make] = {
    "age": _between(21, 64),
    "latitude": lambda story, _role: story.chance.integer(250_000, 480_000) / 10_000,
    "longitude": lambda story, _role: -story.chance.integer(700_000, 1_220_000) / 10_000,
    "total": total,
    "subtotal": subtotal,
    "tax": tax,
    "paid": paid,
    "due": due,
    "amount": amount,
    "small_amount": lambda story, _role: story.chance.integer(0, 2_500) / 100,
    "tax_rate": _one_of(5.0, 7.0, 8.25, 19.0, 20.0),
    "percent": lambda story, _role: story.chance.integer(0, 40) / 2,
    "exchange_rate": lambda story, _role: story.chance.integer(7_000, 15_000) / 10_000,
    "hourly_rate": lambda story, _role: story.chance.integer(90, 700) / 2,
    "quantity": _between(1, 12),
    "stock": _between(0, 500),
    "hours": lambda story, _role: story.chance.integer(1, 32) / 4,
    "measure": lambda story, _role: story.chance.integer(5, 900) / 10,
    "days": _one_of(7, 14, 30, 45, 60),
    "ordinal": _between(1, 20),
    "year": lambda story, _role: story.moment("issued").year,
    "month": lambda story, _role: story.moment("issued").month,
    "rating": _between(1, 5),
    "count": _between(1, 50),
    "page": _one_of(1),
    "page_size": _one_of(20, 50, 100),
    "zero": _one_of(0),
}

_LASTING = frozenset(
    {"first_name", "last_name", "full_name", "name", "login", "email", "company"}
    | {"total", "subtotal", "tax", "tax_rate", "paid", "due"}
)

FACTS: dict[str, Fact] = {
    **{name: Fact("text", make, name in _LASTING) for name, make in _TEXTS.items()},
    **{name: Fact("number", make, name in _LASTING) for name, make in _NUMBERS.items()},
    "yes": Fact("flag", _one_of(True)),
    "no": Fact("flag", _one_of(False)),
}

BRIEFER: Mapping[str, tuple[str, ...]] = {
    "country": ("country_code",),
    "locale": ("language",),
    "currency_name": ("currency",),
}
"""What stands in where a text is too long: the same thing said more briefly."""
