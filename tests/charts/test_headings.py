"""Names over the columns of a heat map."""

import pytest

from sctrain.charts.headings import Headings
from sctrain.charts.parts import layer, pixel, words
from sctrain.charts.rows import Rows
from sctrain.charts.theme import LIGHT

from .made import check, marks, svg, texts

TOWNS = ("Small towns", "Medium cities", "Large cities", "Regions and suburbs of large cities")


def drawn(names, **options):
    """A chart of one row under these headings."""
    heads = Headings(LIGHT, names, **options)
    rows = Rows(LIGHT, ["Budgets"], above=heads.heights)
    data = rows.place([{"competency": "b"}])
    cells = layer(words(LIGHT), "rows", x=pixel("wide"), y=pixel("y"), text={"value": "cell"})
    return rows.draw("Columns", "Columns.", data, [cells, *heads.layers(rows)], signals=heads.signals)


def seen(width, names, **options):
    return [text.whole.replace("\xa0", " ") for text in texts(svg(drawn(names, **options), width))]


def test_the_layers_are_valid_vega_lite():
    check(drawn(TOWNS, counts=["n 4"] * 4, notes=["new"] * 4, within=100))


def test_wide_columns_have_words_and_narrow_ones_letters_with_a_key():
    assert set(TOWNS) <= set(seen(1200, TOWNS))
    assert not {"A", "B", "C", "D"} & set(seen(1200, TOWNS))
    narrow = seen(358, TOWNS)
    assert {"A", "B", "C", "D"} <= set(narrow)
    assert any("B Medium cities; C Large cities" in text for text in narrow)


def test_notes_end_words_and_key_and_counts_stand_under_words_and_letters():
    options = {"notes": ["old", "new", "new", "new"], "counts": ["n 1", "n 2", "n 3", "n 4"]}
    assert {"Small towns old", "n 1", "n 4"} <= set(seen(1200, TOWNS, **options))
    narrow = seen(358, TOWNS, **options)
    assert {"A", "n 1", "n 4"} <= set(narrow)
    assert any("A Small towns, old; B Medium cities, new" in text for text in narrow)


def test_what_needs_more_room_than_there_is_stands_in_two_storeys_with_a_line_to_its_column():
    one, two = (Headings(LIGHT, TOWNS, within=within) for within in (1000, 100))
    assert (two.needed, two.heights[0]) == (one.needed / 2, 2 * one.heights[0])
    assert two.heights[1] == one.heights[1]
    assert [len(marks(drawn(TOWNS, within=within), "rule")) for within in (1000, 100)] == [0, 1]
    tops = {text.whole: text.top for text in texts(svg(drawn(TOWNS, within=100), 1200))}
    assert tops["Medium cities"] == tops["Regions and suburbs of large cities"] < tops["Large cities"]


def test_after_z_letters_are_numbers():
    assert {"A", "Z", "27", "28"} <= set(seen(358, [f"Town number {i}" for i in range(28)]))


@pytest.mark.parametrize("counts", [(), []])
def test_without_names_there_are_no_headings(counts):
    heads = Headings(LIGHT, (), counts=counts)
    assert (heads.heights, heads.signals["cell"]) == ((0, 0), "(finish - begin) / 1")
