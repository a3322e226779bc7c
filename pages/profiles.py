"""Who needs the same? Profiles of participants, found in the survey itself."""

import streamlit as st

from sctrain.charts.profiles import profile_choice, profile_gaps
from sctrain.charts.profiles_heat import profiles_heat
from sctrain.charts.profiles_map import profiles_map
from sctrain.frames import PROFILE_CHOICE, PROFILE_MAP, PROFILE_NEEDS
from sctrain.ui import profiles
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

token, known = profiles.token(), catalogue()
if nobody(current()) or (found := profiles.looked_for(current())) is None:
    raise Done

finding(found.sentence)
own, rows = profiles.holder(current(), found, token), profiles.rows(current())
if profiles.chosen(found):
    profiles.control(len(known.codes))
    called = {"names": profiles.names(found), "people": profiles.people(found), "own": own}
    figure("profiles", profiles_heat, found.needs, PROFILE_NEEDS, pick="competency", **called, **rows)
    st.write(found.told)

    st.header("How to tell your profile", anchor="rules")
    profiles.rules(found, own)

    st.header("One profile: what it needs, and who is in it", anchor="one")
    letter = profiles.choose(found, own)
    base, needs = profiles.base(found, letter), profiles.of(found.needs, letter)
    figure(f"gaps_{letter}", profile_gaps, needs, PROFILE_NEEDS, pick="competency", base=base, **rows)
    profiles.who(found, letter, base)

    st.header("Which profiles are alike", anchor="map")
    st.write(profiles.MAP)
    figure("map", profiles_map, found.map, PROFILE_MAP, pick="profile", **profiles.mapped(found, own))
else:
    st.write(found.told)
    st.write(profiles.NEEDED)

if len(found.choice):
    st.header("Why so many profiles" if profiles.chosen(found) else "What was tried", anchor="why")
    st.write(profiles.WHY)
    figure("choice", profile_choice, found.choice, PROFILE_CHOICE, chosen=profiles.chosen(found))
