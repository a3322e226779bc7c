"""What people do with a view: open it, change it, go back, send it, take its numbers along."""

import csv
import io

import pytest
from browser.server import PATIENCE, downloaded, sctrain, settled, turn_to
from playwright.sync_api import expect

from sctrain.store.queries import data_version
from sctrain.ui.titles import TITLES

PAGES = list(TITLES)
CHART = "stVegaLiteChart"


def base(page):
    return page.locator("p.base").first


def labels(page, chart=0):
    return page.get_by_test_id(CHART).nth(chart).locator("svg text").all_text_contents()


def choose(page, menu, option):
    """Pick an option in a select whose accessible name is `menu`."""
    page.get_by_role("combobox", name=menu).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_picking_a_city_size_changes_caption_chart_and_address_and_back_undoes_it(visit):
    page = settled(visit("gaps"))
    before, drawn = base(page).inner_text(), labels(page)
    page.get_by_role("button", name="Filter", exact=True).click()
    choose(page, "City size", "Small and medium cities, under 250\u202f000 (or not said)")
    expect(base(page)).to_contain_text("city size: Small and medium", timeout=PATIENCE)
    settled(page)
    assert "city_size=small_medium" in page.url
    assert labels(page) != drawn
    page.go_back()
    expect(base(page)).to_have_text(before, timeout=PATIENCE)
    assert "city_size" not in page.url


def test_a_copied_link_opens_the_view_it_was_copied_from(visit):
    page = settled(visit("gaps?city_size=small_medium&measure=gap&show=all&by=discipline"))
    said, told = page.get_by_role("heading", level=1).inner_text(), base(page).inner_text()
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_test_id("stCode")).to_have_count(2, timeout=PATIENCE)
    links = [code.inner_text().strip() for code in page.get_by_test_id("stCode").all()]
    assert "v=" in links[1]
    for link in links:
        again = settled(visit(link.split("/", 3)[3]))
        assert again.get_by_role("heading", level=1).inner_text() == said
        assert base(again).inner_text() == told


def test_the_selection_stays_from_page_to_page(visit):
    page = settled(visit("gaps?role=programme_manager"))
    turn_to(page, "who")
    page.wait_for_url("**/who?*")
    expect(base(page)).to_contain_text("role: Programme manager", timeout=PATIENCE)
    assert "role=programme_manager" in page.url


def test_clicking_a_competency_opens_its_answers_and_is_in_the_address(visit):
    page = settled(visit("gaps"))
    page.get_by_test_id(CHART).first.locator("svg .mark-symbol path").nth(3).click(force=True)
    page.wait_for_url("**competency=*", timeout=PATIENCE)
    settled(page)
    chosen = page.url.split("competency=")[1].split("&")[0]
    assert chosen
    expect(page.get_by_role("combobox", name="Competency")).to_be_visible()


def test_the_download_holds_the_numbers_on_screen(visit):
    page = settled(visit("gaps?city_size=small_medium"))
    page.get_by_text("The numbers", exact=True).first.click()
    given = downloaded(settled(page), "CSV")
    rows = list(csv.DictReader(io.StringIO(given.path().read_text(encoding="utf-8"))))
    assert given.suggested_filename.startswith("priority-demo-city_size-small_medium-v")
    shown = "".join("".join(labels(page)).split())  # a label of two lines has no space between them
    greatest = sorted(rows, key=lambda row: int(row["rank"]))[:10]
    for row in greatest:
        assert "".join(row["competency_label"].split()) in shown
    assert all(row["filters"].startswith("city size: Small") and row["data_version"] for row in rows)


@pytest.fixture(scope="module")
def phone(window):
    """One page of the size of a phone, for all that is looked at in turn: each opens in half the time."""
    page = window((390, 844)).new_page()
    yield page
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_has_no_sideways_scroll(phone, address, name):
    phone.goto(f"{address}/{name}?by=city_size")
    page = settled(phone)
    wide = "[...document.querySelectorAll('[data-testid=stMain]')].map(e => e.scrollWidth - e.clientWidth)"
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert max(page.evaluate(wide)) <= 0


def test_the_main_chart_is_seen_without_scrolling_on_a_projector(visit):
    page = settled(visit("gaps"))
    box = page.locator(".st-key-chart_priority").get_by_test_id(CHART).bounding_box()
    assert box["y"] + box["height"] <= 720


def test_the_tables_page_shows_another_list_by_its_link(visit):
    page = settled(visit("tables?topic=duration"))
    told = page.get_by_text("furthest apart")
    expect(told).to_be_visible()
    page.get_by_role("combobox", name="Topic").click()
    page.get_by_role("option", name="Contents", exact=True).click()
    page.wait_for_url("**topic=contents*", timeout=PATIENCE)
    expect(base(page)).to_contain_text("contents")
    page.go_back()
    expect(base(page)).to_contain_text("duration", timeout=PATIENCE)


