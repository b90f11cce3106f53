"""HSDS tabular packages 1.x, 2.x and 3.x: every service becomes a listing with all that hangs on it.

No service is ever lost to a broken reference: an organization that does not exist gets a placeholder and a Problem.
Where hundreds of rows share one fault there is one Problem with the count and the first lines.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from importers import clean
from importers import hsds_parts as parts
from importers.hsds_checks import OF_SERVICE, Faults, check_references, describes, first_of
from importers.hsds_package import SERVICE_FIELDS, Package, Record, open_package
from importers.ids import digest
from importers.national import with_remote_marked
from importers.records import (
    ContactRecord,
    LanguageRecord,
    ListingRecord,
    ListingStatus,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    Problem,
    SessionRecord,
    TermRecord,
)

FORMAT = "hsds_tabular"


def read(path: Path, source: str, locate: clean.Locate | None = None) -> Iterator[ListingRecord | Problem]:
    """Listings and Problems of a package. Raises UnreadableSource when it holds no services."""
    package = open_package(path)
    yield from package.problems
    yield from _Join(package, source, locate).listings()


def _by(rows: Iterable[Record], column: str) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        if row[column]:
            found[row[column]].append(row)
    return found


class _Join:
    """The tables with an index for each way from a service to its rows."""

    def __init__(self, package: Package, source: str, locate: clean.Locate | None) -> None:
        self.package, self.source, self.locate = package, source, locate
        self.problems: list[Problem] = []
        self.faults = Faults()
        self.indexes: dict[tuple[str, str], dict[str, list[Record]]] = {}
        self.organizations = self._organizations()
        self.locations = first_of(self.package, "locations", self.faults)
        self.terms = first_of(self.package, "taxonomy_terms", self.faults)
        self.vocabularies = {row["id"]: row["name"] for row in package["taxonomies"]}
        self.places: dict[str, PlaceRecord] = {}
        self.used_organizations: set[str] = set()

    def index(self, table: str, column: str) -> dict[str, list[Record]]:
        key = (table, column)
        if key not in self.indexes:
            self.indexes[key] = _by(self.package[table], column)
        return self.indexes[key]

    # The whole -----------------------------------------------------------------------------------------------------

    def listings(self) -> Iterator[ListingRecord | Problem]:
        check_references(self.package, self.locations, self.organizations, self.faults)
        records = list(self._records())
        yield from self.problems
        self.problems = []
        yield from self.faults.problems()
        records, remote = with_remote_marked(records)
        if remote:
            yield Problem(
                "services.csv",
                "locations",
                f"{len(remote)} services look national (reached by phone from anywhere), so no distance is measured to "
                f"their head office. The first: {_some(r.name for r in remote)}.",
            )
        yield from records
        unused = [o for key, o in self.organizations.items() if key not in self.used_organizations]
        if unused:
            yield Problem(
                "organizations.csv",
                "id",
                f"{len(unused)} organizations have no service, so they are not in the directory. The first: "
                f"{_some(o.name for o in unused)}.",
            )

    def _records(self) -> Iterator[ListingRecord]:
        seen: dict[str, int] = {}
        for row in self.package["services"]:
            service_id = row["id"]
            if not service_id:
                service_id = digest(row["organization_id"], row["name"], row["description"])
                self.problems.append(
                    Problem(
                        row.where, "id", f"The service has no id; it is called {service_id} here.", service_id
                    )
                )
            if service_id in seen:
                self.problems.append(
                    Problem(
                        row.where,
                        "id",
                        f"'{service_id}' is already the id of line {seen[service_id]}, so this row was left out.",
                    )
                )
                continue
            seen[service_id] = row.line
            yield self._record(row, service_id)

    # One listing ---------------------------------------------------------------------------------------------------

    def _record(self, row: Record, service_id: str) -> ListingRecord:
        links_at = self._distinct(
            self.index("service_at_location", "service_id").get(row["id"], []), "location_id"
        )
        places = tuple(p for link in links_at if (p := self._place(link["location_id"])))
        at_ids = {
            link["id"]: link["location_id"]
            for link in self.index("service_at_location", "service_id").get(row["id"], [])
            if link["id"]
        }
        organization = self._organization_of(row, service_id)
        name, written, rest = self._name(row, organization, places)
        description, markers = parts.without_markers(clean.said(row["description"]) or rest)
        links = clean.links(row["url"])
        self._note(row, "url", links.problem, service_id)
        mails = (*clean.emails(row["email"]), *links.emails)
        costs, fees = parts.costs(
            self.index("cost_options", "service_id").get(row["id"], []), row["fees_description"]
        )
        contacts, phones = self._contacts(row, at_ids)
        languages, interpreting = self._languages(row, places)
        low, high = self._ages(row, service_id)
        alternate = clean.line(clean.said(row["alternate_name"]))
        virtual = bool(places) and all(p.location_type == "virtual" for p in places)
        return ListingRecord(
            source=self.source,
            source_id=service_id,
            name=name,
            alternate_name=parts.other_name(alternate) or written,
            organization=organization,
            description=description,
            url=links.url,
            email=mails[0] if mails else None,
            alert=clean.said(row["alert"]),
            status=self._status(row, service_id),
            activities=self._terms(row),
            formats=("online",) if virtual else (),
            places=places,
            sessions=self._sessions(row, at_ids, places, service_id),
            costs=costs,
            fees_description=fees,
            application_process=clean.said(row["application_process"]),
            wait_time=clean.said(row["wait_time"]),
            minimum_age=low,
            maximum_age=high,
            eligibility_description=self._eligibility(row),
            languages=languages,
            interpretation_services=interpreting,
            contacts=contacts,
            phones=phones,
            service_area=self._texts("service_areas", row, at_ids, ("name", "description", "extent")),
            required_documents=self._texts("required_documents", row, at_ids, ("document",)),
            accreditations=clean.said(row["accreditations"]),
            licenses=clean.said(row["licenses"]),
            extra=self._extra(row, links, markers, alternate and written),
        )

    def _note(self, row: Record, field: str, message: str | None, service_id: str) -> None:
        if message:
            self.problems.append(Problem(row.where, field, message, service_id))

    def _name(
        self, row: Record, organization: OrganizationRecord | None, places: tuple[PlaceRecord, ...]
    ) -> tuple[str, str | None, str | None]:
        """(name, what was written where that differs, description left over).

        A branch named only by its town ("NAPLES") gets its organization's name in front.
        """
        name, shouted, rest = clean.name(row["name"], row["description"])
        if name is None:
            made = organization.name if organization else f"Service {row['id']}"
            self.problems.append(
                Problem(
                    row.where,
                    "name",
                    f"The service has no name; it is called '{made}' here.",
                    row["id"] or None,
                )
            )
            return made, None, rest
        towns = {p.city.lower() for p in places if p.city}
        if name.lower() in towns or name in parts.COMPASS:
            shown = name.title() if name.isupper() else name
            known = organization is not None and not organization.placeholder
            return (f"{organization.name}, {shown}" if known and organization else shown), row["name"], rest
        return name, shouted, rest

    def _status(self, row: Record, service_id: str) -> ListingStatus:
        found = parts.status(row["status"])
        if found is None:
            self._note(
                row,
                "status",
                f"'{row['status']}' is not a status of HSDS (active, inactive, defunct, temporarily closed); "
                "the service is taken as active.",
                service_id,
            )
        return found or "active"

    def _ages(self, row: Record, service_id: str) -> tuple[int | None, int | None]:
        low, high = (clean.number(row[c]) for c in ("minimum_age", "maximum_age"))
        ages = (
            int(low) if low is not None and 0 < low <= 120 else None,
            int(high) if high is not None and 0 < high < 120 else None,
        )
        if ages[0] is not None and ages[1] is not None and ages[0] > ages[1]:
            self._note(
                row,
                "minimum_age",
                f"The youngest age ({ages[0]}) is above the oldest ({ages[1]}); neither is used.",
                service_id,
            )
            return None, None
        return ages

    # Organizations and places --------------------------------------------------------------------------------------

    def _organizations(self) -> dict[str, OrganizationRecord]:
        identifiers = _by(self.package["organization_identifiers"], "organization_id")
        return {
            row["id"]: parts.organization(row, identifiers.get(row["id"], []))
            for row in first_of(self.package, "organizations", self.faults).values()
        }

    def _organization_of(self, row: Record, service_id: str) -> OrganizationRecord | None:
        wanted = row["organization_id"]
        if not wanted:
            return None
        self.used_organizations.add(wanted)
        if wanted not in self.organizations:
            made = OrganizationRecord(
                source_id=wanted, name=f"Unknown organization {wanted}", placeholder=True
            )
            self.organizations[wanted] = made
        if self.organizations[wanted].placeholder:
            self.problems.append(
                Problem(
                    row.where,
                    "organization_id",
                    f"There is no organization {wanted} in the package. "
                    "The service is kept under a placeholder until someone names it.",
                    service_id,
                )
            )
        return self.organizations[wanted]

    def _place(self, location_id: str) -> PlaceRecord | None:
        if location_id not in self.locations:
            return None
        if location_id not in self.places:
            row = self.locations[location_id]
            made, problems = parts.place(
                row,
                self.index("addresses", "location_id").get(location_id, []),
                self.index("accessibility", "location_id").get(location_id, []),
                self.locate,
            )
            self.problems.extend(Problem(row.where, "latitude", message) for message in problems)
            self.places[location_id] = made
        return self.places[location_id]

    # Rows that hang on a service -----------------------------------------------------------------------------------

    def _rows(
        self, table: str, row: Record, at_ids: dict[str, str], *, by_location: bool = False
    ) -> list[Record]:
        """Rows of a table that point at the service, at its places, or (alone) at one of its locations. None twice."""
        found = list(self.index(table, "service_id").get(row["id"], []))
        for at_id in at_ids:
            found += self.index(table, "service_at_location_id").get(at_id, [])
        if by_location:
            for location_id in dict.fromkeys(at_ids.values()):
                found += [
                    r
                    for r in self.index(table, "location_id").get(location_id, [])
                    if not r["service_id"] and not r["service_at_location_id"]
                ]
        return list({(r.table, r.line): r for r in found}.values())

    def _sessions(
        self, row: Record, at_ids: dict[str, str], places: tuple[PlaceRecord, ...], service_id: str
    ) -> tuple[SessionRecord, ...]:
        found: list[SessionRecord] = []
        several = len(places) > 1
        for table, turn in (("schedules", parts.schedule), ("regular_schedules", parts.regular_schedule)):
            rows = self._rows(table, row, at_ids, by_location=True)
            in_words = parts.sessions_in_words(rows) if table == "regular_schedules" and not several else ()
            if in_words:
                if not parts.rows_agree(rows, in_words):
                    self.faults.add(
                        rows[0],
                        "original_text",
                        "The days and times are not those of their own words; the words were followed.",
                    )
                found.extend(in_words)
                continue
            for one in rows:
                location = one["location_id"] or at_ids.get(one["service_at_location_id"], "")
                sessions, problem = turn(one, location if several and location else None)
                found.extend(sessions)
                if problem:
                    self.problems.append(Problem(one.where, "opens_at", problem, service_id))
        return tuple(dict.fromkeys(found))

    def _contacts(
        self, row: Record, at_ids: dict[str, str]
    ) -> tuple[tuple[ContactRecord, ...], tuple[PhoneRecord, ...]]:
        contacts = []
        people = self._rows("contacts", row, at_ids, by_location=True)
        if not people and row["organization_id"]:
            own = self.index("contacts", "organization_id").get(row["organization_id"], [])
            people = [
                r for r in own if not (r["service_id"] or r["location_id"] or r["service_at_location_id"])
            ]
        for one in people:
            numbers = (
                tuple(
                    p for r in self.index("phones", "contact_id").get(one["id"], []) for p in parts.phone(r)
                )
                if one["id"]
                else ()
            )
            contact = parts.contact(one, numbers)
            if contact:
                contacts.append(contact)
        phones: list[PhoneRecord] = []
        for one in self._rows("phones", row, at_ids, by_location=True):
            if not one["contact_id"] or one["service_id"]:
                numbers = parts.phone(one)
                phones.extend(numbers)
                if not numbers and clean.said(one["number"]):
                    self.problems.append(
                        Problem(
                            one.where,
                            "number",
                            f"'{one['number'][:40]}' is not a phone number; it was left out.",
                            row["id"],
                        )
                    )
        if not phones and row["organization_id"]:
            own = self.index("phones", "organization_id").get(row["organization_id"], [])
            phones = [
                p
                for r in own
                if not (r["service_id"] or r["location_id"] or r["service_at_location_id"] or r["contact_id"])
                for p in parts.phone(r)
            ]
        return tuple(dict.fromkeys(contacts)), tuple(dict.fromkeys(phones))

    def _terms(self, row: Record) -> tuple[TermRecord, ...]:
        linked = [
            (r, r["taxonomy_term_id"])
            for r in self.index("services_taxonomy", "service_id").get(row["id"], [])
        ]
        for table in ("attributes", "other_attributes"):
            linked += [
                (r, r["taxonomy_term_id"])
                for r in self.index(table, "link_id").get(row["id"], [])
                if describes(r) in OF_SERVICE
            ]
        found: dict[tuple[str, str], TermRecord] = {}
        for one, term_id in linked:
            term = self._term(one, term_id)
            if term is None:
                continue
            key = (term.taxonomy, term.code or term.name)
            if key in found:
                self.faults.add(
                    one,
                    "taxonomy_term_id",
                    "The same term hangs on the same service twice; it was taken once.",
                )
            found.setdefault(key, term)
        return tuple(found.values())

    def _term(self, link: Record, term_id: str) -> TermRecord | None:
        row = self.terms.get(term_id)
        if row is None:
            name = clean.line(clean.said(link["value"] or link["label"]))
            if name is None:
                self.faults.add(
                    link, "taxonomy_term_id", "The term is in no table of terms; the link was left out."
                )
            return TermRecord(name=name, taxonomy="attribute") if name else None
        taxonomy = row["taxonomy"] or self.vocabularies.get(row["taxonomy_id"]) or "taxonomy"
        return TermRecord(
            name=clean.line(row["name"]) or term_id,
            taxonomy=taxonomy,
            code=row["code"] or term_id,
            parent_code=row["parent_id"] or None,
        )

    def _languages(
        self, row: Record, places: tuple[PlaceRecord, ...]
    ) -> tuple[tuple[LanguageRecord, ...], str | None]:
        """(languages spoken, what is said of interpreting): rows like "others upon request" are no languages."""
        rows = list(self.index("languages", "service_id").get(row["id"], []))
        for place in places:
            rows += [
                r
                for r in self.index("languages", "location_id").get(place.source_id, [])
                if not r["service_id"]
            ]
        found: dict[str, LanguageRecord] = {}
        notes = [clean.said(row["interpretation_services"])]
        for one in rows:
            written = one["code"] if one["code"] and not one["name"] else one["name"]
            if parts.speaks_of_interpreting(written):
                notes.append(clean.line(written))
                continue
            for word in re.split(r"[,;/.&]|\band\b", written):
                spoken = clean.language(word)
                if spoken:
                    found.setdefault(spoken.code or (spoken.name or "").lower(), spoken)
        return tuple(found.values()), "; ".join(dict.fromkeys(n for n in notes if n)) or None

    def _eligibility(self, row: Record) -> str | None:
        texts = [
            clean.said(row["eligibility_description"]),
            *(
                clean.said(r["description"])
                for r in self.index("eligibility", "service_id").get(row["id"], [])
            ),
        ]
        return "\n\n".join(dict.fromkeys(t for t in texts if t)) or None

    def _texts(
        self, table: str, row: Record, at_ids: dict[str, str], columns: tuple[str, ...]
    ) -> tuple[str, ...]:
        found = (
            next((t for c in columns if (t := clean.line(clean.said(r[c])))), None)
            for r in self._rows(table, row, at_ids)
        )
        return tuple(dict.fromkeys(t for t in found if t))

    def _extra(
        self, row: Record, links: clean.Links, markers: tuple[str, ...], written: str | None
    ) -> dict[str, str]:
        known = frozenset(SERVICE_FIELDS.split())
        extra = {
            column: str(clean.text(value))
            for column, value in row.cells.items()
            if column not in known and clean.text(value)
        }
        program = (
            next(
                (p["name"] for p in self.package["programs"] if p["id"] == row["program_id"] and p["name"]),
                None,
            )
            if row["program_id"]
            else None
        )
        more = [
            *links.urls[1:],
            *(
                u
                for r in self.index("urls", "service_id").get(row["id"], [])
                for u in clean.links(r["url"]).urls
            ),
        ]
        extra |= {
            k: v
            for k, v in (
                ("program", program),
                ("other web addresses", " ".join(more)),
                ("marks in the text", " ".join(markers)),
                ("name as written", written),
            )
            if v
        }
        return extra

    @staticmethod
    def _distinct(rows: list[Record], column: str) -> list[Record]:
        return list({row[column]: row for row in reversed(rows)}.values())[::-1]


def _some(names: Iterable[str]) -> str:
    kept = list(names)
    return ", ".join(kept[:5]) + (" and others" if len(kept) > 5 else "")
