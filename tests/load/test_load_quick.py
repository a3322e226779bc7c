"""What makes large files quick changes nothing of what is read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.load.mapping import Column, Mapping, Rating
from sctrain.load.reader import read_rows
from sctrain.load.text import fold

TEXTS = st.text(st.sampled_from("a1 \t\n\u00a0\u200b\ufeffé\x1f\x7f"), max_size=6)
RATING = (Rating(competency="a", importance="A"),)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTS)
def test_folding_is_the_same_with_and_without_the_short_way(text):
    seen = "".join(sign for sign in text if sign not in "\u200b\ufeff")
    assert fold(text) == " ".join(seen.split())


def test_rows_are_told_apart_by_their_text_only_where_nobody_is_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("who,A\nann,5\nbob,4\n,\nbob,4\n")
    unnamed = read_rows(path, Mapping(rating=RATING))
    named = read_rows(path, Mapping(respondent=Column(column="who"), rating=RATING))
    assert len(set(unnamed.key)) == 3
    assert named.key.size == 0
    some = unnamed.number > 2
    assert named.only(some).cells["who"].values().tolist() == ["bob", "bob"]
    assert unnamed.only(some).key.tolist() == unnamed.key.tolist()[1:]
    assert unnamed.number.tolist() == named.number.tolist() == [2, 3, 5]
