"""Text as people should read it: encodings mended, markup gone, SHOUTING calmed, placeholders known for what they are.

Dirt seen in real directories: standards.md section 4, rows 14 to 19 and 29.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

import nh3

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_ANGLED = re.compile(
    r"<\s*(?:mailto:)?((?:https?://|www\.)[^\s<>]+|[^\s<>@\"'=/]+@[^\s<>@]+\.[^\s<>@]+)\s*>", re.I
)
_LINK = re.compile(
    r"<a\s[^<>]*?href\s*=\s*[\"'](?:mailto:)?([^\"'<>\s]+)[\"'][^<>]*>(.*?)</a\s*>", re.I | re.S
)
_BREAK_TAG = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.I)
_LITERAL_NEWLINE = re.compile(r"(?:\\r)?\\n|\\r(?![a-z])")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[^\S\n]+")
_DOS_QUOTE = re.compile("[GΓ]Ç([\x80-\uffff])")
_BLANK_LINES = re.compile(r"\n{3,}")
_words = str.split
_NOTHING = frozenset(
    _words(
        "none,none.,n/a,n.a.,na,not applicable,not available,null,nil,nan,-,--,—,–,.,?,unknown,not known,tbc,tba,tbd,"
        "see notes,see notes.,see above,see below,to be confirmed,[email protected],undefined",
        ",",
    )
)
_FREE = frozenset(
    _words(
        "none,none.,no,no fee,no fees,no charge,free,free.,free of charge,free of charge.,nil,0,0.0,0.00,£0,$0,"
        "no cost,no fee.,no fees.,no charge.",
        ",",
    )
)


def text(value: object) -> str | None:
    """One cell as clean text, line breaks kept; None when nothing is left. Never raises.

    Order: double encoding (ftfy), literal backslash-n, HTML stripped, entities unescaped once, white space.
    """
    if value is None:
        return None
    return _text(str(value)) or None


@lru_cache(maxsize=4096)
def _text(raw: str) -> str:
    raw = raw.encode("utf-8", "replace").decode("utf-8")
    if not raw.isascii():
        import ftfy  # only texts that come in need it, and a start need not wait for it

        raw = ftfy.fix_encoding(_DOS_QUOTE.sub(_from_dos, raw.lstrip("\ufeff")))
    if "\\" in raw:
        raw = _LITERAL_NEWLINE.sub("\n", raw)
    if "<" in raw and _TAG.search(raw):
        raw = _LINK.sub(_link_in_words, _ANGLED.sub(r"\1", raw))
        raw = nh3.clean(_BREAK_TAG.sub("\n", raw), tags=set())
    if "&" in raw:
        raw = html.unescape(raw)
    raw = _INVISIBLE.sub("", raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    lines = (line.strip() for line in _SPACES.sub(" ", raw).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _link_in_words(match: re.Match[str]) -> str:
    """A link as its words with the address behind them, where the words are not the address already."""
    address, words = match.group(1), match.group(2)
    led = address.startswith(("http://", "https://", "www.")) or "@" in address
    return f"{words} ({address})" if led and address.rstrip("/") not in words else words


def _from_dos(match: re.Match[str]) -> str:
    """UTF-8 punctuation read as code page 437, sometimes with its gamma flattened to G ("9amGÇô5pm")."""
    try:
        return f"ΓÇ{match.group(1)}".encode("cp437").decode("utf-8")
    except UnicodeError:
        return match.group()


def line(value: object) -> str | None:
    """Clean text on one line."""
    cleaned = text(value)
    return " ".join(cleaned.split()) if cleaned else None


def said(value: object) -> str | None:
    """Clean text, or None where the words only say that there is nothing ("None", "N/A", "See notes.")."""
    cleaned = text(value)
    if cleaned is None or cleaned.lower() in _NOTHING:
        return None
    return cleaned


def means_free(value: object) -> bool:
    """As a fee "None" is an answer: it costs nothing."""
    cleaned = line(value)
    return bool(cleaned) and str(cleaned).lower() in _FREE


def means_yes(value: object) -> bool:
    """A flag that is set: yes, true, 1, however written."""
    return (line(value) or "").lower() in {"yes", "y", "true", "t", "1", "1.0", "x"}


_RUNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""What a formula begins with; the last four are as wide as Japanese letters, and some programs run them too."""


def unguarded(cell: str) -> str:
    """A spreadsheet cell without the apostrophe that was put there to keep a program from calculating it."""
    if len(cell) > 1 and cell[0] == "'" and (cell[1] in f"{_RUNS}'" or cell[1].isdigit()):
        return cell[1:]
    return cell


