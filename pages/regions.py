"""Which region needs what, and what has changed from event to event?"""

import streamlit as st

from sctrain.charts.panels import area_panels, trend_panels
from sctrain.charts.regions import region_map
from sctrain.frames import AREAS, EVENTS, TREND
from sctrain.ui import data, regions
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody, numbers
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
if nobody(selection) or regions.nothing(selection):
    raise Done

areas, competency = data.areas(selection), data.competency(selection)
finding(regions.sentence(selection, known, areas, competency))
regions.own_words(selection, areas)
regions.controls(selection, known, competency)
if regions.mapped(selection):
    shown = regions.on_map(areas, competency)
    options = regions.map_options(selection, known, competency)
    figure("map", region_map, shown, AREAS, base=regions.base(selection, of_map=True), **options)

st.header("Area by area", anchor="areas")
regions.levels(selection)
panels = regions.panels(selection, areas)
if len(panels):
    options = regions.panel_options(selection, known)
    figure("areas", area_panels, panels, AREAS, base=regions.base(selection), **options)
regions.too_small(selection, areas)

st.header("From event to event", anchor="trend")
trend = data.trend(selection)
if trend is None:
    regions.no_trend(selection)
else:
    regions.trend_words(selection, known, trend)
    base = regions.base(regions.narrowed(selection))
    figure("trend", trend_panels, trend, TREND, base=base, **regions.trend_options(selection, known))
st.header("Every event in the store", anchor="events")
numbers("events", regions.event_list(selection), EVENTS, regions.events_base(selection))
