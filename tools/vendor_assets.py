"""Make directory/static/vendor/ from `npm pack` output: for maintainers only, never at install time.

    python tools/vendor_assets.py                  # packs govuk-frontend with npm, then writes vendor/
    python tools/vendor_assets.py govuk-frontend-6.3.0.tgz

GOV.UK Frontend is MIT, but its typeface, crown and crest belong to GOV.UK, so they are taken out of the
stylesheet (docs/decisions/0025). The version follows what govuk-frontend-jinja says it was written for.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

NAME, VERSION = "govuk-frontend", "6.3.0"
VENDOR = Path(__file__).resolve().parent.parent / "directory" / "static" / "vendor"
SYSTEM_FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif'

FONT_FACE = re.compile(r"(/\*![^*]*Margaret Calvert[^*]*\*/)?@font-face\{[^}]*\}")
CREST = re.compile(r"[^{}]*\{[^{}]*govuk-crest[^{}]*\}")
SOURCE_MAP = re.compile(r"/[/*]# sourceMappingURL=\S+( \*/)?\s*")

LICENCE = """The MIT License (MIT)

Copyright (C) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS
FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def neutral_css(css: str) -> str:
    """The stylesheet without GOV.UK's typeface, crest and source map."""
    css = FONT_FACE.sub("", css)
    css = CREST.sub("", css)
    css = re.sub(r"GDS Transport(,arial,sans-serif)?", SYSTEM_FONTS, css)
    css = css.replace("@supports ((-webkit-mask-position:initial) or (mask-position:initial)){}", "")
    left = [word for word in ("GDS Transport", "crest", "@font-face", "url(/assets") if word in css]
    if left:
        raise SystemExit(f"The stylesheet still names {', '.join(left)}: the patterns above need mending")
    return SOURCE_MAP.sub("", css)


def pack(folder: Path) -> Path:
    """The tarball npm makes of the pinned version."""
    command = ["npm", "pack", f"{NAME}@{VERSION}"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603 - fixed words, no input
    return folder / f"{NAME}-{VERSION}.tgz"


def read_member(tarball: Path, member: str) -> str:
    with tarfile.open(tarball) as archive:
        found = archive.extractfile(f"package/{member}")
        if found is None:
            raise SystemExit(f"{tarball.name} has no {member}")
        return found.read().decode("utf-8")


def vendored_md(folder: Path, tarball: Path) -> str:
    rows = [
        f"| {path.relative_to(VENDOR)} | {hashlib.sha256(path.read_bytes()).hexdigest()} |"
        for path in sorted(folder.iterdir())
    ]
    return "\n".join(
        [
            "# Vendored files",
            "",
            "Made by `python tools/vendor_assets.py`; do not edit by hand.",
            "",
            "| Name | Version | Licence | From | sha256 of the package |",
            "|---|---|---|---|---|",
            f"| {NAME} | {VERSION} | MIT, see LICENCE.txt beside it | npm package `{NAME}` "
            f"| {hashlib.sha256(tarball.read_bytes()).hexdigest()} |",
            "",
            "Changed: the GDS Transport typeface and the crest are taken out of the stylesheet (they "
            "may be used on GOV.UK only), system fonts stand in, and source map links are dropped.",
            "",
            "| File | sha256 |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def write(tarball: Path) -> None:
    folder = VENDOR / f"{NAME}-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    css = neutral_css(read_member(tarball, "dist/govuk/govuk-frontend.min.css"))
    script = SOURCE_MAP.sub("", read_member(tarball, "dist/govuk/govuk-frontend.min.js"))
    files = {"govuk-frontend.min.css": css, "govuk-frontend.min.js": script, "LICENCE.txt": LICENCE}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    (VENDOR / "VENDORED.md").write_text(vendored_md(folder, tarball), encoding="utf-8", newline="\n")


def main() -> None:
    if len(sys.argv) > 1:
        write(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        write(pack(Path(folder)))


if __name__ == "__main__":
    main()
