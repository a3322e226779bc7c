"""Personal links: whose a token is, that nobody else can make one, and where its holder is among the cards."""

import base64

import pandas as pd
import pytest
from databases import address
from support import submissions

from sctrain.catalogue import Catalogue
from sctrain.errors import SelectionError, StoreError
from sctrain.store import queries
from sctrain.store.engine import open_store
from sctrain.store.personal import Participant, make_token, own, place, read_token
from sctrain.store.write import NewEvent, add_answers, add_event

PEOPLE = {"ann": "514131", "bob": "......", "cid": "2244..", "dot": "12345."}


@pytest.fixture
def answered(store):
    """The store with four answers in `room`."""
    add_answers(store, "room", submissions(*((person, "head", card) for person, card in PEOPLE.items())))
    return store


def token_of(store, person, event="room"):
    with store.connect() as connection:
        return make_token(connection, event, person)


def holder(store, token):
    with store.connect() as connection:
        return read_token(connection, token)


def card_at(store, who, codes=("room",), version=None):
    """The pairs of marks that `cards` has at the participant's place, as their own cards do; None without one."""
    with store.connect() as connection:
        found, alone = place(connection, who, codes, version), own(connection, who, codes, version)
        cards = queries.cards(connection, codes, version)
    if found is None or alone is None:
        assert (found, alone) == (None, None)
        return None
    assert alone.pairs.T.tolist() == [cards.pairs[:, found].tolist()]
    for name, codes_ in alone.profile.items():
        assert codes_.values[codes_.code[0]] == cards.profile[name].values[cards.profile[name].code[found]]
    return [divmod(int(pair), cards.width) for pair in cards.pairs[:, found]]


def marks(card):
    """The pairs of marks of a card as it came, None for not answered."""
    found = [0 if mark == "." else int(mark) for mark in card]
    return list(zip(found[::2], found[1::2], strict=True))


@pytest.mark.parametrize("person", PEOPLE)
def test_a_token_leads_to_the_card_of_who_it_was_made_for(answered, person):
    who = holder(answered, token_of(answered, person))
    assert who.event == "room"
    assert card_at(answered, who) == marks(PEOPLE[person])


def test_the_token_of_a_person_is_always_the_same_and_of_two_people_never(answered):
    assert token_of(answered, "ann") == token_of(answered, "ann")
    assert len({token_of(answered, person) for person in PEOPLE}) == len(PEOPLE)


def test_the_id_that_came_with_the_survey_is_not_in_the_token(answered):
    add_answers(answered, "room", submissions(("somebody@example.org", "head", "543212")))
    payload = token_of(answered, "somebody@example.org").partition(".")[0]
    plain = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert b"room" in plain
    assert b"somebody" not in plain


@pytest.mark.parametrize(
    "altered",
    [
        lambda token: "",
        lambda token: "hello",
        lambda token: token[:-1],
        lambda token: token.swapcase(),
        lambda token: f"x{token}",
        lambda token: token.rpartition(".")[0],
        lambda token: base64.urlsafe_b64encode(b'["room","0123456789abcdef"]').decode().rstrip("=") + token[-28:],
    ],
    ids=["empty", "a word", "cut", "swapped", "longer", "unsigned", "another payload"],
)
def test_an_altered_token_is_nobody_s(answered, altered):
    assert holder(answered, altered(token_of(answered, "ann"))) is None


def test_a_token_of_another_store_is_nobody_s_here(answered, small, tmp_path):
    other = open_store(address(tmp_path, "other"))
    add_event(other, NewEvent("room", "A room"), small)
    assert holder(other, token_of(answered, "ann")) is None
    add_answers(other, "room", submissions(("ann", "head", "514131")))
    assert holder(other, token_of(answered, "ann")) is None
    assert holder(other, token_of(other, "ann")) is not None


def test_who_did_not_answer_has_no_link(answered, small):
    with pytest.raises(SelectionError, match="no participant of 'room' called 'eve'"):
        token_of(answered, "eve")
    with pytest.raises(StoreError, match="there is no event 'nowhere'"):
        token_of(answered, "ann", "nowhere")
    add_event(answered, NewEvent("other", "Another"), small)
    with pytest.raises(SelectionError, match="no participant of 'other' called 'ann'"):
        token_of(answered, "ann", "other")


def test_a_store_without_answers_makes_no_token_and_is_left_as_it_was(store):
    for _ in range(2):
        with pytest.raises(StoreError, match="no answers yet"):
            token_of(store, "ann")


def test_a_token_stays_with_the_person_when_the_answer_is_corrected_and_old_versions_have_the_old_card(answered):
    token = token_of(answered, "ann")
    with answered.connect() as connection:
        before = queries.data_version(connection)
    add_answers(answered, "room", submissions(("ann", "officer", "111111"), ("eve", "head", "333333")))
    assert token_of(answered, "ann") == token
    who = holder(answered, token)
    assert card_at(answered, who) == marks("111111")
    assert card_at(answered, who, version=before) == marks(PEOPLE["ann"])
    assert card_at(answered, holder(answered, token_of(answered, "eve")), version=before) is None


def test_places_are_right_across_events_and_questionnaires(answered, small):
    four = small.model_dump() | {"competency": [*small.model_dump()["competency"], {"code": "d", "label": "D"}]}
    add_event(answered, NewEvent("later", "Later"), Catalogue.model_validate(four))
    more = {"ann": "11111111", "zoe": "55443322"}
    add_answers(answered, "later", submissions(*((person, "head", card) for person, card in more.items())))
    add_answers(answered, "room", pd.concat([submissions(("bob", "head", "44332211"))]))
    both = ("room", "later")
    for event, person, card in [
        ("room", "ann", PEOPLE["ann"] + ".."),
        ("room", "bob", "44332211"),
        ("later", "ann", more["ann"]),
        ("later", "zoe", more["zoe"]),
    ]:
        who = holder(answered, token_of(answered, person, event))
        assert card_at(answered, who, both) == marks(card)
    assert card_at(answered, holder(answered, token_of(answered, "zoe", "later"))) is None


def test_nobody_is_at_no_place(answered):
    assert card_at(answered, Participant("room", "0" * 16)) is None
