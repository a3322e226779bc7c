"""Choices, words and lists of the Profiles page, and what the holder of a personal link is told."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from sctrain import numerals
from sctrain.analysis.profiles_choice import tries
from sctrain.charts.profiles import accent, profile_mix
from sctrain.errors import SctrainError
from sctrain.frames import PROFILE_MIX
from sctrain.profiles import Found, Person, find, of_person, selected
from sctrain.selection import Selection
from sctrain.ui import data, state, words
from sctrain.ui.background import Job
from sctrain.ui.base import Base
from sctrain.ui.controls import QUIET
from sctrain.ui.page import figure, finding, look, of_people

OFTEN = 0.7
"""Seconds from one look at the progress to the next."""
HIDE = "<style>.st-key-personal_state {display: none}</style>"
MAP = (
    "People who lean to the same lie near one another, and half of a profile’s people lie in its ellipse. An arrow "
    "points to those who lean most to its competency; long arrows tell profiles apart. Left and right have no "
    "meaning of their own."
)
WHY = (
    "Each number of profiles was tried. It is reliable where the full marks lie far right of the open ones, which "
    "show what comes out where there are no profiles, and where the smallest profile is large enough."
)
NEEDED = (
    "Profiles are shown when the same groups come out again and again in rooms of people drawn anew, when their "
    "people are closer together than chance makes them, and when each group is large enough to be shown. More "
    "answers help where there are groups; where everybody needs something of their own there are none, however "
    "many answer. The page **Compare** shows how groups differ that you name yourself."
)


def token() -> str:
    """What the URL says in `me`: of the holder of a personal link, in no link that sctrain makes."""
    with st.container(key="personal_state"):
        st.html(HIDE)
        return st.text_input("me", key="me", bind="query-params")


def looked_for(selection: Selection) -> Found | None:
    """The profiles of the selected people; None while they are worked out, or could not be: the page says so.

    While answers come in, those of an earlier data version are shown, and the rest of the page is of that version.
    """
    if _too_few(selection):
        return find(data.room(selection), selection)
    job = data.profiles(selection)
    if job.done:
        return _result(job)
    before = data.profiles_before(selection)
    if before is None:
        finding("Looking for groups of people who need the same …")
        _working(selection)
        st.caption(
            "This may take a minute. Look at the other pages meanwhile: it goes on, and is there when you return."
        )
        return None
    version, job = before
    _working(selection, f"Answers have changed since these profiles of data version {version}. ")
    state.remember(replace(selection, version=version), state.catalogue())
    return job.result()


def _too_few(selection: Selection) -> bool:
    """Whether no number of groups can be tried, so that there is nothing to wait for."""
    room = data.room(selection)
    return not tries(room.cards.heads(room.where(selection)), room.threshold)


def _result(job: Job) -> Found | None:
    try:
        return job.result()
    except SctrainError as error:
        finding("The profiles could not be worked out")
        st.error(str(error))
        st.write("In half a minute it will be tried again for who opens this page.")
        return None


@st.fragment(run_every=OFTEN)
def _working(selection: Selection, said: str = "") -> None:
    """How far it is; draws the page anew when it is done."""
    job = data.profiles(selection)
    if job.done:
        st.rerun()
    done, of = job.progress
    step = f"Trying numbers of groups: step {done} of {of} …" if of else "Reading the answers …"
    st.progress(done / of if of else 0.0, said + ("Waiting for another computation …" if job.waiting else step))


def holder(selection: Selection, found: Found, token: str) -> str | None:
    """Tell who holds a personal link which profile is closest to their answers, and return its letter."""
    if not token:
        return None
    who, own = data.holder(selection, token)
    letter = None if own is None else of_person(data.room(selection), selection, found, own)
    if who is None:
        st.warning("This personal link was altered, or comes from another sctrain. What is below is the same for all.")
    elif letter is None:
        st.info(_not_grouped(selection, found, who.event, own))
    else:
        name = names(found)[letter]
        st.success(
            f"**Your answers are closest to profile {letter}** ({name}). Only who has your link can see this line."
        )
    return letter


def _not_grouped(selection: Selection, found: Found, event: str, own: Person | None) -> str:
    """Why the holder of a link is in no profile."""
    if event not in selection.events:
        titles = {one.code: one.title for one in data.events()}
        return f"Your personal link is about {titles[event]}: choose it above to see which profile is yours."
    if own is None:
        return f"At data version {selection.version} you had not answered yet."
    if not selected(data.room(selection), selection, own):
        return "The filter above leaves your answers out. Take it off to see which profile is yours."
    if found.profiles.empty:
        return "There is no profile yet that your answers could be close to."
    return "You marked too few competencies to be in one of the profiles."


def names(found: Found) -> dict[str, str]:
    """Name by letter."""
    return dict(zip(found.profiles["profile"], found.profiles["name"], strict=True))


def people(found: Found) -> dict[str, int | None]:
    """How many people are in each profile; None where that is hidden."""
    n = zip(found.profiles["profile"], found.profiles["n"], strict=True)
    return {letter: None if pd.isna(count) else int(count) for letter, count in n}


def control(competencies: int) -> None:
    """How many competencies are shown."""
    shown = {"ten": "Show the ten that tell most", "all": f"Show all {competencies}"}
    state.choose_one("show", "Show", shown, "ten", width=270, **QUIET)


def choose(found: Found, own: str | None) -> str:
    """The profile looked at: the one chosen or clicked, else one's own, else the first."""
    options = {letter: f"Profile {letter}: {name}" for letter, name in names(found).items()}
    first = own if own in options else next(iter(options))
    return state.choose_one("profile", "Profile", options, first, width=520, **QUIET)


