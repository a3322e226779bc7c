"""Where do groups differ?"""

import streamlit as st

from sctrain.analysis.compare import lens_sentence, row_sentences, sentence
from sctrain.analysis.voices import core
from sctrain.charts.compare import differences_forest, lens_columns
from sctrain.frames import CITY_LENS, DIFFERENCES
from sctrain.ui import comparing, data, words
from sctrain.ui.live import Done
from sctrain.ui.page import figure, finding, nobody
from sctrain.ui.state import catalogue, current

selection, known = current(), catalogue()
by = words.comparison(selection)
if nobody(selection) or comparing.nothing(selection, by):
    raise Done

differences, met = data.compare(selection, by), data.sides(selection, by)
groups = data.room(selection).group_labels(by)
about = (known.labels, groups, known.scale.points)
finding(sentence(differences, *about))
comparing.controls(selection, by, len(known.codes))
comparing.told(selection, by)
rows = {"top": 10 if selection.show == "ten" else None, "labels": known.labels, "k": data.threshold()}
rows |= {"marked": selection.competency, "pick": "competency"}
of = {"points": known.scale.points, "group_labels": groups}
figure("differences", differences_forest, differences, DIFFERENCES, by, **of, **rows)
comparing.in_words(row_sentences(differences, *about))

if met.reference:
    st.header("For whom: the core of both, or of one only", anchor="core")
    lens, names = data.lens(selection, by), (groups[met.groups[0]], groups[met.reference])
    comparing.ranked(known)
    st.write(lens_sentence(lens, known.labels, *names))
    sides = dict(zip(("first_label", "second_label"), names, strict=True))
    figure("lens", lens_columns, lens, CITY_LENS, by, core=core(len(known.codes)), **sides, **rows)
