"""What people do with a view: open it, change it, go back, send it, take its numbers along."""

import csv
import io

import pytest
from browser.server import PATIENCE, settled
from playwright.sync_api import expect

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
    choose(page, "City size", "Small and medium cities, under 250 000")
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
    page.get_by_role("link", name="Who answered").click()
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
    with page.expect_download(timeout=PATIENCE) as given:
        page.get_by_role("button", name="CSV", exact=True).first.click()
    rows = list(csv.DictReader(io.StringIO(given.value.path().read_text(encoding="utf-8"))))
    assert given.value.suggested_filename.startswith("priority-demo-city_size-small_medium-v")
    shown = "".join("".join(labels(page)).split())  # a label of two lines has no space between them
    greatest = sorted(rows, key=lambda row: int(row["rank"]))[:10]
    for row in greatest:
        assert "".join(row["competency_label"].split()) in shown
    assert all(row["filters"].startswith("city size: Small") and row["data_version"] for row in rows)


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_has_no_sideways_scroll(visit, name):
    page = settled(visit(f"{name}?by=city_size", viewport={"width": 390, "height": 844}))
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
    chip = page.get_by_role("button", name="City size: Small and medium cities, under 250 000 ✕")
    chip.focus()
    page.keyboard.press("Enter")
    expect(base(page)).to_contain_text("everyone", timeout=PATIENCE)
