"""All tables, HSDS 3 names. Import them from here: `from directory.models import Service`."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table

from directory.database import Base
from directory.models.accounts import Passkey, Policy, Role, User, held_roles
from directory.models.checking import ListingCheck, ReplyAddress, Suggestion, Tally
from directory.models.drafts import Draft
from directory.models.keeping import (
    AlikeKey,
    AlikeMark,
    Change,
    GazetteerEntry,
    ImportRun,
    LikelyDuplicate,
    MergedListing,
    NotDuplicate,
    Outbox,
    SourceRecord,
    Word,
)
from directory.models.meaning import Attribute, Fact, Taxonomy, TaxonomyTerm
from directory.models.memory import (
    HandedOver,
    HandoverRecord,
    Introduction,
    Promise,
    Tie,
    Tip,
    TipAgreement,
    Visit,
    WorkerAsset,
)
from directory.models.places import (
    Accessibility,
    Address,
    Contact,
    Language,
    Location,
    Phone,
    ServiceAtLocation,
)
from directory.models.searches import SavedSearch
from directory.models.services import (
    CostOption,
    Funding,
    Organization,
    OrganizationIdentifier,
    Program,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    Url,
)
from directory.models.team import Gap, Idea, SelfCheck, Story
from directory.models.tending import ImportConflict, LinkCheck, ListingUse, PhoneCall


def table_of(model: type[Base]) -> Table:
    """The table of a model, for bulk statements."""
    return cast(Table, model.__table__)


__all__ = [
    "Accessibility",
    "Address",
    "AlikeKey",
    "AlikeMark",
    "Attribute",
    "Change",
    "Contact",
    "CostOption",
    "Draft",
    "Fact",
    "Funding",
    "Gap",
    "GazetteerEntry",
    "HandedOver",
    "HandoverRecord",
    "Idea",
    "ImportConflict",
    "ImportRun",
    "Introduction",
    "Language",
    "LikelyDuplicate",
    "LinkCheck",
    "ListingCheck",
    "ListingUse",
    "Location",
    "MergedListing",
    "NotDuplicate",
    "Organization",
    "OrganizationIdentifier",
    "Outbox",
    "Passkey",
    "Phone",
    "PhoneCall",
    "Policy",
    "Program",
    "Promise",
    "ReplyAddress",
    "RequiredDocument",
    "Role",
    "SavedSearch",
    "Schedule",
    "SelfCheck",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "SourceRecord",
    "Story",
    "Suggestion",
    "Tally",
    "Taxonomy",
    "TaxonomyTerm",
    "Tie",
    "Tip",
    "TipAgreement",
    "Url",
    "User",
    "Visit",
    "Word",
    "WorkerAsset",
    "held_roles",
    "table_of",
]
