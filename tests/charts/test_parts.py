"""The pieces that every chart is put together from."""

import pytest

from sctrain.charts.parts import drawing, layer, pixel
from sctrain.charts.theme import LIGHT

from .made import check, svg


def spoken(title):
    """What a mark with a tip of this title tells a screen reader."""
    mark = layer({"type": "rect", "x": 0, "x2": 9, "y2": 9}, tip={"city": title}, y=pixel("y"))
    chart = drawing(LIGHT, "One", "One.", [{"city": "Évora", "y": 1}], [mark], (40, 40), signals={})
    check(chart)
    return svg(chart, 358)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("city", "city Évora"),
        ("mayor's city", "mayor's city Évora"),
        ('the "city"', "the &quot;city&quot; Évora"),
        ("a\\b", "a\\b Évora"),
        ("' + datum.y + '", "' + datum.y + ' Évora"),
    ],
)
def test_a_tip_is_told_as_it_is_written_whatever_stands_in_its_title(title, said):
    assert said in spoken(title)
