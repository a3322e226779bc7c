"""The contracts of everything that crosses a folder: grain, key, columns, units, ranges.

A `Frame` is checked by the function that promises it and by the chart that accepts it.
The Methods page is made from this folder.
"""

from sctrain.frames.cohorts import RECIPES
from sctrain.frames.compare import CITY_LENS, DIFFERENCES, LENS
from sctrain.frames.contract import Column, Frame
from sctrain.frames.courses import COURSES, COVERAGE, OFFERED
from sctrain.frames.ground import CHALLENGE_VOICES, LINKS, PARTS, WHO_HERE
from sctrain.frames.moved import MOVED, MOVED_GROUPS, MOVED_ORDER
from sctrain.frames.notes import CODED, FLOWS, NOTED, RAISED, SUGGESTED
from sctrain.frames.peers import PEERS_COHORTS, PEERS_PAIRS, PEERS_TAUGHT
from sctrain.frames.practices import ASPECTS, CHECKED, PRACTICES
from sctrain.frames.profiles import LETTERS, PROFILE_CHOICE, PROFILE_MAP, PROFILE_MIX, PROFILE_NEEDS, PROFILES
from sctrain.frames.programme import CURVE, FALLS, FORM, MODULES, PRIORITIES
from sctrain.frames.quality import QUALITY
from sctrain.frames.questions import CLASHES, CONTRASTS, FORMATS, REPLIES
from sctrain.frames.receipts import DRAFT_CHANGES, EVIDENCE, PROPOSED
from sctrain.frames.regions import AREAS, EVENTS, LEVELS, MISSING, TREND, WEIGHTED
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
    "AREAS",
    "ASPECTS",
    "CHALLENGE_VOICES",
    "CHECKED",
    "CITY_LENS",
    "CLASHES",
    "CODED",
    "CONSENSUS",
    "CONTRASTS",
    "COURSES",
    "COVERAGE",
    "CURVE",
    "DIFFERENCES",
    "DRAFT_CHANGES",
    "EVENTS",
    "EVIDENCE",
    "FALLS",
    "FLOWS",
    "FORM",
    "FORMATS",
    "FRAMES",
    "GAPS",
    "GROUP_RANKS",
    "JOINT",
    "LENS",
    "LETTERS",
    "LEVELS",
    "LINKS",
    "MEASURES",
    "METHODS",
    "METHOD_NAMES",
    "MISSING",
    "MIX",
    "MODULES",
    "MOVED",
    "MOVED_GROUPS",
    "MOVED_ORDER",
    "NOTED",
    "NOTES",
    "OFFERED",
    "PARTS",
    "PEERS_COHORTS",
    "PEERS_PAIRS",
    "PEERS_TAUGHT",
    "PRACTICES",
    "PRIORITIES",
    "PROFILES",
    "PROFILE_CHOICE",
    "PROFILE_MAP",
    "PROFILE_MIX",
    "PROFILE_NEEDS",
    "PROPOSED",
    "QUADRANTS",
    "QUALITY",
    "QUEUE",
    "RAISED",
    "RANKINGS",
    "RECIPES",
    "REPLIES",
    "ROBUST",
    "SHEETS",
    "SUBMISSIONS",
    "SUGGESTED",
    "TABLE_DISTANCES",
    "TOP_FIVE",
    "TREND",
    "VOICES",
    "VOICE_LISTS",
    "WEIGHTED",
    "WHO_HERE",
    "Column",
    "Frame",
    "JointCounts",
    "Sheets",
]

FRAMES = (
    *(GAPS, MIX, ANSWERED, QUALITY, JOINT),
    *(WHO_HERE, CHALLENGE_VOICES, PARTS, LINKS),
    *(PRACTICES, ASPECTS, CHECKED),
    *(PEERS_PAIRS, PEERS_COHORTS, PEERS_TAUGHT),
    *(DIFFERENCES, CITY_LENS),
    *(AREAS, TREND, EVENTS, MISSING, WEIGHTED),
    *(PROFILES, PROFILE_NEEDS, PROFILE_MIX, PROFILE_CHOICE, PROFILE_MAP),
    *(REPLIES, CONTRASTS, FORMATS, CLASHES),
    *(CONSENSUS, AGREEMENT, TABLE_DISTANCES, GROUP_RANKS),
    *(VOICES, ACCORD, TOP_FIVE, ROBUST, QUEUE),
    *(MOVED, MOVED_ORDER, MOVED_GROUPS),
    *(RECIPES, COVERAGE, COURSES),
    *(PRIORITIES, MODULES, CURVE, FALLS, FORM),
    *(CODED, RAISED, FLOWS, SUGGESTED),
    *(EVIDENCE, DRAFT_CHANGES, PROPOSED),
    *(SUBMISSIONS, SHEETS, RANKINGS, NOTES, NOTED),
)
"""All of them, in the order of the Methods page."""
