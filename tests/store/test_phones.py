"""What phones send: in any order, twice or late, one answer stands; withdrawn, nothing does."""

import pytest
from databases import address, examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live import LIVE, answer, live_store, row, undone
from sqlalchemy import func, select, text

from sctrain import forms
from sctrain.catalogue import Catalogue
from sctrain.errors import InputError, StoreError
from sctrain.forms import Filled
from sctrain.store import phones, queries, setup
from sctrain.store.engine import open_store, writing
from sctrain.store.schema import answer as answers
from sctrain.store.schema import draft, ordering
from sctrain.store.write import NewEvent, add_event, new_event

OFTEN = settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def live(tmp_path):
    with live_store(tmp_path) as found:
        yield found


@pytest.fixture
def writes(live):
    with writing(live.engine) as connection:
        yield connection


def form_of(connection):
    return phones.form_of(connection, "live")


def standing(connection, me="me"):
    """The card of somebody's standing answer, or None."""
    held = phones.own(connection, form_of(connection), me).answer
    return held and held.card(LIVE.codes)


def rows(connection, table):
    return connection.scalar(select(func.count()).select_from(table))


# One phone: under each edit it drafts a card, and may send it. What is sent of an edit is newer than its draft.
CARDS = {1: "54....", 2: "55....", 3: "55....", 4: "1.1.1.", 5: "54...."}
MESSAGES = [(edit, kind) for edit in CARDS for kind in ("draft", "send")]
ARRIVING = st.lists(st.sampled_from([*MESSAGES, *MESSAGES, "close", "withdraw"]), max_size=14)


class Phone:
    """What should be held of one phone, told from the order in which its messages arrive."""

    def __init__(self):
        self.top, self.answer, self.closed, self.withdrawn = None, None, False, False

    def receive(self, edit, kind):
        card = CARDS[edit]
        if self.withdrawn:
            return "withdrawn"
        if self.top and (edit, kind) <= self.top:  # "draft" < "send"
            said_last = self.top[1] == kind and CARDS[self.top[0]] == card
            return "same" if said_last or (kind == "send" and self.answer == card) else "older"
        if self.closed:
            return "closed"
        self.top = edit, kind
        self.answer = card if kind == "send" else self.answer
        return "kept"


@OFTEN
@given(ARRIVING)
def test_in_whatever_order_things_arrive_one_answer_stands_with_the_newest_that_was_acknowledged(live, arriving):
    phone = Phone()
    with undone(live.engine) as connection:
        for message in arriving:
            before, version = phone.answer, queries.data_version(connection)
            if message == "close":
                phone.closed = True
                setup.put(connection, "live", closed=True)
            elif message == "withdraw":
                assert phones.withdraw(connection, "live", "me") == bool(phone.top)
                phone.top, phone.answer, phone.withdrawn = None, None, True
            else:
                assert deliver(connection, live, *message).state == phone.receive(*message)
            assert standing(connection) == phone.answer
            assert queries.cards(connection, ["live"]).n == (phone.answer is not None)
            assert queries.data_version(connection) == version + (before != phone.answer)
        if phone.withdrawn:
            assert rows(connection, answers) == 0
            versions = range(1, queries.data_version(connection) + 1)
            assert [queries.cards(connection, ["live"], v).n for v in versions] == [0] * len(versions)


def deliver(connection, live, edit, kind):
    form = form_of(connection)
    if kind == "draft":
        return phones.save_draft(connection, live.phone, form, "me", edit, CARDS[edit])
    return phones.send(connection, live.phone, form, "me", edit, Filled(marks=row(CARDS[edit])))


@OFTEN
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(MESSAGES)), max_size=12))
def test_people_do_not_disturb_each_other(live, arriving):
    people = {me: Phone() for me in "xyz"}
    with undone(live.engine) as connection:
        form = form_of(connection)
        for me, (edit, kind) in arriving:
            if kind == "send":
                phones.send(connection, live.phone, form, me, edit, Filled(marks=row(CARDS[edit])))
                people[me].receive(edit, kind)
        assert {me: standing(connection, me) for me in "xyz"} == {me: phone.answer for me, phone in people.items()}


def test_a_draft_is_in_no_cards_and_comes_back_to_its_own_phone_alone(writes, live):
    form = form_of(writes)
    assert phones.save_draft(writes, live.phone, form, "me", 1, '{"i0": "5"}').state == "kept"
    assert queries.cards(writes, ["live"]).n == 0
    assert phones.own(writes, form, "me") == phones.Own("open", 1, '{"i0": "5"}')
    assert phones.own(writes, form, "you") == phones.Own("none", 0)
    assert phones.counts(writes, "live") == {"sent": 0, "begun": 1}


def test_a_draft_of_a_correction_is_newer_than_the_answer_that_still_stands(writes, live):
    deliver(writes, live, 1, "send")
    deliver(writes, live, 2, "draft")
    held = phones.own(writes, form_of(writes), "me")
    assert (held.state, held.edit, held.draft, held.answer.card(LIVE.codes)) == ("open", 2, CARDS[2], CARDS[1])
    assert phones.counts(writes, "live") == {"sent": 1, "begun": 0}


