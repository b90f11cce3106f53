"""The arrows of the house: a module imports only from lower lines. Read from the source, not by running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Lower index = lower line. A module belongs to the first pattern that is it or a package above it.
LAYERS = (
    {"matching", "importers"},
    {"directory.models", "directory.database", "directory.errors",
     "directory.locking", "directory.config", "directory.keys", "directory.resources",
     "directory.migrating", "directory.migrations", "directory.formatting", "directory.national_grid",
     "directory.gazetteer_layouts"},
    {"directory.permissions",
     "directory.audit", "directory.listings", "directory.outbox", "directory.opportunities", "directory.search_index",
     "directory.geocoder", "directory.gazetteer", "directory.own_middles",
     "directory.serving", "directory.words", "directory._word_files",
     "directory.column_files", "directory.column_store", "directory._reading", "directory._rows",
     "directory._storable", "directory._writing", "directory._forgetting", "directory._from_json",
     "directory.limits", "directory.post", "directory._conflicts", "directory.usage", "directory._recalling",
     "directory._bus_factor",
     "directory.discretion", "directory.texts", "directory.side_by_side"},
    {"directory.accounts", "directory.drafts", "directory.seen_before",
     "directory.invitations", "directory.policies", "directory.tries",
     "directory._applying", "directory._merging", "directory.duplicates", "directory.catalog",
     "directory.matchmaking", "directory.searching", "directory.intake",
     "directory.exporting", "directory.backups", "directory.health", "directory.demo", "directory.startup",
     "directory._keeping", "directory._between_colleagues", "directory.knowledge",
     "directory.handover", "directory.team", "directory.patch",
     "directory.word_effects", "directory.evaluating", "directory.history", "directory.checking",
     "directory.suggestions", "directory.replies", "directory.group_links", "directory.erasing",
     "directory.conflicts", "directory.asking", "directory.desk", "directory.links", "directory.calls",
     "directory.web_visit", "directory.background",
     "directory.staff_search", "directory.saved_searches", "directory.terms", "directory.uploads",
     "directory.gaps", "directory.coverage", "directory.ideas", "directory.board", "directory.months",
     "directory.fidelity"},
    {"directory.web", "directory.api", "directory.cli", "directory.cli_words", "directory.cli_accounts",
     "directory.command_line", "directory.terminal", "directory.server", "directory"},
)  # fmt: skip


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    for package in ("directory", "matching", "importers"):
        for path in (root / package).rglob("*.py"):
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


def imports(path: Path, module: str, known: dict[str, Path], *, top: bool = False) -> set[str]:
    """The project modules that a file imports: inside functions too, or only at the `top`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in tree.body if top else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} uses a relative import"
            within = {f"{node.module}.{alias.name}" for alias in node.names}
            # `from package import module` is about the module, not about the package's own file.
            found |= (
                within & known.keys()
                if within <= known.keys()
                else {str(node.module), *(within & known.keys())}
            )
    return {name for name in found if name in known and name != module}


def layer(module: str) -> int | None:
    """The line a module is on; for a name inside a module, that module's."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        for number, names in enumerate(LAYERS):
            if name in names and not (name == "directory" and length < len(parts)):
                return number
    return None


def violations(root: Path) -> list[str]:
    known = dict(modules(root))
    wrong = []
    for module, path in sorted(known.items()):
        own = layer(module)
        if own is None:
            wrong.append(f"{module} stands on no line: give it one in tests/test_layers.py")
            continue
        for name in sorted(imports(path, module, known)):
            if (theirs := layer(name)) is not None and theirs > own:
                wrong.append(f"{module} imports {name}, which stands above it")
            if own == 0 and name.split(".")[0] != module.split(".")[0]:
                wrong.append(f"{module} imports {name}: matching and importers stand apart")
    return wrong


def loops(root: Path) -> list[str]:
    """Modules that import each other at the top of the file, as one chain."""
    known = dict(modules(root))
    graph = {name: imports(path, name, known, top=True) for name, path in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(module) for module in error.args[1]]
    return []


def test_every_module_imports_only_from_lower_lines() -> None:
    assert violations(ROOT) == []


def test_no_two_modules_import_each_other() -> None:
    assert loops(ROOT) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("matching/types.py", "from directory import catalog"),
        ("importers/plan.py", "import matching.types"),
        ("directory/models/__init__.py", "from directory import catalog"),
        ("directory/listings.py", "from directory.catalog import add"),
        ("directory/catalog.py", "from directory.web import browse"),
        ("directory/intake.py", "def later():\n    from directory import cli"),
        ("directory/somewhere_new.py", "import json"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, module: str, line: str) -> None:
    for _, path in modules(ROOT):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    planted = tmp_path / module
    planted.write_text(
        (planted.read_text(encoding="utf-8") if planted.exists() else "") + f"\n{line}\n", encoding="utf-8"
    )
    assert violations(tmp_path)


def test_a_planted_loop_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "matching"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "a.py").write_text("from matching.b import x\n", encoding="utf-8")
    (folder / "b.py").write_text("from matching.a import y\n", encoding="utf-8")
    assert loops(tmp_path)
