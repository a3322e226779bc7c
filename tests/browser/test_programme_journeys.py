"""The programme in a browser: a slider moved and taken back, a line's receipt, and how sure modules are."""

from browser.server import PATIENCE, settled
from playwright.sync_api import expect

CHART = "stVegaLiteChart"


def test_a_slider_moves_the_programme_back_undoes_it_and_a_click_opens_a_receipt(visit):
    page = visit("programme")
    expect(page.locator("h1")).to_contain_text("Within 40 hours the programme covers", timeout=PATIENCE)
    chart = page.locator(".st-key-chart_programme").get_by_test_id(CHART)
    chart.locator("svg").wait_for(timeout=PATIENCE)
    box = chart.bounding_box()
    assert box["y"] + box["height"] <= 720
    page.locator(".st-key-pick_hours input[type=range]").press("ArrowLeft")
    page.wait_for_url("**hours=39*", timeout=PATIENCE)
    expect(page.locator("h1")).to_contain_text("Within 39 hours", timeout=PATIENCE)
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Within 40 hours", timeout=PATIENCE)
    chart.locator("svg .mark-rect path").nth(1).click(force=True)
    page.wait_for_url("**line=*", timeout=PATIENCE)
    seen = page.locator("section.receipt a").first
    seen.wait_for(timeout=PATIENCE)
    assert seen.get_attribute("href").startswith("gaps?event=demo")
    assert page.get_by_test_id("stException").count() == 0


def test_how_sure_each_module_is_comes_after_the_programme_without_a_click(visit):
    page = visit("programme")
    expect(page.locator("h1")).to_contain_text("over 1\u202f000 redrawn rooms", timeout=2 * PATIENCE)
    settled(page)
    assert page.get_by_test_id("stProgress").count() == 0
    assert page.locator(".st-key-chart_programme svg text", has_text="contested").count() > 1
