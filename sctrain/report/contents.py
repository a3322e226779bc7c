"""What a report of a selection holds: its title page, its chapters in order, and how the numbers are made.

Every number comes from the views that the pages call; nothing is computed here. What is hidden or not there yet is
said in words where it would have stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sctrain import numerals
from sctrain.analysis.findings import listed
from sctrain.report.about_people import by_group, needs, replies, who
from sctrain.report.about_programme import modules
from sctrain.report.about_tables import agreed_lists, challenges, two_voices
from sctrain.report.document import Block, Bullets, Data, Document, Figure, Heading, Table, Tell, Text, stop
from sctrain.report.sources import Sources


@dataclass(frozen=True)
class Chapter:
    """A chapter of the report: its title, and what it holds."""

    title: str
    make: Callable[[Sources], Iterator[Block]]


def findings(of: Sources) -> Iterator[Block]:
    """What can be said, in sentences: of the survey, of both voices, of the tables and of the replies."""
    said = [of.silence] if of.silence else list(of.findings)
    if of.meeting is not None:
        said.append(of.meeting.sentence)
    elif of.contents:
        said.append(of.agreed(of.contents).sentence)
    if not of.silence and of.clash.shuts_out:
        said += of.clash.sentences[:1]
    yield Bullets(tuple(map(stop, said)), spoken=True)
    if of.veiled:
        yield Text(f"Hidden until the presenter reveals it, and so not in this document: {listed(of.veiled)}.")


CHAPTERS: tuple[Chapter, ...] = (
    Chapter("What can be said", findings),
    Chapter("The programme", modules),
    Chapter("What is needed", needs),
    Chapter("What groups need", by_group),
    Chapter("Two voices", two_voices),
    Chapter("What the tables agreed on", agreed_lists),
    Chapter("Challenges and solutions", challenges),
    Chapter("What people replied", replies),
    Chapter("Who answered, and who is missing", who),
)
"""The chapters in the order of the report."""

RULES = (
    "Every number stands with n, the people or tables behind it. The thin line of a chart, and what stands in "
    "brackets, is the 95 % interval; the thick line is the 50 % interval.",
    "Only people who marked both importance and present level of a competency count for its gap.",
    "Ranks are told as ranges: people, or tables, are drawn with replacement 1 000 times, and the range holds the rank "
    "in 95 % of these rooms.",
    "Tables speak as groups. Filters choose people, not tables.",
)


def compose(of: Sources, tell: Tell | None = None, chapters: Sequence[Chapter] = CHAPTERS) -> Document:
    """The report of these sources; `tell` hears of each chapter that is done."""
    blocks: list[Block] = []
    for done, chapter in enumerate(chapters, 1):
        blocks += [Heading(chapter.title), *chapter.make(of)]
        if tell:
            tell(done, len(chapters))
    blocks += [Heading("What is hidden, and why"), *_hidden(of, blocks)]
    blocks += [Heading("How the numbers are made"), Bullets(RULES, spoken=True)]
    event = of.room.title + " (made-up demo data)" * of.room.is_demo
    short = f"{of.room.title}{' (demo)' * of.room.is_demo} · data version {of.room.version}"
    return Document("What to train, and for whom", event, facts(of), short, blocks)


def facts(of: Sources) -> dict[str, str]:
    """What the whole report stands on, for its title page."""
    events = of.room.events
    held = [f"{e.held_on.day} {e.held_on:%B %Y}" for e in events if e.held_on]
    tables = len(of.table_room.tables)
    people = f"hidden to protect fewer than {of.k}" if of.people is None else numerals.count(of.people)
    told = {
        "Event": of.room.title,
        "Held on": listed(held),
        "Place": listed([e.place for e in events if e.place]),
        "People": people,
        "Tables": numerals.count(tables) if tables else "none",
        "Filters": of.selection.words(of.known, of.room.label),
        "Compared by": of.known.comparisons[of.by].label if of.by else "",
        "Questionnaire": of.known.catalogue.title,
        "Data version": str(of.room.version),
        "Drawn up on": f"{of.today.day} {of.today:%B %Y}",
        "Hidden below": f"{of.k} people",
    }
    if of.room.is_demo:
        told["Note"] = "These answers are made up to show the tool. Nobody gave them."
    return {name: value for name, value in told.items() if value}


def _hidden(of: Sources, blocks: Sequence[Block]) -> Iterator[Block]:
    """The rule, and how much of what is hidden by it; what waits for the presenter."""
    yield Text(
        f"A number is shown from {of.k} people on. Hidden is what stands for fewer, and what would tell them by "
        "subtraction from a total or from another view. It is taken out before anything is drawn or written: this "
        "document does not hold it."
    )
    shown = [block for block in blocks if isinstance(block, Figure | Table | Data) and block.numbers.hidden]
    first = {block.numbers.name: block for block in reversed(shown)}
    items = [
        f"{block.caption}: {block.numbers.hidden} of {len(block.numbers.frame)} rows"
        for block in dict.fromkeys(first[block.numbers.name] for block in shown)
    ]
    yield Bullets(tuple(items)) if items else Text("In this report no row had to be hidden.")
    if of.veiled:
        yield Text(f"Hidden until the presenter reveals it: {listed(of.veiled)}.")
