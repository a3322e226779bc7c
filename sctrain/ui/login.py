"""Logging in with an identity provider (OIDC), where `[auth]` is configured in Streamlit's secrets.

Who is on the list `organisers` in the secrets' `[sctrain]` gets an organiser's link; everybody else gets nothing.
"""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from sctrain.store import access
from sctrain.store.engine import writing
from sctrain.ui import data


def offer() -> None:
    """A button to log in, or the way on for who has; nothing where no provider is configured."""
    if not _configured():
        return
    if not st.user.get("is_logged_in", False):
        st.button("Log in as organiser", key="log_in", on_click=st.login)
    elif path := organiser_path(str(st.user.get("email", "")), bool(st.user.get("email_verified", False))):
        st.link_button("Go on as organiser", path)
    else:
        st.write(f"{st.user.get('email', 'This account')} is not on the list of organisers.")
        st.button("Log out", key="log_out", on_click=st.logout)


def organiser_path(email: str, verified: bool) -> str:
    """Where an organiser with this e-mail enters; `` for who is not on the list, or whose address is not verified."""
    listed = {str(one).casefold() for one in st.secrets.get("sctrain", {}).get("organisers", ())}
    if not verified or email.casefold() not in listed:
        return ""
    with writing(data.engine()) as connection:
        return f"/enter/{access.standing_link(connection, 'organiser', None)}"


def _configured() -> bool:
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False
