"""Profiles in a browser: worked out beside the other visitors, clicked, and opened by a personal link."""

import subprocess
import sys

import pytest
from browser.server import CHROMIUM, PATIENCE, ROOT, _environment, serving, settled
from playwright.sync_api import expect
from support import missing

CHART = "stVegaLiteChart"
LONG = 4 * PATIENCE
"""Milliseconds that profiles may take on a busy machine."""
BIG = ["demo", "--event", "big", "--participants", "3000"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("profiles")


@pytest.fixture(scope="module")
def served(folder):
    """A server with a room of 60 and one of 3000."""
    if not CHROMIUM.exists():
        missing("browser", f"there is no {CHROMIUM}")
    with serving(folder, ["demo"], BIG) as address:
        yield address


@pytest.fixture
def page(served, browser):
    pages = []

    def opened(path, **context):
        pages.append(browser.new_context(viewport={"width": 1280, "height": 720}, **context).new_page())
        pages[-1].goto(f"{served}/{path}")
        return pages[-1]

    yield opened
    for one in pages:
        one.context.close()


def found(page):
    """The page, once its profiles are there."""
    expect(page.locator("h1")).to_contain_text("groups of people need different things", timeout=LONG)
    return settled(page)


def link_of(folder, person):
    command = [sys.executable, "-m", "sctrain", "personal-link", person, "--event", "demo"]
    out = subprocess.run(command, cwd=ROOT, env=_environment(folder), check=True, capture_output=True, text=True)
    return out.stdout.strip().lstrip("/")


def test_other_visitors_go_on_while_the_profiles_of_a_large_room_are_worked_out(page):
    waiting = page("profiles?event=big")
    expect(waiting.get_by_test_id("stProgress")).to_be_visible(timeout=LONG)
    other = settled(page("gaps?event=big"))
    for band in ("large", "small_medium"):
        other.goto(f"{other.url.partition('?')[0]}?event=big&city_size={band}")
        settled(other)
    assert waiting.get_by_test_id("stProgress").is_visible()
    expect(waiting.locator("h1")).to_have_text("Looking for groups of people who need the same …")
    expect(found(waiting).locator("p.base").first).to_contain_text("3\u202f000 people")
    assert waiting.get_by_test_id("stProgress").count() == 0
    again = page("profiles?event=big")  # what was worked out for one is there for all
    expect(again.get_by_test_id(CHART).first).to_be_visible(timeout=PATIENCE)
    assert again.locator("h1").inner_text() == waiting.locator("h1").inner_text()


def test_the_main_chart_is_seen_without_scrolling_and_a_click_marks_a_competency(page):
    seen = found(page("profiles?event=demo"))
    chart = seen.locator(".st-key-chart_profiles").get_by_test_id(CHART)
    box = chart.bounding_box()
    assert box["y"] + box["height"] <= 720
    chart.locator("svg .mark-rect path").nth(5).click(force=True)
    seen.wait_for_url("**competency=*", timeout=PATIENCE)
    settled(seen)
    assert seen.get_by_test_id("stException").count() == 0


def test_a_personal_link_stays_through_clicks_and_is_in_no_link_that_is_shared(page, folder):
    mine = found(page(link_of(folder, "p0007")))
    told = mine.get_by_text("Your answers are closest to profile")
    expect(told).to_be_visible(timeout=PATIENCE)
    mine.get_by_role("combobox", name="Show", exact=True).click()
    mine.get_by_role("option", name="Show all 29", exact=True).click()
    mine.wait_for_url("**show=all*", timeout=PATIENCE)
    expect(told).to_be_visible(timeout=PATIENCE)
    assert "me=" in mine.url
    mine.get_by_role("button", name="Link", exact=True).click()
    expect(mine.get_by_test_id("stCode")).to_have_count(2, timeout=PATIENCE)
    assert not [code for code in mine.get_by_test_id("stCode").all_inner_texts() if "me=" in code]
    mine.keyboard.press("Escape")
    mine.reload()
    expect(told).to_be_visible(timeout=LONG)


def test_an_altered_link_is_said(page, folder):
    other = found(page(link_of(folder, "p0007").replace("me=", "me=x")))
    expect(other.get_by_text("This personal link was altered")).to_be_visible(timeout=PATIENCE)
