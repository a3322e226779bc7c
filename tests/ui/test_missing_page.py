"""The page Who is missing: the mix against the target, both orders, and ways on where there is no target."""

import json

import pyarrow as pa
import pytest
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.missing import store_target
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

KNOWN = read_catalogue()


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def drawn(app, place):
    chart = app.get("vega_lite_chart")[place]
    (rows,) = [pa.ipc.open_stream(data.data.data).read_all() for data in chart.proto.datasets]
    return rows.to_pylist()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_a_sentence_and_has_the_mix_and_both_orders(visit, theme):
    app = visit("missing", theme=theme)
    assert app.title[0].value.endswith(".")
    assert len(app.get("vega_lite_chart")) == len(app.dataframe) == 2
    assert all(len(chart.proto.alt) > 20 for chart in app.get("vega_lite_chart"))
    assert html(app).count("n = 60 people · everyone") == 2
    assert any("effective n = " in m.value for m in app.markdown)


def test_whom_the_target_leaves_out_and_whose_it_is_are_said(visit):
    captions = " ".join(caption.value for caption in visit("missing").caption)
    assert "828 European cities" in captions
    assert "keep their part: Town" in captions
    assert "not representative" in captions


def test_hidden_options_have_no_number_on_the_page(visit):
    rows = {row["option"]: row for row in drawn(visit("missing"), 0)}
    hidden = [row for row in rows.values() if row["suppressed"]]
    assert hidden
    for row in hidden:
        assert row["note"] == "hidden to protect fewer than 5"
        assert not row["people"]
        assert row["share"] is None


def test_another_measure_and_a_filter_come_by_the_url(visit):
    app = visit("missing", measure="gap", role="programme_manager.municipal_officer.head_of_department")
    assert "role: " in html(app)
    assert not app.exception


def test_without_a_target_the_page_says_how_to_give_one(visit, tmp_path, small):
    url = f"sqlite:///{tmp_path / 'none.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("held", "Held"), small)
    people = [(f"p{i}", "head" if i < 20 else "officer", "524252") for i in range(30)]
    add_answers(engine, "held", submissions(*people))
    app = visit("missing", url=url)
    assert app.title[0].value.startswith("Nobody has said whom")
    assert "sctrain target" in " ".join(code.value for code in app.code)
    file = tmp_path / "target.toml"
    file.write_text("[role]\nhead = 1\nofficer = 1\n")
    store_target(engine, "held", file)
    app = visit("missing", url=url)
    rows = {row["option"]: row for row in drawn(app, 0)}
    assert rows["officer"]["more"] == "5"
    assert (rows["head"]["weight"], rows["officer"]["weight"]) == ("0.75", "1.5")
    assert json.loads(app.get("vega_lite_chart")[1].proto.spec)


def test_a_target_for_a_question_that_nobody_answered_is_a_state_of_its_own(visit, tmp_path):
    url = f"sqlite:///{tmp_path / 'silent.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("held", "Held"), KNOWN)
    card = "52" * len(KNOWN.codes)
    add_answers(engine, "held", submissions(*((f"p{i}", "elected", card) for i in range(9))))
    assert visit("missing", url=url).title[0].value == "Nobody answered the questions that have a target"