def test_an_answer_that_arrived_is_acknowledged_again_after_a_later_draft(writes, live):
    deliver(writes, live, 1, "send")
    deliver(writes, live, 2, "draft")
    again = deliver(writes, live, 1, "send")
    assert (again.state, again.edit, again.held) == ("same", 2, True)


def test_the_same_answer_under_a_newer_edit_makes_no_new_data_version(live):
    assert answer(live, "me", "54....", 1).state == "kept"
    with live.engine.connect() as connection:
        before = queries.data_version(connection)
    again = answer(live, "me", "54....", 2)
    assert (again.state, again.edit) == ("kept", 2)
    with live.engine.connect() as connection:
        assert queries.data_version(connection) == before
        assert rows(connection, answers) == 1


def test_the_same_card_for_other_competencies_is_another_answer(live):
    answer(live, "me", "54....", 1)
    asked = LIVE.model_dump(mode="json", exclude_defaults=True)
    asked["competency"] = [{"code": c, "label": c} for c in ("c", "b", "a")]
    with writing(live.engine) as connection:
        new_event(connection, NewEvent("live", "A live room", threshold=3), Catalogue.model_validate(asked))
        form = phones.form_of(connection, "live")
        phones.send(connection, live.phone, form, "me", 2, Filled(marks={("i", "c"): "5", ("l", "c"): "4"}))
        told = phones.own(connection, form, "me").answer.marks
        assert told == {("i", "c"): "5", ("l", "c"): "4"}
        assert queries.replaced(connection, ["live"]) == 1


def test_a_closed_event_takes_nothing_new_but_acknowledges_what_it_holds(live):
    """Even where the phone's form was read before it was closed."""
    answer(live, "me", "54....", 1)
    with writing(live.engine) as connection:
        form = form_of(connection)
        setup.put(connection, "live", closed=True)
        assert not form.closed
        assert form_of(connection).closed
        filled = Filled(marks=row("54...."))
        assert phones.send(connection, live.phone, form, "me", 1, filled) == phones.Receipt("same", 1)
        assert phones.send(connection, live.phone, form, "me", 2, filled) == phones.Receipt("closed", 1)
        assert phones.send(connection, live.phone, form, "new", 1, filled) == phones.Receipt("closed", 0)
        assert phones.save_draft(connection, live.phone, form, "new", 1, "x") == phones.Receipt("closed", 0)
        assert phones.counts(connection, "live") == {"sent": 1, "begun": 0}
        assert phones.withdraw(connection, "live", "me")


def test_withdrawing_erases_every_version_and_frozen_ones_no_longer_count_the_person(live):
    for me in ("me", "you"):
        for edit, card in CARDS.items():
            answer(live, me, card, edit)
    with writing(live.engine) as connection:
        frozen = queries.data_version(connection)
        assert [queries.cards(connection, ["live"], v).n for v in (frozen, frozen - 1)] == [2, 2]
        assert phones.withdraw(connection, "live", "me")
        assert [queries.cards(connection, ["live"], v).n for v in (frozen, frozen - 1, None)] == [1, 1, 1]
        assert queries.data_version(connection) == frozen + 1
        assert phones.own(connection, form_of(connection), "me") == phones.Own("withdrawn", 5)
        assert connection.scalars(select(draft.c.content).where(draft.c.state == "withdrawn")).all() == [""]
        assert not phones.withdraw(connection, "live", "me")
        assert queries.data_version(connection) == frozen + 1


def test_what_arrives_after_a_withdrawal_is_refused_even_if_it_is_the_first_that_arrives(live):
    with writing(live.engine) as connection:
        setup.put(connection, "live", shortlist=("u", "v"), round="before")
        assert not phones.withdraw(connection, "live", "me")
    assert answer(live, "me", edit=9).state == "withdrawn"
    with writing(live.engine) as connection:
        assert phones.save_draft(connection, live.phone, form_of(connection), "me", 10, "x").state == "withdrawn"
        assert phones.put_in_order(connection, live.phone, "live", "me", ["u", "v"]).state == "withdrawn"
        assert [rows(connection, table) for table in (answers, ordering)] == [0, 0]
        assert phones.counts(connection, "live") == {"sent": 0, "begun": 0}


def test_nobody_withdraws_from_an_event_that_there_is_not(writes):
    with pytest.raises(StoreError, match="no event 'nowhere'"):
        phones.withdraw(writes, "nowhere", "me")


def test_dont_know_is_kept_apart_from_not_answered_and_comes_back(live):
    answer(live, "me", "5?.?..", 1, replies={"long": ("day",)})
    with live.engine.connect() as connection:
        held = phones.own(connection, form_of(connection), "me").answer
        assert held.marks == row("5?.?..")
        assert held.replies == {"long": ("day",)}
        stored = connection.execute(select(answers.c.ratings, answers.c.replies)).one()
        assert tuple(stored) == ("5.....", "dont_know_level=a+b;long=day")
        cards = queries.cards(connection, ["live"])
        assert cards.pairs[:, 0].tolist() == [5 * 6, 0, 0]
        long = queries.replies(connection, ["live"], None, ["long"])["long"]
        assert long.values == ("day",)


