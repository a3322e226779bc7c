"""Logging in with an identity provider: only where it is configured, and only for who is listed."""

import pytest
from streamlit.testing.v1 import AppTest
from support import ROOT

from sctrain.store import access
from sctrain.store.engine import open_store

SECRETS = {
    "auth": {
        "redirect_uri": "http://localhost:8501/oauth2callback",
        "cookie_secret": "not a secret",
        "client_id": "sctrain",
        "client_secret": "not one either",
        "server_metadata_url": "https://login.example/.well-known/openid-configuration",
    },
    "sctrain": {"organisers": ["Ana@porto.example"]},
}


@pytest.fixture
def presenter(demo_url, monkeypatch):
    """The page Presenter, as somebody sees it who has or has not logged in."""
    monkeypatch.setenv("SCTRAIN_DB", demo_url)
    access.ensure_key(open_store(demo_url))

    def opened(secrets=SECRETS, **user):
        app = AppTest.from_file(str(ROOT / "sctrain" / "ui" / "shell.py"), default_timeout=60)
        for name, value in secrets.items():
            app.secrets[name] = value
        if user:
            app.user = {"is_logged_in": True, **user}
        app.run().switch_page(str(ROOT / "pages" / "present.py")).run()
        assert not app.exception
        return app

    return opened


def leads_to(app):
    return [link.proto.url for link in app.get("link_button") if link.proto.url.startswith("/enter/")]


def test_without_a_provider_there_is_nothing_to_log_in_with(presenter):
    app = presenter({})
    assert "log_in" not in [b.key for b in app.button]


def test_who_has_not_logged_in_is_offered_to(presenter):
    assert "log_in" in [b.key for b in presenter().button]


def test_a_listed_organiser_is_led_to_the_organisers_link(presenter, demo_url):
    (path,) = leads_to(presenter(email="ana@porto.example", email_verified=True))
    with open_store(demo_url).connect() as connection:
        found = access.read_link(connection, path.removeprefix("/enter/"))
    assert (found.role, found.event) == ("organiser", None)


@pytest.mark.parametrize(
    "user", [{"email": "eve@porto.example", "email_verified": True}, {"email": "ana@porto.example"}, {"name": "Ana"}]
)
def test_nobody_else_is(presenter, user):
    app = presenter(**user)
    assert leads_to(app) == []
    assert "not on the list of organisers" in " ".join(m.value for m in app.markdown)
