"""Made-up workshops: the questionnaires and table sheets of rooms that look like real ones.

A *story* says what a room is like: who comes, when, and what is true of them. What is planted in it
can be found again: needs by city size, kinds of people with different needs, replies that shut a
group out, and what a debate moved in a short list.
"""

from sctrain.demo.people import KINDS
from sctrain.demo.room import (
    DEMO_EVENT,
    EARLIER,
    NULL,
    WORKSHOP,
    DemoEvent,
    Story,
    demo,
    demo_batches,
    demo_kinds,
    demo_orders,
    demo_sheets,
)
from sctrain.demo.rounds import shortlist
from sctrain.demo.truth import SCARCE

__all__ = [
    "DEMO_EVENT",
    "EARLIER",
    "KINDS",
    "NULL",
    "SCARCE",
    "WORKSHOP",
    "DemoEvent",
    "Story",
    "demo",
    "demo_batches",
    "demo_kinds",
    "demo_orders",
    "demo_sheets",
    "shortlist",
]
