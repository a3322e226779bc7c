"""The launcher: `streamlit run app.py`, `python app.py` and `uvicorn app:app` all start sctrain."""

import streamlit as st

from sctrain.room import doors


def own_address() -> str:
    """The address that this server's settings name."""
    host = st.get_option("server.address") or "127.0.0.1"
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{st.get_option('server.port')}"


lifespan = doors.opening(own_address)
app = st.App(
    "sctrain/ui/shell.py",
    routes=doors.routes,
    middleware=doors.middleware,
    exception_handlers=doors.handlers,
    lifespan=lifespan,
)

if __name__ == "__main__":
    app.run()
