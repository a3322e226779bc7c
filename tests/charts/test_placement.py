"""Labels of points that cover neither one another nor a point."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.charts.placement import around, box, free, place

AREA = (0.0, 0.0, 400.0, 300.0)
POINT = st.tuples(st.floats(0, 400), st.floats(0, 300))
SIZE = st.tuples(st.floats(10, 150), st.sampled_from([17.0, 34.0]))


def overlap(one, other):
    return min(one[2], other[2]) - max(one[0], other[0]) > 1e-6 and min(one[3], other[3]) - max(one[1], other[1]) > 1e-6


@settings(deadline=None)
@given(st.lists(st.tuples(POINT, SIZE), max_size=25))
def test_no_label_covers_another_or_a_point_or_leaves_the_area(labelled):
    points, sizes = [p for p, _ in labelled], [s for _, s in labelled]
    taken = [(100.0, 100.0, 200.0, 120.0), *map(around, points)]
    spots = place(points, sizes, AREA, taken)
    placed = [box(p, s, spot) for p, s, spot in zip(points, sizes, spots, strict=True) if spot]
    assert not any(overlap(label, other) for label in placed for other in taken)
    assert not any(overlap(label, other) for i, label in enumerate(placed) for other in placed[:i])
    assert all(x1 >= 0 and y1 >= 0 and x2 <= 400 and y2 <= 300 for x1, y1, x2, y2 in placed)


def test_a_lone_label_stands_at_the_upper_right_of_its_point():
    (spot,) = place([(200, 150)], [(80, 17)], AREA, [around((200, 150))])
    left, top, right, bottom = box((200, 150), (80, 17), spot)
    assert spot.align == "left"
    assert left > 200
    assert bottom < 150
    assert (right - left, bottom - top) == (80, 17)


def test_the_first_label_has_the_choice():
    room_for_one = (0.0, 0.0, 170.0, 17.0)
    near, far = ((5, 19), (150, 17)), ((9, 19), (150, 17))
    for first, second in ((near, far), (far, near)):
        points, sizes = zip(first, second, strict=True)
        assert [spot is not None for spot in place(points, sizes, room_for_one, [])] == [True, False]


def test_a_label_at_the_edge_turns_inwards():
    (spot,) = place([(395, 150)], [(80, 17)], AREA, [])
    assert spot.align == "right"


def test_a_line_is_crossed_only_where_nothing_else_is_left():
    point, size, line = (200, 150), (80, 17), (200.0, 130.0, 400.0, 150.0)
    (off,) = place([point], [size], AREA, [], [line])
    (over,) = place([point], [size], AREA, [], [AREA])
    assert not overlap(box(point, size, off), line)
    assert over is not None


def test_a_label_without_room_is_left_out():
    assert place([(5, 5)], [(80, 17)], (0.0, 0.0, 60.0, 60.0), []) == [None]


def test_a_box_is_free_inside_the_area_and_off_what_is_taken():
    boxes = [(0.0, 0.0, 10.0, 10.0), (5.0, 5.0, 15.0, 15.0), (395.0, 0.0, 405.0, 10.0)]
    assert free(boxes, [(12.0, 12.0, 20.0, 20.0)], AREA).tolist() == [True, False, False]
    assert free(boxes[:1], [], AREA).tolist() == [True]
