"""Bring the translations up to date: `python data/locale/update.py` adds new messages and drops old ones.

Then fill in every empty `msgstr` in `data/locale/*/*.po`; `tests/test_languages.py` names those that are missing.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from sctrain.catalogue import BUILT_IN, read_catalogue
from sctrain.languages import FOLDER, messages

ROOM = FOLDER.parents[1] / "sctrain" / "room"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]


def templates() -> dict[str, Catalog]:
    """The messages there are to translate, by the name of the file that holds them."""
    catalogue, room = Catalog(charset="utf-8"), Catalog(charset="utf-8")
    for text in messages(read_catalogue(BUILT_IN)):
        catalogue.add(text)
    for name, _, text, comments, context in extract_from_dir(
        ROOM, METHODS, comment_tags=["Note:"], strip_comment_tags=True
    ):
        room.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    return {"catalogue": catalogue, "room": room}


def main() -> None:
    """Write every file anew."""
    for language in (folder for folder in sorted(FOLDER.iterdir()) if folder.is_dir()):
        for name, template in templates().items():
            file = language / f"{name}.po"
            held = Catalog(
                locale=language.name, project="sctrain", version="1", copyright_holder="sctrain", fuzzy=False
            )
            if file.exists():
                with file.open("rb") as source:
                    held = read_po(source, locale=language.name)
            held.update(template, no_fuzzy_matching=True)
            held.header_comment = f"# sctrain in {held.locale_identifier}."
            held.creation_date = held.revision_date = datetime(2026, 11, 30, tzinfo=UTC)  # or each run would change it
            held.obsolete.clear()
            with file.open("wb") as target:
                write_po(target, held, width=116, omit_header=False, include_lineno=False)


if __name__ == "__main__":
    main()
