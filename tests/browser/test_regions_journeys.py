"""The map is drawn from what ships, a region is made one's own, and both pages have a list beside it."""

from browser.server import PATIENCE, settled
from playwright.sync_api import expect

CHART = "stVegaLiteChart"


def test_the_map_is_drawn_offline_beside_its_list_without_scrolling(visit):
    page = settled(visit("regions"))  # `visit` refuses every request that leaves the machine
    chart = page.locator(".st-key-chart_map, .stMain").get_by_test_id(CHART).first
    expect(chart.locator("svg path").nth(60)).to_be_attached(timeout=PATIENCE)
    said = chart.locator("svg text").all_text_contents()
    assert {"Spain", "Portugal", "Italy"} <= set(said)
    box = chart.bounding_box()
    assert box["y"] + box["height"] <= 720
    expect(page.locator("p.base").first).to_contain_text("Made with Natural Earth")


def test_choosing_a_region_outlines_it_and_is_in_the_address(visit):
    page = settled(visit("regions"))
    page.get_by_role("combobox", name="Your region").click()
    page.get_by_role("option", name="Your region: ES51, Spain", exact=True).click()
    page.wait_for_url("**own=ES51*", timeout=PATIENCE)
    settled(page)
    expect(page.locator("svg text", has_text="your region’s country").first).to_be_visible(timeout=PATIENCE)
