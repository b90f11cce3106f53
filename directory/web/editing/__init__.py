"""Editing listings: one short form a section, each saved by itself.

`form` says what is asked, `parts`, `rows`, `sessions` and `facts` how each question shows a record and reads an answer,
`reading` what of it changes the listing, `parking` how what was written outlives the session.
"""

from directory.web.editing.parking import init_app
from directory.web.editing.routes import bp

__all__ = ["bp", "init_app"]
