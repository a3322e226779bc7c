"""The list of courses in the store: whole, replaced and never altered, shown as it was at any data version."""

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sctrain.errors import StoreError
from sctrain.frames.courses import OFFERED
from sctrain.store.courses import courses, put_courses
from sctrain.store.queries import data_version


def offered(*rows):
    """OFFERED of (course, hours, competencies)."""
    frame = pd.DataFrame(rows, columns=["course", "hours", "competencies"]).astype({"hours": "float"})
    blank = dict.fromkeys(("provider", "language", "method", "link"), "")
    return OFFERED.check(frame.assign(title=frame["course"], **blank))


FIRST = offered(("x", 12, "a+b"), ("y", None, "c"))
SECOND = offered(("x", 14, "a+b"), ("z", 3, ""))


def held(store, version=None):
    with store.connect() as connection:
        return courses(connection, "small", version)


def test_a_list_comes_back_as_it_was_given(store):
    done = put_courses(store, "small", FIRST, "list.csv")
    assert (done.added, done.corrected, done.unchanged) == (2, 0, 0)
    frame, origin = held(store)
    pd.testing.assert_frame_equal(frame, FIRST, check_dtype=False)
    assert origin == "list.csv"


def test_the_next_list_takes_its_place_and_the_old_version_still_shows_the_old_one(store):
    first = put_courses(store, "small", FIRST)
    second = put_courses(store, "small", SECOND)
    assert (second.added, second.corrected, second.unchanged) == (1, 1, 0)
    assert second.version == first.version + 1
    assert held(store)[0]["course"].tolist() == ["x", "z"]
    assert held(store, first.version)[0]["course"].tolist() == ["x", "y"]
    assert held(store, first.version - 1)[0].empty


def test_the_same_list_again_raises_no_data_version(store):
    version = put_courses(store, "small", FIRST).version
    again = put_courses(store, "small", FIRST)
    assert (again.unchanged, again.version) == (2, version)
    with store.connect() as connection:
        assert data_version(connection) == version


def test_a_catalogue_that_is_not_there_has_no_courses(store):
    with pytest.raises(StoreError, match="no catalogue 'other'"):
        put_courses(store, "other", FIRST)
    assert held(store)[0].empty


def test_the_database_itself_refuses_to_alter_a_list(store):
    put_courses(store, "small", FIRST)
    with pytest.raises(IntegrityError, match="never altered"), store.begin() as connection:
        connection.execute(text("UPDATE course_list SET content = '[]'"))
