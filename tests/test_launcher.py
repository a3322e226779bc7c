"""What the launcher sets before the first browser comes."""

import importlib

from streamlit.runtime.app_session import AppSession


def test_no_files_are_watched_for_a_browser_that_comes_back():
    importlib.import_module("app")
    assert AppSession.register_file_watchers(None) is None  # Streamlit's own would look for a watcher in it
