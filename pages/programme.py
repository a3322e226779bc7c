"""Which modules, within how many hours, in which form, and on what evidence?"""

import streamlit as st

from sctrain.charts.programme import programme_rows
from sctrain.charts.programme_curve import programme_curve, programme_falls
from sctrain.charts.programme_form import form_rows
from sctrain.frames import CURVE, FALLS, FORM, MODULES
from sctrain.ui import data, drafting, programme
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, numbers
from sctrain.ui.state import catalogue, current

selection = current()
if programme.nothing(selection):
    raise Done

found, sure = programme.read(selection)
finding(programme.headline(found))
programme.controls(selection, found)
programme.ways_on(selection, found)
base, rows = programme.base(selection, found), programme.rows(selection, found, sure)
figure("programme", programme_rows, found.modules, MODULES, pick="line", base=programme.of_rooms(base, sure), **rows)
programme.notes(selection, found, sure)

st.header("What more hours buy, and what falls off with fewer", anchor="curve")
other, planning = programme.instead(found), data.planning(selection)
falls, groups = data.programme_falls(selection, other), programme.curve_groups(found, planning)
st.write(falls.sentence)
curve, at = data.programme_curve(selection), {"base": base, "instead": other}
figure("curve", programme_curve, curve, CURVE, groups=groups, hours=found.rules.hours, **at)
st.caption(programme.groups_told(found, planning))
if len(falls.frame):
    figure("falls", programme_falls, falls.frame, FALLS, groups=found.groups, **at)

st.header("In which form", anchor="form")
form = data.programme_form(selection)
st.html(programme.form(form))
form_base = programme.form_base(base, form)
numbers("form", form.frame, FORM, form_base)
if part := programme.form_part(form):
    figure("form_part", form_rows, programme.of_part(form, part), FORM, base=form_base, **programme.part(form, part))

st.header("The receipt of one line", anchor="receipt")
programme.about(line := programme.choose_line(found, form), found, form)
drafting.receipt(selection, line, form, catalogue())

drafting.kept(selection, found, form)
