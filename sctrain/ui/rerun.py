"""A page run without a browser, so that the bench can time what a visitor's click costs the server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from sctrain.ui import shelf

PAGES = Path(__file__).resolve().parents[2] / "pages"


def rerunning(page: str) -> Callable[[], None]:
    """A function that runs the page once more, as a click on it does; the page has been drawn before."""
    app = AppTest.from_file(str(Path(__file__).with_name("shell.py").resolve()), default_timeout=120).run()
    app.switch_page(str(PAGES / f"{page}.py")).run()

    def once() -> None:
        app.run()
        assert not app.exception, app.exception

    return once


def forget() -> None:
    """Forget everything that is cached, as if nobody had looked yet."""
    st.cache_data.clear()
    st.cache_resource.clear()
    shelf.clear()
