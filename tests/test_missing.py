"""Who is missing against a target, weights past the gate, and targets from files."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from sctrain import missing, views
from sctrain.__main__ import main
from sctrain.analysis import weights as analysis
from sctrain.catalogue import Catalogue, from_json, read_catalogue
from sctrain.demo import demo_batches
from sctrain.errors import CatalogueError, SctrainError
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

KNOWN = read_catalogue()
DEMO = Selection(("demo",))


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A store of one demo room of so many people."""

    def of(people=60, known=KNOWN):
        url = f"sqlite:///{tmp_path / 'missing.db'}"
        monkeypatch.setenv("SCTRAIN_DB", url)
        engine = open_store(url)
        add_event(engine, NewEvent("demo", "Demo", is_demo=True), known)
        add_answers(engine, "demo", demo_batches(known, people)[0])
        return engine

    return of


@pytest.fixture
def target(tmp_path):
    def written(text):
        file = tmp_path / "target.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return written


def run(*args):
    return CliRunner().invoke(main, [str(a) for a in args], catch_exceptions=False, standalone_mode=False).output


def test_the_catalogue_s_own_target_is_the_828_european_cities():
    known = KNOWN.dimensions["city_size"]
    assert sum(known.target.values()) == 828
    assert known.target_shares["s"] == pytest.approx(410 / 828)
    assert "town" not in known.target
    assert "Dijkstra" in known.target_source
    assert from_json(KNOWN.to_json()) == KNOWN


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"village": 1}, "city_size.target: 'village' is not one of"),
        ({"s": 0, "m": 0}, "every weight is 0"),
        ({"s": -1}, "greater than or equal to 0"),
        ({"s": float("inf")}, "finite"),
    ],
)
def test_a_catalogue_with_a_target_that_means_nothing_is_refused(table, says):
    whole = KNOWN.model_dump(mode="json")
    for dimension in whole["dimension"]:
        if dimension["code"] == "city_size":
            dimension["target"] = table
    with pytest.raises(ValueError, match=says):
        Catalogue.model_validate(whole)


def test_the_demo_room_has_towns_outside_and_each_number_past_the_gate(made):
    room = views.read(made(), DEMO)
    met = missing.meet(room, DEMO)
    rows = met.missing.set_index("option")
    assert rows.loc["town", "kind"] == "outside"
    assert rows.loc["global", "kind"] == "nobody"
    shown = rows[~rows["suppressed"].astype(bool)]
    assert ((shown["n"] == 0) | (shown["n"] >= room.threshold)).all()
    hidden = rows[rows["suppressed"].astype(bool)]
    assert len(hidden)
    assert hidden[["n", "share", "share_low", "missing", "weight", "reached"]].isna().all(axis=None)
    assert rows["reached"].dropna().le(1).all()
    assert rows.loc["s", "weight"] * rows.loc["s", "n"] / rows.loc["s", "reached"] == pytest.approx(
        rows.loc["s", "n"] / rows.loc["s", "share"]
    )


def test_weighted_gaps_are_weighted_means(made):
    room = views.read(made(), DEMO)
    met = missing.meet(room, DEMO)
    pairs, each = room.cards.pairs.astype(int), met.weights.each
    gap, both = pairs // 6 - pairs % 6, analysis.complete(room.cards)
    frame = met.weighted.set_index("competency")
    for c, code in enumerate(KNOWN.codes):
        shown = frame.loc[code, "gap_weighted"]
        assert np.isnan(shown) or shown == pytest.approx(np.average(gap[c, both[c]], weights=each[both[c]]))
    assert frame["gap_weighted"].notna().sum() > 20


def test_two_targets_rake_city_sizes_and_clusters_together(made, target):
    engine = made(600)
    missing.store_target(engine, "demo", target("[cluster]\nseaside = 1\nhillside = 1\nlowland = 1\n"))
    met = missing.meet(views.read(engine, DEMO), DEMO)
    assert [m.dimension for m in met.weights.margins] == ["city_size", "cluster"]
    clusters = met.missing[met.missing["dimension"] == "cluster"].set_index("option")
    assert clusters.loc[["seaside", "hillside", "lowland"], "reached"].tolist() == pytest.approx([1 / 3] * 3, abs=1e-6)
    assert clusters.loc["lakeside", "kind"] == "outside"
    assert met.weights.each.sum() == pytest.approx(600)


