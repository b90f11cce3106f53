"""GeoJSON, JSON arrays and foreign CSV files, read by a small TOML mapping (importers/mappings/*.toml).

A mapping says which source keys make which field, by which named transform; what the constants are; and how the
stable id is made when the source has none. Keys that it does not name are reported once each, with a count, and kept
in `extra`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from importers import clean
from importers.ids import digest, slug
from importers.mapped_transforms import TRANSFORMS, Drafting, flat
from importers.records import (
    ListingRecord,
    OrganizationRecord,
    PlaceRecord,
    Problem,
    TermRecord,
    UnreadableSource,
)
from importers.tables import decoded, read_bytes, table_rows

SHIPPED = Path(__file__).parent / "mappings"
Item = tuple[str, dict[str, Any]]
"""(where it stands, for people; its keys and values)"""


@dataclass(frozen=True)
class FieldMap:
    """One mapping file."""

    name: str
    every: tuple[str, ...]
    some: tuple[str, ...]
    id_fields: tuple[str, ...]
    hashed: tuple[str, ...]
    constants: Mapping[str, Any]
    fields: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Mapping[str, str]]
    keep: frozenset[str]
    ignore: frozenset[str]

    def recognises(self, keys: set[str]) -> bool:
        """Do these keys look like what this mapping was made for?"""
        return keys.issuperset(self.every) and (not self.some or bool(keys.intersection(self.some)))

    @property
    def used(self) -> frozenset[str]:
        """Source keys that some field is made from."""
        return frozenset((*self.id_fields, *(key for spec in self.fields.values() for key in spec["from"])))


def load_mapping(path: Path) -> FieldMap:
    """A mapping from its TOML file; a plain sentence when it is not one."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        found, own = written.get("recognise", {}), written.get("id", {})
        field_ids = own.get("field", [])
        return FieldMap(
            name=str(written.get("name") or path.stem),
            every=tuple(found.get("all", ())),
            some=tuple(found.get("any", ())),
            id_fields=(field_ids,) if isinstance(field_ids, str) else tuple(field_ids),
            hashed=tuple(own.get("hash", ())),
            constants=written.get("constants", {}),
            fields=_checked_fields(written["fields"], path),
            values=written.get("values", {}),
            keep=frozenset(written.get("keep", {}).get("keys", ())),
            ignore=frozenset(written.get("ignore", {}).get("keys", ())),
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError, UnicodeDecodeError) as error:
        raise UnreadableSource(
            f"The mapping {path.name} could not be read: it needs a [fields] table ({error})."
        ) from error


def _spec(written: Any) -> dict[str, Any]:
    """One field's line: a bare key, or a table whose `from` is a key or a list of keys."""
    spec = {"from": written} if isinstance(written, (str, list)) else dict(written)
    return {**spec, "from": [spec["from"]] if isinstance(spec["from"], str) else list(spec["from"])}


def _checked_fields(written: Mapping[str, Any], path: Path) -> Mapping[str, Mapping[str, Any]]:
    fields = {key: _spec(spec) for key, spec in written.items()}
    for key, spec in fields.items():
        if key not in _TARGETS:
            raise UnreadableSource(f"The mapping {path.name} names a field that listings do not have: {key}.")
        if spec.get("use", "line") not in TRANSFORMS:
            raise UnreadableSource(
                f"The mapping {path.name} names a transform that is not there: {spec['use']}. "
                f"There are: {', '.join(sorted(TRANSFORMS))}."
            )
    return fields


@cache
def shipped() -> dict[str, FieldMap]:
    """The mappings that come with Kith, by name."""
    return {m.name: m for m in (load_mapping(path) for path in sorted(SHIPPED.glob("*.toml")))}


# --- items out of files --------------------------------------------------------------------------------------------