def test_one_back_undoes_a_choice_that_changes_two_parameters(visit):
    page = settled(visit("tables?topic=duration&option=month"))
    page.get_by_role("combobox", name="Topic").click()
    page.get_by_role("option", name="Contents", exact=True).click()
    page.wait_for_url(lambda url: "topic=contents" in url and "option=" not in url, timeout=PATIENCE)
    settled(page)
    page.go_back()
    expect(base(page)).to_contain_text("duration", timeout=PATIENCE)
    assert "option=month" in page.url


def version(hall):
    with hall.engine.connect() as connection:
        return data_version(connection)


def test_the_organiser_confirms_a_suggestion(hall, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(hall.address + hall.organiser)
    page.goto(f"{hall.address}/challenges?challenge=unclear_models")
    expect(settled(page).locator("ul.lines")).to_contain_text("suggested, not confirmed")
    page.get_by_text("For the organiser").click()
    save = page.get_by_role("button", name="Save", exact=True)
    save.wait_for(timeout=PATIENCE)
    grid = page.get_by_test_id("stDataFrame").last
    grid.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    grid.click(position={"x": 30, "y": 53})  # the first line: table 7's solution
    for key in [*["ArrowRight"] * 5, "Space"]:
        page.keyboard.press(key)
    page.wait_for_timeout(1_000)
    before = version(hall)
    save.click()
    expect(base(page)).to_contain_text(f"data version {before + 1}", timeout=PATIENCE)
    solution = page.locator("ul.lines li").filter(has_text="Table 7, solution")
    expect(solution).not_to_contain_text("suggested", timeout=PATIENCE)
    page.close()


def test_sheets_come_in_and_a_card_of_the_queue_leads_to_its_chart(hall, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{hall.address}/tables?topic=contents")
    before = settled(page).get_by_role("heading", level=1).inner_text()
    sctrain(hall.folder, "import-tables", "data/sheets/example.toml")
    page.reload()
    expect(base(page)).to_contain_text(f"data version {version(hall)}", timeout=PATIENCE)
    assert settled(page).get_by_role("heading", level=1).inner_text() != before
    turn_to(page, "queue")
    card = page.locator("article.card").filter(has_text="See every table").first
    card.wait_for(timeout=PATIENCE)
    named = card.get_by_role("heading").inner_text().partition(". ")[2]
    card.get_by_role("link").click()
    page.wait_for_url("**/tables?*option=*", timeout=PATIENCE)
    chart = settled(page).locator(".st-key-chart_ranks").get_by_test_id(CHART)
    expect(page.get_by_role("combobox", name="Mark")).to_have_value(f"Mark {named}")
    expect(chart).to_be_in_viewport(timeout=PATIENCE)
    assert named in chart.locator("canvas, svg").first.evaluate("e => e.closest('[data-testid]').textContent") + (
        page.locator(".st-key-chart_ranks [aria-label]").first.get_attribute("aria-label") or ""
    )
    page.go_back()
    expect(page.locator("article.card").first).to_be_visible(timeout=PATIENCE)
    page.close()


def test_clicking_a_challenge_opens_what_tables_wrote_about_it(visit):
    page = settled(visit("challenges"))
    page.locator(".st-key-chart_challenges svg text", has_text="no solution offered").first.click(force=True)
    page.wait_for_url("**challenge=privacy*", timeout=PATIENCE)
    expect(page.locator("ul.lines")).to_contain_text("Residents ask what the cameras record", timeout=PATIENCE)
    expect(page.locator(".js-plotly-plot .sankey-node").first).to_be_visible(timeout=PATIENCE)


def test_two_voices_are_a_slope_chart_whose_lines_can_be_clicked(visit):
    page = settled(visit("voices"))
    page.locator(".st-key-chart_voices svg text", has_text="Public–private").first.click(force=True)
    page.wait_for_url("**competency=ppp*", timeout=PATIENCE)
    assert settled(page).get_by_test_id("stException").count() == 0


def test_too_few_people_are_a_state_with_a_way_out(visit):
    page = settled(visit("gaps?role=programme_manager&discipline=law"))
    expect(page.get_by_test_id(CHART)).to_have_count(0)
    page.get_by_role("button", name="Take all off").click()
    expect(page.get_by_test_id(CHART).first).to_be_visible(timeout=PATIENCE)
    assert "discipline" not in page.url


def test_a_link_with_unknown_words_says_so_and_shows_the_rest(visit):
    page = settled(visit("gaps?role=wizard&city_size=small_medium"))
    expect(page.get_by_text("role “wizard”")).to_be_visible()
    expect(base(page)).to_contain_text("city size: Small and medium")


def test_the_keyboard_reaches_the_filter_and_takes_it_off(visit):
    page = settled(visit("gaps?city_size=small_medium"))
    chip = page.get_by_role("button", name="City size: Small and medium cities, under 250\u202f000 (or not said) ✕")
    chip.focus()
    page.keyboard.press("Enter")
    expect(base(page)).to_contain_text("everyone", timeout=PATIENCE)
