"""Words of the page Who is missing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from sctrain import missing
from sctrain.analysis.findings import listed
from sctrain.catalogue import Catalogue
from sctrain.missing import Missing
from sctrain.numerals import count, percent
from sctrain.selection import Selection
from sctrain.ui import data
from sctrain.ui.page import finding


def nothing(selection: Selection, known: Catalogue) -> bool:
    """Say that there is no target, or nobody to set against it, and how to go on; False where there is."""
    if missing.targets(data.room(selection)):
        return False
    if any(d.target for d in known.dimension):
        finding("Nobody answered the questions that have a target")
        st.write("As soon as answers come with a profile, they are set against whom they should speak for.")
        return True
    finding("Nobody has said whom the answers should speak for")
    st.write(
        "A target is a weight for each answer to a profile question, such as how many cities of each size there are:"
    )
    st.code("[city_size]\ns = 410\nm = 261\nl = 155", language="toml")
    st.write("Keep it for this event with:")
    st.code("python -m sctrain target FILE.toml", language=None)
    return True


def mix_options(selection: Selection, known: Catalogue, name: str) -> dict[str, Any]:
    """What one dimension is drawn with against its target."""
    labels = missing.labels(data.room(selection), name)
    return {"labels": labels, "title": known.dimensions[name].label, "k": data.threshold()}


def of(met: Missing, name: str) -> pd.DataFrame:
    """MISSING of one dimension."""
    return met.missing[met.missing["dimension"] == name].reset_index(drop=True)


def about(met: Missing, selection: Selection, known: Catalogue, name: str) -> str:
    """Whom the target is about, whom it leaves out, and who is weighted together or cannot be."""
    rows, dimension = of(met, name), known.dimensions[name]
    labels = missing.labels(data.room(selection), name)
    by = {kind: [labels.get(o, o) for o in rows.loc[rows["kind"] == kind, "option"]] for kind in rows["kind"].unique()}
    said = [f"Target: {dimension.target_source}." if dimension.target_source else ""]
    if outside := by.get("outside"):
        said.append(f"Not in the target, or too few to weight; these people keep their part: {'; '.join(outside)}.")
    if together := by.get("weighted together"):
        said.append(f"Each too few to show, so they are weighted as one: {'; '.join(together)}.")
    if nobody := by.get("nobody"):
        said.append(f"Nobody came from “{'”, “'.join(nobody)}”: no weight can stand in for them.")
    if name in met.weights.left_out:
        said.append("This dimension is not weighted: its groups are too few, or it contradicts the one above.")
    return " ".join(filter(None, said))


def told(met: Missing, known: Catalogue) -> None:
    """Whether the order holds, and what weighting can and cannot do."""
    st.write(met.told)
    of = listed([known.dimensions[m.dimension].label.lower() for m in met.weights.margins])
    if not of:
        return
    each = met.weights.each
    capped = (
        " One group stays short of its target, as no weight may be more than five times the median."
        * met.weights.capped
    )
    least, most = (percent(float(end), 1) for end in (each.min(), each.max()))
    st.caption(
        f"Each answer counts {least} to {most} of a person, so that the mix by {of} meets the target. "
        f"{count(len(each))} people then know as much as {count(met.weights.effective)} of equal weight would.{capped} "
        f"Who came chose to come: these numbers are adjusted for {of}, not representative."
    )
    if hidden := int((met.weighted["gap_weighted"].isna() & ~met.weighted["suppressed"].astype(bool)).sum()):
        st.caption(
            f"Of {hidden} competencies the weighted number is hidden: with the others it would tell too few people."
        )