_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet program will run as a formula; `unguarded` gives it back."""
    risky = bool(cell) and (cell[0] in _RUNS or unguarded(cell) != cell)
    return "'" + cell if risky and not _NUMBER.fullmatch(cell) else cell


# --- names ---------------------------------------------------------------------------------------------------------

_SMALL = frozenset(_words("a an and at by de del for from in la las los of on or the to with y"))
_KEEP = frozenset(
    _words(
        "AA AARP ABC ACA ADHD AIDS ARC ASD BBC BME BSL CAB CAMHS CBT CEO CIC CIO COVID DBS DC DCF DWP "
        "DVLA ESL ESOL EU FC FIU FL GA GED GP HIV HMO HUD II III IV VI VII VIII IX IT JCC LGBT LGBTQ LLC "
        "LLP MD ME MS NA NAACP NE NHS NW NY NYC OCD PA PC PTA PTSD RAF RBL RC RNIB RSPCA SE SEND SW TB "
        "TDD TTY TV UK UM UN UNESCO UNICEF URC US USA USO VA VFW VITA WI WIC WRVS YMCA YWCA "
    )
)
_VOWELLESS_WORDS = frozenset(_words("ST DR MR MRS MS JR SR FT MT RD LTD DEPT CTR BLVD HWY PKWY PL CT SQ NR"))
_PRONOUNCEABLE = re.compile(r"(?:[^AEIOUY\W\d]{0,3}[AEIOUY]{1,2})+[^AEIOUY\W\d]{0,3}")
_WORD = re.compile(r"[^\s/\-–—(),\"&+]+")


def name(value: object, context: str | None = None) -> tuple[str | None, str | None, str | None]:
    """(name on one short line, the original when it was changed for reading, what did not fit and is description).

    A whole advert pasted into the title is cut at its first line or sentence; SHOUTING is calmed where safe.
    """
    whole = said(value)
    if whole is None:
        return None, None, None
    first, rest = _first_line(whole)
    calmed = calm(first, context)
    return calmed, (first if calmed != first else None), rest


def _first_line(whole: str) -> tuple[str, str | None]:
    head = " ".join(whole.split())
    if len(head) <= 100:
        return head.strip(" -–|"), None
    first = " ".join(whole.split("\n", 1)[0].split())
    if 3 <= len(first) <= 100:
        return first.strip(" -–|"), whole
    sentence = re.match(r".{10,97}?(?=[.!?:;|](?:\s|$)|\s[-–]\s)", head)
    if sentence:
        return sentence.group().strip(" -–|"), whole
    return head[:97].rsplit(" ", 1)[0] + "...", whole


def calm(title: str, context: str | None = None) -> str:
    """A name in capitals as a title ("GIRL SCOUTS OF MIAMI" -> "Girl Scouts of Miami"), acronyms kept.

    Left alone unless every letter is a capital and there are two words, or one long word that can be said aloud.
    A word that an ordinarily written `context` (the description) has in capitals is an acronym.
    """
    letters = [c for c in title if c.isalpha()]
    if len(letters) < 4 or any(c.islower() for c in letters):
        return title
    words = _WORD.findall(title)
    if len(words) < 2 and not (len(letters) >= 7 and _PRONOUNCEABLE.fullmatch(title) and title not in _KEEP):
        return title
    bracketed = set(re.findall(r"\(([A-Z]{2,6})\)", title)) | _acronyms(context)
    return _WORD.sub(lambda m: _calm_word(m, bracketed), title)


def _acronyms(context: str | None) -> set[str]:
    if not context or sum(c.isupper() for c in context) > 0.3 * max(1, sum(c.isalpha() for c in context)):
        return set()
    return set(re.findall(r"\b[A-Z]{2,6}\b", context))


def _calm_word(match: re.Match[str], bracketed: set[str]) -> str:
    word = match.group()
    core = re.sub(r"[^A-Z]", "", word.removesuffix("'S"))
    before = match.string[: match.start()].rstrip()
    first = not before or before[-1] in '-–—:(/".'
    if core in _KEEP and word.endswith("'S"):
        return f"{word[:-1]}s"
    if word in bracketed or core in _KEEP or re.fullmatch(r"(?:[A-Z]\.){2,}[A-Z]?", word):
        return word
    if (
        word.isalpha()
        and not re.search(r"[AEIOUYÀ-ÿ]", core)
        and 2 <= len(core) <= 5
        and core not in _VOWELLESS_WORDS
    ):
        return word
    if re.search(r"\d", word) and not re.fullmatch(r"\d+(?:ST|ND|RD|TH)", word):
        return word
    if not first and word.lower() in _SMALL:
        return word.lower()
    return _capitalised(word)


def _capitalised(word: str) -> str:
    low = word.lower()
    at = next((i for i, c in enumerate(low) if c.isalpha()), 0)
    if low[at : at + 2].isdigit() or (low[:1].isdigit()):
        return low
    out = low[:at] + low[at : at + 1].upper() + low[at + 1 :]
    out = re.sub(r"^(O'|D'|Mc)(\w)", lambda m: m.group(1) + m.group(2).upper(), out)
    return re.sub(r"^([ODL]')(\w)", lambda m: m.group(1) + m.group(2).upper(), out)


def several(cell: object, marks: str = ";") -> tuple[str, ...]:
    """The parts of a cell that holds several values, each clean, none twice, order kept."""
    cleaned = text(cell)
    if not cleaned:
        return ()
    parts = (" ".join(part.split()) for part in re.split(f"[{re.escape(marks)}\n]", cleaned))
    return tuple(dict.fromkeys(part for part in parts if part and part.lower() not in _NOTHING))