def base(found: Found, letter: str) -> Base:
    """What a figure about one profile stands on."""
    whole, n = of_people(state.current(), None), people(found)[letter]
    told = f"fewer than {data.threshold()} people" if n is None else f"n = {numerals.people(n)}"
    facts = {**whole.facts, "profile": letter, "people_of_the_profile": told.removeprefix("n = ")}
    return replace(whole, words=f"profile {letter}: {told} · out of {whole.words}", facts=facts)


def rules(found: Found, own: str | None) -> None:
    """By which answers people can tell their profile, a card for each."""
    st.caption("To lack something by 2 points is to mark its importance 2 points above one’s own level.")
    st.html(f'<div class="cards">{"".join(_card(found, letter, own) for letter in names(found))}</div>')


def _card(found: Found, letter: str, own: str | None) -> str:
    n, k = people(found)[letter], data.threshold()
    size = f"fewer than {k} people" if n is None else numerals.people(n)
    title = f"{letter}: {names(found)[letter]} ({size}{', yours' if letter == own else ''})"
    lines = "".join(f"<p>{escape(line)}</p>" for line in found.rules.get(letter, ()))
    edge = f"border-left-color: {accent(look(), letter)}"
    return f'<article class="card" style="{edge}"><h3>{escape(title)}</h3>{lines}</article>'


def who(found: Found, letter: str, base: Base) -> None:
    """Who is in a profile: the questions where it differs from everyone, the others on request."""
    mix = of(found.mix, letter)
    telling = _telling(mix)
    asked = [name for name in dict.fromkeys(mix["dimension"]) if name in words.dimensions_answered(mix)]
    others = [name for name in asked if name not in telling]
    if asked and not telling:
        st.write("No question about who people are sets this profile apart from everyone.")
    for name in telling:
        _mixed(mix, name, letter, base)
    if others and st.toggle(f"Show who is in it by {len(others)} more questions", key="more_questions"):
        for name in others:
            _mixed(mix, name, letter, base)


def _telling(mix: pd.DataFrame) -> list[str]:
    """The dimensions with an option whose share among everyone lies outside the interval of its share."""
    apart = (mix["share_all"] < mix["share_low"]) | (mix["share_all"] > mix["share_high"])
    return list(dict.fromkeys(mix.loc[apart & ~mix["suppressed"].astype(bool), "dimension"]))


def _mixed(mix: pd.DataFrame, name: str, letter: str, base: Base) -> None:
    one = words.of(mix, name)
    figure(f"in_{letter}_{name}", profile_mix, one, PROFILE_MIX, base=base, **words.mix_options(one, name))


def chosen(found: Found) -> int | None:
    """How many profiles there are; None for none."""
    return len(found.profiles) or None


def of(frame: pd.DataFrame, letter: str) -> pd.DataFrame:
    """The rows of one profile."""
    return frame[frame["profile"] == letter].reset_index(drop=True)


def rows(selection: Selection) -> dict[str, Any]:
    """What charts with a row for each competency are drawn with."""
    top = 10 if selection.show == "ten" else None
    return {"top": top, "marked": selection.competency, "labels": state.catalogue().labels, "k": data.threshold()}


def mapped(found: Found, own: str | None) -> dict[str, Any]:
    """What the map is drawn with."""
    short = {c.code: c.brief for c in state.catalogue().competency}
    return {"labels": short, "names": names(found), "own": own, "k": data.threshold()}