@pytest.mark.parametrize("people", [25, 60, 61, 140])
def test_the_weighted_sum_tells_no_cell_of_too_few_people(made, target, people):
    engine = made(people)
    missing.store_target(engine, "demo", target("[cluster]\nseaside = 3\nhillside = 1\n"))
    room = views.read(engine, DEMO)
    met = missing.meet(room, DEMO)
    answered = analysis.complete(room.cards)
    gated = {m.dimension: views.counts(room, replace(DEMO, by=m.dimension)) for m in met.weights.margins}
    cells = np.unique(met.weights.cell)
    for c, row in enumerate(met.weighted.itertuples()):
        if np.isnan(row.gap_weighted) or not met.weights.margins:
            continue
        n = np.array([(met.weights.cell[answered[c]] == cell).sum() for cell in cells])
        known = [np.ones(len(cells)), [met.weights.each[met.weights.cell == cell].mean() for cell in cells]]
        for m in met.weights.margins:
            for u, unit in enumerate(m.units):
                if len(unit) == 1 and not gated[m.dimension].hidden[gated[m.dimension].groups.index(unit[0]), c]:
                    known.append([float((m.unit[met.weights.cell == cell] == u).all()) for cell in cells])
        shown = np.array(known)[:, n > 0]
        for i, few in enumerate(n[n > 0]):
            alone = np.eye(shown.shape[1])[i]
            found = np.linalg.lstsq(shown.T, alone, rcond=None)[0]
            assert few >= 5 or not np.allclose(shown.T @ found, alone, atol=1e-5)


def test_a_number_that_would_be_told_is_hidden():
    """Of two groups, one with two answers: both sums follow from the total and the weighted total."""
    unit = np.repeat([0, 1], [20, 20])
    weights = analysis.weigh([analysis.Margin("x", (("a",), ("b",)), unit, np.array([0.7, 0.3]))], 40)
    answered = np.array([[True] * 40, [True] * 22 + [False] * 18])
    shown = [np.array([[False, True], [False, True]])]
    assert analysis.told(weights, answered, shown, 5).tolist() == [False, True]


def test_an_event_keeps_another_target_and_a_dimension_that_is_not_named_keeps_its_own(made, target):
    engine = made()
    told = run("target", target('source = "Two towns"\n[region]\nES51 = 2\nPT11 = 2\n'))
    assert "region: ES51 50" in told
    assert "s 50" in told.splitlines()[0]
    with engine.connect() as connection:
        kept = queries.catalogue_of(connection, KNOWN.code)
    assert kept.dimensions["region"].target_shares == {"ES51": 0.5, "PT11": 0.5}
    assert kept.dimensions["region"].target_source == "Two towns"
    assert kept.dimensions["city_size"].target == KNOWN.dimensions["city_size"].target


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[city_size]\nvillage = 3\n", "village"),
        ("[shoes]\ns = 3\n", "no such dimension; there are: role"),
        ("[city_size]\ns = 'many'\n", "valid number"),
        ("[city_size\n", "TOML"),
        ("[city_size]\ns = 0\n", "every weight is 0"),
    ],
)
def test_a_target_that_cannot_be_used_is_refused_and_nothing_is_kept(made, target, text, says):
    engine = made()
    with engine.connect() as connection:
        before = queries.data_version(connection)
    with pytest.raises(CatalogueError, match=says):
        run("target", target(text))
    with engine.connect() as connection:
        assert queries.data_version(connection) == before


def test_an_empty_table_takes_a_target_away_and_then_the_command_says_there_is_none(made, target):
    made()
    assert "no target any more" in run("target", target("[city_size]\n"))
    with pytest.raises(SctrainError, match="sctrain target FILE"):
        run("missing")


def test_the_command_prints_the_numbers_of_the_page(made):
    engine = made()
    told = json.loads(run("missing", "--format", "json"))
    met = missing.meet(views.read(engine, DEMO), DEMO)
    assert (told["sentence"], told["weighted"]) == (met.sentence, met.told)
    assert [row["n"] for row in told["rows"]] == [None if n != n else n for n in met.missing["n"].astype(float)]
    assert "rank_weighted" in run("missing")


def test_a_filter_leaves_weights_of_its_people_only(made):
    room = views.read(made(200), DEMO)
    selection = replace(DEMO, measure="gap").where("discipline", ["ict", "management"])
    met = missing.meet(room, selection)
    assert len(met.weights.each) == room.where(selection).sum()
    assert met.weights.each.sum() == pytest.approx(room.where(selection).sum())
