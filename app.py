"""The launcher: `streamlit run app.py`, `python app.py` and `uvicorn app:app` all start sctrain."""

import streamlit as st

app = st.App("sctrain/ui/shell.py")

if __name__ == "__main__":
    app.run()
