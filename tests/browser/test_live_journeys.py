"""Open pages follow the data: what comes in is shown in each of them, and nothing else moves."""

import csv
import io
from urllib.parse import urlsplit

import pytest
from browser.relay import relay
from browser.server import PATIENCE, downloaded, settled
from playwright.sync_api import expect
from support import submissions

from sctrain.store.write import add_answers

CHART = "stVegaLiteChart"
MOVES = """() => {
  window.moves = 0;
  const seen = new MutationObserver(all => { window.moves += all.length; });
  for (const part of document.querySelectorAll("h1, p.base, [data-testid=stVegaLiteChart]")) {
    seen.observe(part, {subtree: true, childList: true, characterData: true, attributes: true});
  }
}"""


@pytest.fixture(scope="module")
def answer(hall):
    """Have one more person answer; the data version that it makes."""
    people = iter(range(1000))

    def one_more():
        card = "".join("54" if place % 2 else "42" for place in range(29))
        return add_answers(hall.engine, "demo", submissions((f"late {next(people)}", "elected", card))).version

    return one_more


@pytest.fixture
def opened(hall, browser):
    """Open a path in a browser context of its own."""
    contexts = []

    def visit(path):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 720}))
        page = contexts[-1].new_page()
        page.goto(f"{hall.address}/{path}")
        return settled(page)

    yield visit
    for context in contexts:
        context.close()


def shows(page, version, within=PATIENCE):
    expect(page.locator("p.base").first).to_contain_text(f"data version {version}", timeout=within)


def test_a_submission_shows_on_every_open_page(opened, answer):
    pages = [opened("overview"), opened("overview?city_size=small_medium"), opened("gaps")]
    people = int(pages[0].locator("p.base").first.inner_text().split()[2])
    for late in (1, 2):
        version = answer()
        for page in pages:
            shows(page, version)
        expect(pages[0].locator("p.base").first).to_contain_text(f"n = {people + late} people")
    assert {page.get_by_test_id(CHART).count() for page in pages} == {4, 5}


def test_a_page_whose_connection_was_lost_is_drawn_as_soon_as_it_is_back(hall, browser, answer):
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    with relay(urlsplit(hall.address).port) as line:
        page.goto(f"http://127.0.0.1:{line.port}/who")
        settled(page)  # it has been drawn whole: after that a browser asks for nothing by itself
        line.cut()
        version = answer()
        page.wait_for_timeout(2_000)
        assert f"data version {version}" not in page.locator("p.base").first.inner_text()
        line.mend()
        shows(page, version)
        shows(page, answer())
        context.close()


def test_while_the_data_stay_the_same_nothing_is_redrawn(opened, answer):
    page = opened("overview")
    page.evaluate(MOVES)
    page.wait_for_timeout(3_000)
    assert page.evaluate("window.moves") == 0
    shows(page, answer())
    assert page.evaluate("window.moves") > 0


def test_a_frozen_page_stays_as_it_is(opened, answer):
    version = answer()
    live, frozen = opened("gaps"), opened(f"gaps?v={version}")
    shows(frozen, version)
    frozen.evaluate(MOVES)
    frozen.wait_for_timeout(2_000)  # a chart that was drawn just now may still find its width
    frozen.evaluate("window.moves = 0")
    shows(live, answer())
    frozen.wait_for_timeout(3_000)
    assert frozen.evaluate("window.moves") == 0
    shows(frozen, version)


def test_numbers_that_are_opened_after_a_redraw_are_the_new_ones(opened, answer):
    page = opened("gaps")
    version = answer()
    shows(page, version)
    page.get_by_text("The numbers", exact=True).first.click()
    rows = list(csv.DictReader(io.StringIO(downloaded(page, "CSV").path().read_text(encoding="utf-8"))))
    assert {row["data_version"] for row in rows} == {str(version)}
    newer = answer()
    shows(page, newer)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=PATIENCE)  # open numbers stay open


def test_the_link_to_keep_names_the_version_that_is_shown(opened, answer):
    page = opened("gaps")
    version = answer()
    shows(page, version)
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_test_id("stCode").last).to_contain_text(f"v={version}", timeout=PATIENCE)


def test_a_choice_in_a_page_that_was_redrawn_is_in_the_address_and_back_undoes_it(opened, answer):
    page = opened("gaps")
    shows(page, answer())
    settled(page)
    page.get_by_test_id(CHART).first.locator("svg .mark-symbol path").nth(3).click(force=True)
    page.wait_for_url("**competency=*", timeout=PATIENCE)
    settled(page)
    page.go_back()
    expect(page).not_to_have_url("competency=", timeout=PATIENCE)
    settled(page)
    assert "competency=" not in page.url
