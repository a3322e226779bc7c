"""What a report says of the programme that the organiser has saved."""

from dataclasses import replace

from sctrain import programme, receipts
from sctrain.report import about_programme
from sctrain.report.about_saved import saved
from sctrain.report.document import Bullets, Heading, Text
from sctrain.report.sources import open_sources
from sctrain.selection import Selection
from sctrain.store import programmes
from sctrain.store.access import ensure_key, standing_link
from sctrain.store.backup import backup
from sctrain.store.engine import open_store, writing
from sctrain.store.programmes import Draft, Line


def of_saved(url):
    sources = open_sources(open_store(url), Selection(("demo",), by="role"))
    view = about_programme.planned(sources)
    return list(saved(sources, view, programme.form(sources.of_event, sources.table_room, sources.replies, view)))


def test_a_saved_programme_comes_first_as_it_was_edited(demo_url, tmp_path):
    url = f"sqlite:///{tmp_path / 'own.db'}"
    backup(open_store(demo_url), tmp_path / "own.db")
    engine = open_store(url)
    ensure_key(engine)
    with writing(engine) as connection:
        token = standing_link(connection, "organiser", None)
    assert of_saved(url) == []
    heard = receipts.read(engine, Selection(("demo",), by="role"))
    module = next(module for module in heard.catalogue.modules if module.code == "joined_data")
    kept = receipts.shown(receipts.evidence(heard, {module.code: module.competencies}))[module.code]
    older = [replace(piece, value="0.1") if piece.kind == "gap" else piece for piece in kept]
    written = {"locked": True, "note": "ask Porto", "evidence": tuple(older)}
    lines = (Line(module.code, "Bring our registers together", 12, **written), Line("form_duration"))
    programmes.save(engine, token, "demo", Draft({"hours": "24"}, lines), 0)
    title, size, bullets = of_saved(url)
    assert title == Heading("As the organiser saved it", 2)
    assert isinstance(size, Text)
    assert "Version 1, saved on" in size.text
    assert "1 module of 12 hours together" in size.text
    assert isinstance(bullets, Bullets)
    edited, duration = bullets.items
    assert edited.startswith("Joined-up data (12 hours, locked in): Bring our registers together. Note: ask Porto.")
    assert "⚑ evidence changed: gap of" in edited
    assert "pieces of its evidence changed since" in size.text
    assert duration.startswith("Training duration: About three months, part time.")
