"""The wall and those who follow: stepped by arrow keys, revealed, frozen."""

import re

import pytest
from browser.server import PATIENCE, settled
from playwright.sync_api import expect
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.store import access, desk, setup, stage
from sctrain.store.desk import Change
from sctrain.store.engine import writing
from sctrain.store.write import add_answers


@pytest.fixture
def wall(hall, browser):
    """The organiser's browser at 1280 x 720, with two views on the presenter's list."""
    engine, path = hall.engine, hall.organiser
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(hall.address + path)
    token = path.removeprefix("/enter/")
    with writing(engine) as connection:
        made = [stage.save_view(connection, "demo", *view) for view in VIEWS]
        for one in made:
            stage.add_to_deck(connection, token, one.code)
    yield page, [one.code for one in made]
    page.close()


VIEWS = (
    ("gaps", "event=demo&city_size=small_medium", "Gaps of small and medium cities"),
    ("tables", "event=demo&topic=duration", "How long"),
)


def at(code):
    return re.compile(f"present={code}")


def test_arrow_keys_step_through_the_list_and_followers_go_along(hall, wall, browser):
    address = hall.address
    page, (first, second) = wall
    page.goto(f"{address}/present?event=demo")
    page.get_by_role("button", name="Show", exact=True).first.click()
    page.wait_for_url(at(first), timeout=PATIENCE)
    settled(page)
    assert "city_size=small_medium" in page.url
    chart = page.get_by_test_id("stVegaLiteChart").first.locator("svg")
    assert chart.bounding_box()["x"] + chart.bounding_box()["width"] <= 1280
    label = chart.locator("text").filter(has_text="procurement").first
    size = label.evaluate("e => parseFloat(getComputedStyle(e).fontSize) * (e.getScreenCTM().a)")
    assert size >= 18, "labels are read from the last row"
    follower = browser.new_page(viewport={"width": 390, "height": 844})
    follower.goto(f"{address}/overview?event=demo&follow=1")
    follower.wait_for_url(re.compile("/gaps.*city_size=small_medium.*follow=1"), timeout=PATIENCE)
    settled(page).keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(f"/tables.*present={second}"), timeout=PATIENCE)
    follower.wait_for_url(re.compile("/tables.*topic=duration"), timeout=PATIENCE)
    settled(page).keyboard.press("ArrowLeft")
    page.wait_for_url(at(first), timeout=PATIENCE)
    follower.close()


def test_the_wall_has_a_qr_code_that_leads_to_its_view(hall, wall):
    address = hall.address
    page, (first, _) = wall
    page.goto(f"{address}/gaps?event=demo&present={first}")
    settled(page)
    expect(page.locator(".st-key-present_qr img")).to_be_visible()
    expect(page.locator(".st-key-present_bar")).to_contain_text(f"/v/{first}")
    page.goto(f"{address}/v/{first}")
    page.wait_for_url(re.compile("/gaps.*city_size=small_medium"), timeout=PATIENCE)


def test_a_host_writes_and_the_audience_sees_it_only_once_it_is_revealed(hall, wall, browser):
    address, engine = hall.address, hall.engine
    page, _ = wall
    token = hall.organiser.removeprefix("/enter/")
    with writing(engine) as connection:
        access.make_links(connection, "demo", 1)
        desk.reveal(connection, "demo", "framework", True)
    audience = browser.new_page(viewport={"width": 1280, "height": 720})
    audience.goto(f"{address}/tables?event=demo&topic=framework")
    expect(audience.get_by_role("heading", level=1)).to_have_text(
        "This is hidden until the presenter reveals it", timeout=PATIENCE
    )
    with writing(engine) as connection:
        options = list(setup.catalogue_of_event(connection, "demo").options_of("framework"))
        desk.save(connection, token, "demo", 9, Change("framework", 0, [[options[0]]]))
    page.goto(f"{address}/present?event=demo")
    settled(page).get_by_text("Tables: Programme framework").click()
    expect(audience.get_by_test_id("stVegaLiteChart").first).to_be_visible(timeout=PATIENCE)
    assert "hidden" not in audience.get_by_role("heading", level=1).inner_text()
    audience.close()


def test_a_frozen_link_shows_old_numbers_after_new_answers(hall, browser):
    address, engine = hall.address, hall.engine
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{address}/gaps?event=demo")
    settled(page).get_by_role("button", name="Link", exact=True).click()
    frozen = page.get_by_test_id("stCode").last.inner_text().strip()
    assert re.search(r"v=\d+", frozen)
    page.goto(frozen)
    base = settled(page).locator("p.base").first
    said, before = page.get_by_role("heading", level=1).inner_text(), base.inner_text()
    people = int(before.split()[2])
    card = "15" * len(read_catalogue().codes)
    add_answers(engine, "demo", submissions(*((f"later{k}", "elected", card) for k in range(12))))
    more = page.get_by_role("button", name="12 answers since: see now")
    expect(more).to_be_visible(timeout=PATIENCE)
    assert (page.get_by_role("heading", level=1).inner_text(), base.inner_text()) == (said, before)
    page.reload()
    assert settled(page).locator("p.base").first.inner_text() == before
    more.click()
    expect(page.locator("p.base").first).to_contain_text(f"n = {people + 12} people", timeout=PATIENCE)
    page.close()
