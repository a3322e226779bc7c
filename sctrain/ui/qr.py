"""QR codes of addresses."""

from __future__ import annotations

import io

import segno
import streamlit as st


@st.cache_data(show_spinner=False, max_entries=64)
def picture(address: str) -> str:
    """The address as an SVG; empty where it is too long for a code."""
    out = io.BytesIO()
    try:
        code = segno.make(address, error="m")
    except segno.DataOverflowError:
        return ""
    code.save(out, kind="svg", scale=4, border=2, light="white", title="QR code of this view")
    return out.getvalue().decode()
