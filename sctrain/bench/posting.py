"""Answers per second: posts of the form to a real server, each acknowledged after the commit that holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from sctrain import forms
from sctrain.bench.result import BenchError, Clock, Result
from sctrain.bench.room import EVENT, Bench
from sctrain.bench.serving import Host, first, hosted, run
from sctrain.bench.turns import take_turns, timed
from sctrain.load.text import slug
from sctrain.rehearsal.phone import JSON, Todo, body, filled
from sctrain.rehearsal.scene import Scene
from sctrain.rehearsal.wire import Line, Network
from sctrain.store import access, phones, queries
from sctrain.store.engine import writing

POSTS, ALONE, LINES = 1000, 100, 64
"""Answers in a turn, answers of the baseline in a turn, and connections that post at once."""


class Post(NamedTuple):
    """One answer as a phone sends it: where to, whose, and its fields."""

    path: str
    me: str
    fields: dict[str, list[str]]
    sent: bytes


def rows(bench: Bench) -> Iterator[Result]:
    """A thousand answers acknowledged, against one transaction an answer through the same function of the store."""
    bench.say(f"posting answers over {LINES} connections")
    folder = bench.folder
    with (
        bench.scene(bench.first(1)) as scene,
        bench.scene(bench.first(1)) as other,
        TemporaryDirectory(dir=folder) as at,
    ):
        with hosted(scene, Path(at)) as host:
            warm(host)
            run(_post(host, posts(scene, LINES)))  # connections, statements and caches of the server are there
            ours, alone = take_turns(
                bench.repeats,
                {
                    "": lambda: _posted(host, posts(scene, POSTS)),
                    f"one transaction an answer, without HTTP ({ALONE} answers, scaled)": lambda: _alone(other),
                },
            )
        _must_be_there(scene, LINES + bench.repeats * POSTS)
    yield Result(f"{POSTS:,} answers posted and acknowledged", ours, alone.times(POSTS / ALONE), within=1)


def warm(host: Host) -> None:
    """Let a visitor look first: when a page has been drawn, the server has loaded all and spares itself some work."""
    run(first(host, ("",)))


def posts(scene: Scene, n: int) -> list[Post]:
    """So many answers of people who have not answered yet."""
    chance, path = Random(n), f"/j/{scene.links.phone}"
    with scene.engine.connect() as connection:
        form = str(phones.form_of(connection, EVENT).questionnaire)
    given = [(access.code(access.CODE_LETTERS), filled(scene, chance)) for _ in range(n)]
    return [Post(path, me, fields, body(Todo("send", 1, fields), me, form)) for me, fields in given]


async def send(line: Line, post: Post) -> None:
    """Post one answer; BenchError where it is not kept."""
    told = await line.ask("POST", post.path, post.sent, content_type=JSON, accept=JSON)
    if told.status != 200 or b'"kept"' not in told.body:
        raise BenchError(f"an answer was not kept: {told.status} {told.body[:80]!r}")


def _posted(host: Host, answers: list[Post]) -> Clock:
    before, began = host.used().cpu, perf_counter()
    run(_post(host, answers))
    return Clock(perf_counter() - began, host.used().cpu - before)


async def _post(host: Host, answers: list[Post]) -> None:
    todo = iter(answers)

    async def one() -> None:
        line = Line(Network(host.server.port))
        try:
            for answer in todo:
                await send(line, answer)
        finally:
            line.close()

    await asyncio.gather(*(one() for _ in range(LINES)))


def _alone(scene: Scene) -> Clock:
    """The same answers by `phones.send`, each in a transaction of its own."""
    answers, token = posts(scene, ALONE), scene.links.phone
    with scene.engine.connect() as connection:
        form = phones.form_of(connection, EVENT)

    def store() -> None:
        for answer in answers:
            given = forms.read(answer.fields, form.catalogue, form.codes, slug)
            with writing(scene.engine) as connection:
                phones.send(connection, token, form, answer.me, 1, given)

    return timed(store)


def _must_be_there(scene: Scene, posted: int) -> None:
    with scene.engine.connect() as connection:
        held = queries.cards(connection, [EVENT]).n
    if held != posted + 1:
        raise BenchError(f"{posted} answers were acknowledged, and {held - 1} are there")