def test_all_that_somebody_filled_in_comes_back(live):
    filled = Filled(
        {"role": ("head",), "discipline": ("art", "it"), "country": ("pt",)},
        row("51?..2"),
        {"long": ("week",), "mix": ("age", "sex")},
        3,
    )
    with writing(live.engine) as connection:
        phones.send(connection, live.phone, form_of(connection), "me", 1, filled)
        assert phones.own(connection, form_of(connection), "me").answer == filled
        profile = queries.cards(connection, ["live"]).profile
        assert {name: profile[name].values for name in ("role", "discipline", "country", "table")} == {
            "role": ("head",),
            "discipline": ("art+it",),
            "country": ("pt",),
            "table": ("3",),
        }


def test_an_empty_form_is_no_answer(writes, live):
    with pytest.raises(InputError, match="the form is empty"):
        phones.send(writes, live.phone, form_of(writes), "me", 1, Filled(table=3))


@pytest.mark.parametrize("me", ["", "x" * 101, "a\nb", "\ud800"])
def test_no_personal_code_is_nobody(writes, live, me):
    with pytest.raises(InputError, match="personal code"):
        phones.save_draft(writes, live.phone, form_of(writes), me, 1, "x")
    with pytest.raises(InputError, match="personal code"):
        phones.own(writes, form_of(writes), me)


@pytest.mark.parametrize("edit", [0, -1, 2**53 + 1, 2**80])
def test_an_edit_that_no_phone_counts_is_refused(writes, live, edit):
    with pytest.raises(InputError, match="an edit is a number from 1"):
        phones.save_draft(writes, live.phone, form_of(writes), "me", edit, "x")


@pytest.mark.parametrize("content", ["x" * 20_001, "\ud800", "a\x00b"])
def test_a_draft_that_is_no_form_is_refused(writes, live, content):
    with pytest.raises(InputError, match="a draft has at most"):
        phones.save_draft(writes, live.phone, form_of(writes), "me", 1, content)


def test_a_store_that_holds_nobody_tells_so_without_writing(tmp_path):
    engine = open_store(address(tmp_path, "bare"))
    add_event(engine, NewEvent("live", "A live room"), LIVE)
    with engine.connect() as connection:
        assert phones.own(connection, form_of(connection), "me") == phones.Own("none", 0)
        assert connection.scalar(text("SELECT count(*) FROM setting")) == 0
    engine.dispose()


def test_there_is_no_form_of_an_event_that_there_is_not(writes):
    with pytest.raises(StoreError, match="no event 'nowhere'"):
        phones.form_of(writes, "nowhere")


def orderings(connection):
    """Round and order that stand."""
    held = select(ordering.c.round, ordering.c.options).where(ordering.c.replaced_in.is_(None))
    return sorted(map(tuple, connection.execute(held)))


def test_a_short_list_is_put_in_order_once_a_round_and_can_be_put_anew(writes, live):
    def put(*options):
        return phones.put_in_order(writes, live.phone, "live", "me", options).state

    assert put("u", "v") == "closed"
    setup.put(writes, "live", shortlist=("u", "v"), round="before")
    before = queries.data_version(writes)
    assert [put("u", "v"), put("u", "v"), put("v", "u")] == ["kept", "same", "kept"]
    assert queries.data_version(writes) == before + 2
    setup.put(writes, "live", round="after")
    assert put("u", "v") == "kept"
    assert orderings(writes) == [("after", "u+v"), ("before", "v+u")]
    assert rows(writes, ordering) == 3
    setup.put(writes, "live", round="")
    assert put("v", "u") == "closed"
    assert phones.withdraw(writes, "live", "me")
    assert rows(writes, ordering) == 0


@pytest.mark.parametrize("options", [[], ["u"], ["u", "u"], ["u", "v", "w"], ["u", "x"], ["u+v"], [""]])
def test_an_order_names_each_entry_of_the_short_list_once(writes, live, options):
    setup.put(writes, "live", shortlist=("u", "v"), round="before")
    with pytest.raises(InputError, match="each entry of the short list once"):
        phones.put_in_order(writes, live.phone, "live", "me", options)


def test_an_open_round_without_a_short_list_takes_nothing(writes, live):
    setup.put(writes, "live", round="before")
    assert phones.put_in_order(writes, live.phone, "live", "me", [""]).state == "closed"


def test_the_fields_of_a_stored_answer_say_the_same_again(live):
    answer(live, "me", "5?.3..", 1, profile={"country": ("pt",)}, table=2)
    with live.engine.connect() as connection:
        held = phones.own(connection, form_of(connection), "me").answer
    assert forms.read(forms.fields_of(held, LIVE.codes), LIVE, LIVE.codes, str) == held