def items(path: Path) -> list[Item]:
    """The records of a GeoJSON file, a JSON array (or an object holding one, or one object a line), or a CSV file."""
    if path.suffix.lower() in {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods"}:
        _, rows = table_rows(path)
        return [(f"line {row.number}", dict(row.cells)) for row in rows]
    text = decoded(read_bytes(path), path.name)
    if re.match(r"\s*<", text):
        raise UnreadableSource(
            f"{path.name} is a web page, not JSON. Download the file itself and try again."
        )
    data = _loaded(text, path.name)
    if isinstance(data, dict) and isinstance(data.get("features"), list):
        return [
            (f"feature {n}", _feature(f))
            for n, f in enumerate(data["features"], start=1)
            if isinstance(f, dict)
        ]
    if isinstance(data, dict):
        data = next((v for v in data.values() if isinstance(v, list) and v and isinstance(v[0], dict)), [])
    found = [
        (f"record {n}", one)
        for n, one in enumerate(data if isinstance(data, list) else [], start=1)
        if isinstance(one, dict)
    ]
    if not found:
        raise UnreadableSource(f"{path.name} holds no list of records.")
    return found


def _loaded(text: str, label: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = [line.strip().rstrip(",") for line in text.splitlines()]
        try:
            found = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        except (ValueError, RecursionError):
            found = []
        if found:
            return found
        at = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableSource(
            f"{label} is not valid JSON{at}. Fetch it again, or export it once more."
        ) from error


def _feature(feature: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature as one flat record: properties, @id, and @lat, @lon of its point (GeoJSON writes lon first)."""
    found = dict(feature.get("properties") or {})
    if found.get("addr:street") and found.get("addr:housenumber"):
        found["addr:street"] = f"{found.pop('addr:housenumber')} {found['addr:street']}"
    if feature.get("id") is not None:
        found["@id"] = feature["id"]
    geometry = feature.get("geometry") or {}
    point = geometry.get("coordinates") if isinstance(geometry, dict) else None
    while isinstance(point, list) and point and isinstance(point[0], list):
        point = point[0]
    if isinstance(point, list) and len(point) >= 2:
        found["@lon"], found["@lat"] = point[0], point[1]
    return found


_PLACE_TARGETS = frozenset(
    f"place.{f}"
    for f in [
        "name",
        "address_1",
        "address_2",
        "city",
        "region",
        "state_province",
        "postal_code",
        "country",
        "latitude",
        "longitude",
        "accessibility",
        "description",
    ]
)
_FLAGS = ("place.withheld", "place.private")
"""A yes in any of their keys, however many there are."""
_ADDRESS_TARGETS = frozenset(f"place.{f}" for f in ("address_1", "address_2", "city", "postal_code"))
_TARGETS = _PLACE_TARGETS | frozenset(
    [
        *_FLAGS,
        "name",
        "alternate_name",
        "description",
        "what_to_expect",
        "organization",
        "url",
        "email",
        "phones",
        "contact",
        "sessions",
        "activities",
        "status",
        "fees_description",
        "minimum_age",
        "maximum_age",
        "eligibility_description",
        "application_process",
        "languages",
    ]
)


# --- reading -------------------------------------------------------------------------------------------------------


def read(
    path: Path, source: str, mapping: FieldMap, locate: clean.Locate | None = None
) -> Iterator[ListingRecord | Problem]:
    """Listings and Problems of one file by one mapping."""
    reader = _Reader(source, mapping, locate)
    for where, item in items(path):
        yield from reader.one(where, item)
    yield from reader.unmapped()


class _Reader:
    def __init__(self, source: str, mapping: FieldMap, locate: clean.Locate | None) -> None:
        self.source, self.mapping, self.locate = source, mapping, locate
        self.whole: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.left: Counter[str] = Counter()
        self.spent: set[str] = set()
        """Keys of the record at hand whose value has gone into a field."""
        self.told: set[str] = set()
        """Those that a Problem of its own speaks of."""

    def one(self, where: str, item: dict[str, Any]) -> Iterator[ListingRecord | Problem]:
        same = digest(json.dumps(item, sort_keys=True, default=str))
        if same in self.whole:
            yield Problem(
                where, "record", f"It is exactly the same as {self.whole[same]}, so it was taken once."
            )
            return
        self.whole[same] = where
        problems: list[Problem] = []
        self.spent, self.told = set(), set()
        source_id, clash = self._id(item, where)
        draft = Drafting()
        values = {
            target: self._value(target, item, draft, problems, where, source_id)
            for target in self.mapping.fields
        }
        name, written, rest = self._name(values, item)
        if name is None:
            yield Problem(
                where, "name", "It has no name or address to call it by, so it was left out.", source_id
            )
            return
        if clash:
            problems.append(Problem(where, "id", clash, source_id))
        place, place_problems = self._place(values, item, source_id)
        problems += [Problem(where, "point", message, source_id) for message in place_problems]
        if (said := self._odd_status(values)) is not None:
            message = f"'{said}' is not a status that the mapping knows; the listing is taken as active."
            problems.append(Problem(where, "status", message, source_id))
        yield from problems
        yield self._record(source_id, name, written, rest, values, draft, place, item)

    def unmapped(self) -> Iterator[Problem]:
        for key, count in sorted(self.left.items(), key=lambda kv: (-kv[1], kv[0])):
            why = (
                f"'{key}' was not read ({count} records): another key says it too, or Kith cannot use what it says."
                if key in self.mapping.used
                else f"'{key}' is not in the mapping ({count} records)."
            )
            yield Problem("headings", key, f"{why} What it says is kept with each listing.")

    def _id(self, item: dict[str, Any], where: str) -> tuple[str, str | None]:
        key = next((f for f in self.mapping.id_fields if item.get(f) not in (None, "")), None)
        own = str(item[key]).strip() if key else None
        self.spent |= {key} if key else set()
        made = own or digest(*(clean.line(flat(item.get(f))) or "" for f in self.mapping.hashed))
        if made not in self.ids:
            self.ids[made] = where
            return made, None
        number = 2
        while f"{made}-{number}" in self.ids:
            number += 1
        again = f"{made}-{number}"
        self.ids[again] = where
        what = "id" if own else "name and address"
        return (
            again,
            f"It has the same {what} as {self.ids[made]}; it is kept as {again}. It may be the same place twice.",
        )

    def _value(
        self,
        target: str,
        item: dict[str, Any],
        draft: Drafting,
        problems: list[Problem],
        where: str,
        source_id: str,
    ) -> Any:
        spec = self.mapping.fields[target]
        if target == "sessions" and "monday" in spec["from"]:
            self.spent.update(_WEEK)
            if not _says(item.get("hours")) and any(item.get(d) for d in _WEEK):
                return clean.sessions("; ".join(f"{d.title()} {item[d]}" for d in _WEEK if item.get(d)))
        if target in _FLAGS:
            self.spent.update(spec["from"])
            return any(clean.means_yes(item[key]) for key in spec["from"] if key in item)
        if target in {"place.latitude", "place.longitude"}:
            self.spent.update(spec["from"])
            return next((item[key] for key in spec["from"] if item.get(key) not in (None, "")), None)
        turn = TRANSFORMS[spec.get("use", "line")]
        for key in spec["from"]:
            if item.get(key) in (None, "", [], {}):
                continue
            draft.problem, before = None, draft.size
            found = turn(item[key], draft)
            if draft.problem:
                self.told.add(key)
                problems.append(Problem(where, key, draft.problem, source_id))
            if found or draft.size > before:
                self.spent.add(key)
            if found or spec.get("use") == "contact":
                return found
        return None

    def _name(
        self, values: dict[str, Any], item: dict[str, Any]
    ) -> tuple[str | None, str | None, str | None]:
        written = values.get("name")
        spec = self.mapping.fields["name"]
        if written and not any(clean.said(flat(item.get(k))) for k in spec["from"] if k != "address"):
            written = re.split(r"[,\n]", written, maxsplit=1)[0].strip()
        name, shouted, rest = clean.name(written, values.get("description"))
        if name and spec.get("ensure") and not re.search(str(spec.get("unless", spec["ensure"])), name, re.I):
            return f"{name} {spec['ensure']}", shouted or name, rest
        return name, shouted, rest

    def _says_private(self, item: dict[str, Any]) -> bool:
        """Do the source's own words for the address say so? The transforms drop such words ("Confidential" is no
        postcode)."""
        keys = {
            k
            for target in _ADDRESS_TARGETS & self.mapping.fields.keys()
            for k in self.mapping.fields[target]["from"]
        }
        return clean.is_private(*(clean.line(flat(item[k])) for k in sorted(keys) if item.get(k)))

    def _place(
        self, values: dict[str, Any], item: dict[str, Any], source_id: str
    ) -> tuple[PlaceRecord | None, list[str]]:
        given = {
            t.removeprefix("place."): v
            for t, v in values.items()
            if t in _PLACE_TARGETS and v not in (None, "")
        }
        where, problem = clean.point(
            given.pop("latitude", None), given.pop("longitude", None), given.get("postal_code")
        )
        access = given.pop("accessibility", None)
        if given.get("name"):
            given["name"] = clean.name(given["name"])[0]
        private = bool(values.get("place.private")) or self._says_private(item)
        withheld = bool(values.get("place.withheld"))
        if not given and where is None and not private and not withheld:
            return None, [problem] if problem else []
        place, doubt = clean.checked_place(
            PlaceRecord(
                source_id=f"{source_id}:place",
                latitude=where[0] if where else None,
                longitude=where[1] if where else None,
                accessibility=(access,) if access else (),
                private=private,
                withheld=withheld,
                **given,
            ),
            self.locate,
        )
        return place, [p for p in (problem, doubt) if p]

    def _record(
        self,
        source_id: str,
        name: str,
        written: str | None,
        rest: str | None,
        values: dict[str, Any],
        draft: Drafting,
        place: PlaceRecord | None,
        item: dict[str, Any],
    ) -> ListingRecord:
        constants = self.mapping.constants
        emails = tuple(dict.fromkeys(e for e in (values.get("email"), *draft.emails) if e))
        urls = tuple(dict.fromkeys(u for u in (values.get("url"), *draft.urls) if u))
        owner = values.get("organization")
        terms = tuple(dict.fromkeys((*(values.get("activities") or ()), *constants.get("activities", ()))))
        return ListingRecord(
            source=self.source,
            source_id=source_id,
            name=name,
            alternate_name=values.get("alternate_name") or written,
            organization=OrganizationRecord(source_id=slug(owner) or digest(owner), name=clean.calm(owner))
            if owner
            else None,
            description=_joined(values.get("description"), rest),
            what_to_expect=values.get("what_to_expect"),
            url=urls[0] if urls else None,
            email=emails[0] if emails else None,
            status=self._status(values),
            activities=tuple(TermRecord(name=t) for t in terms),
            formats=tuple(constants.get("formats", ())),
            audience=cast(Any, constants.get("audience")),
            run_by=cast(Any, constants.get("run_by")),
            places=(place,) if place else (),
            sessions=tuple(values.get("sessions") or ()),
            fees_description=values.get("fees_description"),
            minimum_age=values.get("minimum_age"),
            maximum_age=values.get("maximum_age"),
            eligibility_description=values.get("eligibility_description"),
            application_process=values.get("application_process"),
            contacts=draft.contacts,
            phones=tuple(dict.fromkeys((*(values.get("phones") or ()), *draft.phones))),
            extra=self._extra(item, emails[1:], urls[1:], private=bool(place and place.private)),
        )

    def _status(self, values: dict[str, Any]) -> Any:
        if "status" not in self.mapping.fields:
            return self.mapping.constants.get("status", "active")
        return self._statuses().get((values.get("status") or "").lower(), "active")

    def _statuses(self) -> dict[str, str]:
        return {"": "active"} | {k.lower(): v for k, v in self.mapping.values.get("status", {}).items()}

    def _odd_status(self, values: dict[str, Any]) -> str | None:
        """A status in words that the mapping does not list."""
        written = values.get("status")
        return written if written and written.lower() not in self._statuses() else None

    def _extra(
        self, item: dict[str, Any], emails: tuple[str, ...], urls: tuple[str, ...], *, private: bool
    ) -> dict[str, str]:
        extra: dict[str, str] = {}
        known = self.spent | self.mapping.ignore
        heard = {clean.line(flat(item[key])) for key in self.spent if key in item}
        for key, value in item.items():
            if key in known or key.startswith("@") or not _says(value):
                continue
            shown = clean.text(flat(value))
            if shown and not (
                key in self.mapping.used and (clean.said(shown) is None or clean.line(shown) in heard)
            ):
                extra[key] = shown
                if key not in self.mapping.keep and key not in self.told:
                    self.left[key] += 1
        extra |= {
            k: " ".join(v)
            for k, v in (("other e-mail addresses", emails), ("other web addresses", urls))
            if v
        }
        return {} if private else extra


_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _says(value: Any) -> bool:
    """Is there anything in it?"""
    return any(map(_says, value.values())) if isinstance(value, dict) else bool(clean.text(flat(value)))


def _joined(description: str | None, rest: str | None) -> str | None:
    return "\n\n".join(t for t in (description, rest) if t) or None
