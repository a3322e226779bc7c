"""The launcher: `streamlit run app.py`, `python app.py` and `uvicorn app:app` all start sctrain."""

import streamlit as st
from streamlit.runtime.app_session import AppSession

from sctrain.room import doors
from sctrain.room.opening import Opening
from sctrain.ui.warm import warm

if st.get_option("server.fileWatcherType") == "none":
    # Streamlit heeds this as a session begins, but not as a browser comes back (streamlit#8738): then it looks where
    # each of 3000 modules is, 0.4 s in which nobody is answered, and again whenever one more has been loaded.
    AppSession.register_file_watchers = lambda self: None  # type: ignore[method-assign]  # noqa: ARG005


def own_address() -> str:
    """The address that this server's settings name."""
    host = st.get_option("server.address") or "127.0.0.1"
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{st.get_option('server.port')}"


opening = Opening(own_address, warm)
app = st.App(
    "sctrain/ui/shell.py",
    routes=doors.routes,
    middleware=[*doors.middleware, *opening.middleware],
    exception_handlers=doors.handlers,
    lifespan=opening.lifespan,
)

if __name__ == "__main__":
    app.run()
