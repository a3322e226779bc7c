"""The contracts of everything that crosses a folder: grain, key, columns, units, ranges.

A `Frame` is checked by the function that promises it and by the chart that accepts it.
The Methods page is made from this folder.
"""

from sctrain.frames.compare import CITY_LENS, DIFFERENCES, LENS
from sctrain.frames.contract import Column, Frame
from sctrain.frames.notes import CODED, FLOWS, NOTED, RAISED, SUGGESTED
from sctrain.frames.profiles import LETTERS, PROFILE_CHOICE, PROFILE_MAP, PROFILE_MIX, PROFILE_NEEDS, PROFILES
from sctrain.frames.survey import ANSWERED, GAPS, JOINT, MEASURES, MIX, QUADRANTS, SUBMISSIONS, JointCounts
from sctrain.frames.tables import (
    AGREEMENT,
    CONSENSUS,
    GROUP_RANKS,
    NOTES,
    RANKINGS,
    SHEETS,
    TABLE_DISTANCES,
    Sheets,
)
from sctrain.frames.voices import ACCORD, METHOD_NAMES, METHODS, QUEUE, ROBUST, TOP_FIVE, VOICE_LISTS, VOICES

__all__ = [
    "ACCORD",
    "AGREEMENT",
    "ANSWERED",
    "CITY_LENS",
    "CODED",
    "CONSENSUS",
    "DIFFERENCES",
    "FLOWS",
    "FRAMES",
    "GAPS",
    "GROUP_RANKS",
    "JOINT",
    "LENS",
    "LETTERS",
    "MEASURES",
    "METHODS",
    "METHOD_NAMES",
    "MIX",
    "NOTED",
    "NOTES",
    "PROFILES",
    "PROFILE_CHOICE",
    "PROFILE_MAP",
    "PROFILE_MIX",
    "PROFILE_NEEDS",
    "QUADRANTS",
    "QUEUE",
    "RAISED",
    "RANKINGS",
    "ROBUST",
    "SHEETS",
    "SUBMISSIONS",
    "SUGGESTED",
    "TABLE_DISTANCES",
    "TOP_FIVE",
    "VOICES",
    "VOICE_LISTS",
    "Column",
    "Frame",
    "JointCounts",
    "Sheets",
]

FRAMES = (
    *(GAPS, MIX, ANSWERED, JOINT),
    *(DIFFERENCES, CITY_LENS),
    *(PROFILES, PROFILE_NEEDS, PROFILE_MIX, PROFILE_CHOICE, PROFILE_MAP),
    *(CONSENSUS, AGREEMENT, TABLE_DISTANCES, GROUP_RANKS),
    *(VOICES, ACCORD, TOP_FIVE, ROBUST, QUEUE),
    *(CODED, RAISED, FLOWS, SUGGESTED),
    *(SUBMISSIONS, SHEETS, RANKINGS, NOTES, NOTED),
)
"""All of them, in the order of the Methods page."""
