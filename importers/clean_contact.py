"""Ways to get in touch: web addresses, e-mail addresses and phone numbers out of cells that hold anything.

Nothing is refused for being "invalid": the numbers of helplines and those set aside for fiction are no dialling
plan's idea of valid (libraries.md 7.7). Dirt: standards.md section 4, rows 8, 15, 25, 26.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from importers.clean_text import line, said, text
from importers.records import PhoneRecord

LONGEST = 1500
"""Characters of a cell that are looked at; a longer one is no cell of addresses."""
EMAIL = re.compile(r"[A-Za-z0-9._%+'’-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"^https?://[^/?#]+", re.I)
_URL = re.compile(r"https?://[^\s<>\"]+", re.I)
_DOMAIN = re.compile(
    r"(?<![@\w.])(?:www[.,])?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?::\d+)?(?:[/?#][^\s<>\"]*)?(?![\w@])",
    re.I,
)
_LIKELY_ENDINGS = re.compile(
    r"\.(?:uk|com|org|net|edu|gov|info|church|wales|cymru|scot|london|co|io|us|ca|eu|ie|fr|mil|biz|coop|online|site|"
    r"club|community|space|cafe|support|life|health|care|help|foundation|charity|art|live|me|tv|html?|aspx?|php)"
    r"(?=[/:?#]|$)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Links:
    """What a cell for a web address held. `problem` is a plain sentence when something had to be dropped."""

    urls: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def url(self) -> str | None:
        return self.urls[0] if self.urls else None


def emails(value: object) -> tuple[str, ...]:
    """All e-mail addresses in a text, domain in lower case, none twice."""
    cleaned = (text(value) or "")[:LONGEST]
    if "@" not in cleaned:
        return ()
    found = (match.strip(".'’") for match in EMAIL.findall(cleaned.replace("mailto:", " ")))
    return tuple(dict.fromkeys(_lower_domain(email) for email in found))


def _lower_domain(email: str) -> str:
    local, _, domain = email.partition("@")
    return f"{local}@{domain.lower()}"


def links(value: object) -> Links:
    """Web and e-mail addresses of a cell. https:// is put before bare domains, two in a cell are split, a path alone
    is dropped with a problem."""
    cleaned = (line(said(value)) or "")[:LONGEST]
    if not cleaned:
        return Links()
    mails = emails(cleaned)
    rest = EMAIL.sub(" ", cleaned.replace("mailto:", " "))
    rest = (
        rest.replace("\\", "/")
        .replace("www,", "www.")
        .replace("http//", "http://")
        .replace("https//", "https://")
    )
    whole = tuple(dict.fromkeys(u.rstrip(".,;)") for u in _URL.findall(rest) if "." in u))
    bare = _DOMAIN.findall(_URL.sub(" ", rest)) if _mostly_address(rest) or not whole else []
    added = [
        f"https://{b.rstrip('.,;)')}"
        for b in bare
        if _LIKELY_ENDINGS.search(b.rstrip(".,;)")) or b.startswith("www.")
    ]
    urls = tuple(dict.fromkeys(_HOST.sub(lambda m: m.group().lower(), u) for u in (*whole, *added)))
    if urls or mails:
        return Links(urls, mails)
    if cleaned.startswith("/"):
        return Links(problem=f"'{_short(cleaned)}' is only the end of a web address, so it was left out.")
    return Links(
        problem=f"'{_short(cleaned)}' is not a web address, so it was left out. Write it like www.example.org."
    )


def _mostly_address(text: str) -> bool:
    return len(text.split()) <= 3


def _short(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else text[: longest - 3] + "..."


# --- phones --------------------------------------------------------------------------------------------------------

_EXTENSION = re.compile(
    r"(?:^|[\s,;(\d])(?:extension|extn|ext|x)[.:\s#]*(\d{1,7}(?:\s*(?:or|/|,)\s*\d{1,7})*)\)?", re.I
)
_NUMBER = re.compile(
    r"(?<![\w@/.])(?:\+?\d|\(\+?\d)[\d\s().\-\u2010-\u2015]{1,22}(?:-?[A-Z]{4,9}\b)?(?<=[\dA-Z)])|(?<![\w@/])\(\d{3}\)\s*\d{3}-[A-Z]{4}\b"
)
_LABEL = re.compile(
    r"(?:^|\b)(tel(?:ephone)?|phone|mobile|mob|fax|textphone|text|minicom|whatsapp|sms|t|p|m|f)\b\s*(?:no\.?|number)?\s*[.:]*\s*$",
    re.I,
)
_TYPES = {
    "fax": "fax",
    "f": "fax",
    "mobile": "cell",
    "mob": "cell",
    "m": "cell",
    "text": "text",
    "sms": "sms",
    "textphone": "textphone",
    "minicom": "textphone",
    "whatsapp": "text",
}
_DATEISH = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}")
_HOURS = re.compile(r"\d{1,2}[.:]\d{2}\s*(?:-|to)\s*\d{1,2}[.:]\d{2}")


def phones(value: object, kind: str | None = None, extension: str | None = None) -> tuple[PhoneRecord, ...]:
    """All phone numbers of a cell, as printed; extensions split off. "T: 01536 737588 E: a@b" -> one number."""
    cleaned = (line(said(value)) or "")[:LONGEST]
    if not cleaned:
        return ()
    cleaned = EMAIL.sub(" ; ", re.sub(r"https?://\S+", " ; ", cleaned))
    cleaned = _HOURS.sub(" ; ", _DATEISH.sub(" ; ", cleaned)) if re.search(r"[a-z]{4}", cleaned) else cleaned
    found: list[PhoneRecord] = []
    for part in re.split(r"\s*(?:;|\||\bor\b|\band\b|\s/\s|/(?=\s*[+(0])|,(?=\s*[+(0]))\s*", cleaned):
        found.extend(_phones_in(part, kind, extension))
    unique = {(_digits(p.number), p.extension): p for p in reversed(found)}
    return tuple(reversed(unique.values()))


def _phones_in(part: str, kind: str | None, extension: str | None) -> list[PhoneRecord]:
    ext = _EXTENSION.search(part)
    if ext:
        extension = ext.group(1).strip()
        start = ext.start() + (1 if ext.group()[0].isdigit() else 0)
        part = part[:start] + " " + part[ext.end() :]
    found = []
    for match in _NUMBER.finditer(part):
        number = _tidy_number(match.group())
        digits = _digits(number)
        if (
            set(digits) != {"0"}
            and 3 <= len(digits) <= 15
            and (len(digits) >= 6 or _short_number(part, number))
        ):
            label = _LABEL.search(part[: match.start()])
            named = _TYPES.get(label.group(1).lower()) if label else None
            found.append(PhoneRecord(number=number, extension=extension, type=kind or named))
    return found


def _short_number(part: str, number: str) -> bool:
    """111, 311, 116 123: helplines, only where the cell says little else."""
    plausible = len(_digits(number)) > 3 or re.fullmatch(r"[019]\d\d|\d11", number)
    return bool(plausible) and len(re.sub(r"[\W_]", "", part.replace(number, ""))) <= 12


def _tidy_number(number: str) -> str:
    number = re.sub(r"\s+", " ", re.sub("[\u2010-\u2015]", "-", number)).strip(" -.")
    number = number.replace("(0) ", "(0)").replace("( ", "(").replace(" )", ")")
    if number.count("(") != number.count(")"):
        number = number.replace("(", "").replace(")", " ").strip()
    if re.fullmatch(r"\(\d+\)", number):
        number = number.strip("()")
    return re.sub(r"\s+", " ", number)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number) + "".join(c for c in number if c.isalpha())


def toll_free(number: str) -> bool:
    """A number answered for a whole country: UK 0800, 0808, 03..., 116...; North America 800, 888, 877, ..."""
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("0") or digits.startswith("44"):
        return bool(re.match(r"(?:44)?0?(?:800|808|3\d\d)", digits))
    return bool(re.match(r"1?(?:800|888|877|866|855|844|833)\d", digits)) and len(digits) >= 8
