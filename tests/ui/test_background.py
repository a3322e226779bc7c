"""Long work in a process of its own: told of, shared, stopped, and refused in words."""

import os
import subprocess
import sys
import time
import types
from pathlib import Path

import pytest
from background_jobs import die, refuse, spin, square, stumble
from support import ROOT

from sctrain.errors import SctrainError
from sctrain.ui.background import Background, Job

PROMPT = 60


def begun(path):
    """The process that wrote there, once it has."""
    until(lambda: path.exists() and path.read_text())
    return int(path.read_text())


def until(true):
    end = time.monotonic() + PROMPT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def runs(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def background():
    return Background()


def test_a_job_is_worked_out_elsewhere_and_tells_how_far_it_is(background):
    job = background.ask("square", square, 7)
    until(lambda: job.done or job.progress != (0, 0))
    assert job.progress[1] == 3
    result, process = job.result(PROMPT)
    assert result == 49
    assert process != os.getpid()


def test_all_who_ask_for_a_key_share_one_job(background):
    first = background.ask("shared", square, 3)
    assert background.ask("shared", square, 3) is first
    assert background.ask("other", square, 3) is not first
    assert first.result(PROMPT)[0] == 9


def test_what_is_refused_is_said_in_its_words(background):
    job = background.ask("refused", refuse)
    with pytest.raises(SctrainError, match="no region called 'nowhere'; there are: north, south"):
        job.result(PROMPT)


@pytest.mark.parametrize(("function", "code"), [(die, 9), (stumble, 1)])
def test_a_process_that_ends_early_is_an_error_in_words_and_the_next_job_runs(background, function, code):
    with pytest.raises(SctrainError, match=rf"stopped before its end \(exit code {code}\)"):
        background.ask(function.__name__, function).result(PROMPT)
    assert background.ask(f"after {code}", square, 2).result(PROMPT)[0] == 4


def test_a_job_that_is_stopped_before_it_has_begun_is_an_error_in_words():
    job = Job(b"")
    job.stop()
    assert job.failed
    with pytest.raises(SctrainError, match="stopped before its end"):
        job.result(0)


def test_the_page_that_streamlit_calls_main_is_not_run_by_the_process(background, tmp_path, monkeypatch):
    page = tmp_path / "page.py"
    page.write_text("raise SystemExit('the page was run')")
    drawn = types.ModuleType("__main__")
    drawn.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "__main__", drawn)
    assert background.ask("main", square, 5).result(PROMPT)[0] == 25


def test_other_work_goes_on_meanwhile(background, tmp_path):
    job = background.ask("spin", spin, tmp_path / "spun")
    begun(tmp_path / "spun")
    longest, last, end = 0.0, time.monotonic(), time.monotonic() + 0.5
    while last < end:
        time.sleep(0.005)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    assert not job.done
    assert longest < 0.3
    job.stop()
    with pytest.raises(SctrainError):
        job.result(PROMPT)


def test_a_job_that_nobody_asks_for_any_more_gives_way(tmp_path):
    background = Background(patience=0.1)
    left = background.ask("left", spin, tmp_path / "spun")
    waiting = background.ask("waiting", square, 1)
    process = begun(tmp_path / "spun")
    assert waiting.waiting
    time.sleep(0.2)
    assert background.ask("wanted", square, 6).result(PROMPT)[0] == 36
    assert left.failed
    assert waiting.failed
    assert not runs(process)


def test_a_job_that_failed_is_tried_again_after_a_while():
    background = Background(patience=0.1)
    first = background.ask("again", die)
    with pytest.raises(SctrainError):
        first.result(PROMPT)
    assert background.ask("again", die) is first
    time.sleep(0.2)
    again = background.ask("again", square, 4)
    assert again is not first
    assert again.result(PROMPT)[0] == 16


def test_one_process_works_on_one_job_after_the_other_and_ends_when_there_is_none():
    background = Background(idle=0.5)
    (_, first), (_, second) = (background.ask(number, square, number).result(PROMPT) for number in (1, 2))
    assert first == second
    until(lambda: not runs(first))
    assert background.ask(3, square, 3).result(PROMPT)[1] != first


def test_only_the_last_results_are_kept():
    background = Background(kept=2)
    jobs = [background.ask(number, square, number) for number in range(4)]
    jobs[-1].result(PROMPT)
    assert background.ask(3, square, 3) is jobs[3]
    assert background.ask(0, square, 0) is not jobs[0]


SERVER = """
import sys, time, pathlib
sys.path[:0] = sys.argv[2:]
from sctrain.ui.background import Background
from background_jobs import spin
Background().ask("spin", spin, pathlib.Path(sys.argv[1]))
time.sleep(600)
"""


def test_the_process_ends_with_the_server(tmp_path):
    paths = [str(ROOT), str(Path(__file__).parent)]
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(tmp_path / "spun"), *paths])
    process = begun(tmp_path / "spun")
    server.kill()
    server.wait()
    until(lambda: not runs(process))
