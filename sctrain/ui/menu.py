"""What is the same for everybody who opens sctrain, made once: the menus of pages, the look, the scripts."""

from __future__ import annotations

from copy import copy
from pathlib import Path

import streamlit as st

from sctrain.ui.shelf import kept
from sctrain.ui.titles import SECTIONS, TITLES

FIRST = next(iter(TITLES))
"""The page where `/` leads."""
PAGES = Path(__file__).resolve().parents[2] / "pages"
ICON = str(Path(__file__).with_name("icon.png"))
STYLE = Path(__file__).with_name("style.css")
SCRIPTS = "".join(
    f"<script>{Path(__file__).with_name(name).read_text(encoding='utf-8')}</script>"
    for name in ("history.js", "anchor.js")
)


@kept(1)
def _pages() -> dict[str, st.Page]:
    return {
        name: st.Page(PAGES / f"{name}.py", title=title, url_path=name, default=name == FIRST)
        for name, title in TITLES.items()
    }


def menus() -> dict[str, list[st.Page]]:
    """The pages by menu. Copies: Streamlit marks in a page that it may run, once in each session's run."""
    return {
        section: [copy(_pages()[name]) for name in names if name in _pages()] for section, names in SECTIONS.items()
    }
