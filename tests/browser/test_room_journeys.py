"""The live room in a browser: a phone without network or without scripts, hosts who drag, two scribes at once."""

import re
import time
from types import SimpleNamespace

import pytest
from browser.server import serving, settled
from playwright.sync_api import expect
from sqlalchemy import text

from sctrain.catalogue import read_catalogue
from sctrain.store import access, desk, setup
from sctrain.store.engine import open_store, writing
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent

TOPIC = "contents"
REDRAWN = 10_000
"""Milliseconds in which an open page follows the data: 3 s in the room, more where tests share the processor."""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
BLOCKED = re.compile("Content.Security.Policy|Refused to", re.IGNORECASE)
OPTIONS = read_catalogue().options_of(TOPIC)
"""Codes of the options, with their labels."""


@pytest.fixture(scope="module")
def venue(tmp_path_factory):
    """A server with one live event of three tables, and its links."""
    folder = tmp_path_factory.mktemp("venue")
    engine = open_store(f"sqlite:///{folder / 'browser.db'}")
    with writing(engine) as connection:
        how = Setup(tables=3, languages=("en", "es", "fr", "pt"))
        setup.make_event(connection, NewEvent("live", "A live room", threshold=3), read_catalogue(), how, ())
        tables = [access.make_link(connection, "table", "live", n) for n in (1, 2, 3)]
        phone = access.make_link(connection, "participant", "live")
    with serving(folder) as address:
        yield SimpleNamespace(address=address, engine=engine, form=f"{address}/j/{phone}", tables=tables)


@pytest.fixture
def enter(venue, browser):
    """Open an address in a fresh browser; afterwards nothing was blocked, and no request has left the machine."""
    outside, blocked, contexts = [], [], []

    def opened(address, **how):
        contexts.append(browser.new_context(**how))
        page = contexts[-1].new_page()
        page.on("console", lambda m: blocked.append(m.text) if BLOCKED.search(m.text) else None)
        page.on("pageerror", lambda e: blocked.append(str(e)))
        page.on(
            "request",
            lambda r: outside.append(r.url) if not r.url.startswith((venue.address, "data:", "blob:")) else None,
        )
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert outside == blocked == []


@pytest.fixture
def sheet(venue, enter):
    """Open the sheet of a table: `sheet(2)`."""
    return lambda table=1, **how: enter(f"{venue.address}/enter/{venue.tables[table - 1]}", **how)


def stands(venue, table=1):
    with venue.engine.connect() as connection:
        return {name: part.content for name, part in desk.read(connection, "live", table).items()}


def sent(venue):
    """The cards of the standing answers."""
    with venue.engine.connect() as connection:
        return list(connection.scalars(text("SELECT ratings FROM answer WHERE replaced_in IS NULL ORDER BY id")))


def clear(venue, table):
    """Empty a desk."""
    with writing(venue.engine) as connection:
        token = access.standing_link(connection, "organiser", "live")
        desk.reset(connection, token, "live", table)


def until(look, seconds=5.0):
    """What is looked for, as soon as it is there."""
    ends = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < ends:
        time.sleep(0.05)
    return found


def mark(page, name, value):
    page.locator(f"input[name={name}][value='{value}']").check(force=True)


def status(page):
    return page.locator("#status")


# ---- phones


def test_the_form_works_from_the_link_to_the_code_without_scripts(venue, enter):
    page = enter(venue.form, java_script_enabled=False, **PHONE)
    before = len(sent(venue))
    page.locator("#s0 input[type=radio]").first.check()
    page.get_by_role("button", name="Save and go on").first.click()
    assert page.url.endswith("#s1")
    mark(page, "i0", "5")
    mark(page, "l0", "?")
    page.get_by_role("button", name="Save and go on").nth(1).click()
    expect(page.locator("input[name=i0][value='5']")).to_be_checked()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", page.locator(".code").inner_text())
    assert len(sent(venue)) == before + 1
    page.get_by_role("link", name="See where I stand").click()
    expect(page.get_by_role("heading", name="Where I stand")).to_be_visible()


def test_a_phone_saves_as_it_goes_and_speaks_another_language_with_the_same_marks(venue, enter):
    page = enter(venue.form, **PHONE)
    mark(page, "i1", "4")
    expect(status(page)).to_have_text("Saved")
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("input[name=i1][value='4']")).to_be_checked()


def test_what_is_marked_right_before_the_language_is_changed_is_not_lost(venue, enter):
    page = enter(venue.form, **PHONE)
    mark(page, "i2", "3")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("input[name=i2][value='3']")).to_be_checked()


def test_a_dead_network_loses_nothing_and_sends_once(venue, enter):
    page = enter(venue.form, **PHONE)
    before = len(sent(venue))
    mark(page, "i0", "2")
    expect(status(page)).to_have_text("Saved")
    page.context.set_offline(True)
    mark(page, "l0", "1")
    expect(status(page)).to_contain_text("Kept on this phone")
    page.get_by_role("button", name="Send my answers").click()
    expect(status(page)).to_contain_text("Kept on this phone")
    assert len(sent(venue)) == before
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible(timeout=20_000)
    assert [card[:2] for card in sent(venue)[before:]] == ["21"]


def test_what_was_kept_while_the_network_was_dead_is_sent_after_the_page_was_closed(venue, enter):
    page = enter(venue.form, **PHONE)
    before = len(sent(venue))
    page.context.set_offline(True)
    mark(page, "i3", "5")
    page.get_by_role("button", name="Send my answers").click()
    expect(status(page)).to_contain_text("Kept on this phone")
    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(venue.form)
    expect(again.get_by_role("heading", name="Thank you")).to_be_visible()
    assert [card[6] for card in sent(venue)[before:]] == ["5"]


def test_a_browser_that_keeps_nothing_still_sends(venue, enter):
    page = enter(venue.form, **PHONE)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.reload()
    before = len(sent(venue))
    mark(page, "i0", "4")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert len(sent(venue)) == before + 1


def test_two_tabs_of_one_phone_are_one_form(venue, enter):
    first = enter(venue.form, **PHONE)
    second = first.context.new_page()
    second.goto(venue.form)
    mark(first, "i0", "5")
    expect(second.locator("input[name=i0][value='5']")).to_be_checked()
    mark(second, "l0", "2")
    expect(first.locator("input[name=l0][value='2']")).to_be_checked()


def test_a_clock_that_is_set_back_loses_nothing(venue, enter):
    page = enter(venue.form, **PHONE)
    mark(page, "i0", "5")
    expect(status(page)).to_have_text("Saved")
    page.add_init_script("const now = Date.now; Date.now = () => now() - 86400000;")
    page.reload()
    mark(page, "i0", "1")
    expect(status(page)).to_have_text("Saved")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert sent(venue)[-1][0] == "1"


def test_the_form_is_filled_in_by_keyboard_alone(venue, enter):
    page = enter(venue.form)
    before = len(sent(venue))
    page.locator("input[name=i0]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=i0][value='3']")).to_be_checked()
    outline = page.locator("input[name=i0][value='3'] + b").evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid"
    page.get_by_role("button", name="Save and go on").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('section').id") == "s1"
    page.get_by_role("button", name="Send my answers").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert sent(venue)[before][0] == "3"


# ---- tables


def row(page, code):
    return page.locator(f"#{TOPIC} li[data-code={code}]")


def up(page, code):
    row(page, code).get_by_role("button", name="Move up").click()


def order(page):
    return page.locator(f"#{TOPIC} li.ranked").evaluate_all("all => all.map(li => li.dataset.code)")


def drag(page, code, onto):
    """Drag an option by its handle to above another one."""
    handle, target = row(page, code).locator(".handle").bounding_box(), row(page, onto).bounding_box()
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 12, handle["y"] - 20, steps=3)
    page.mouse.move(handle["x"] + 12, target["y"] + 4, steps=12)
    page.mouse.up()


FOUR = list(OPTIONS)[:4]


def veil(venue, hide):
    """Hide the list from the room, or reveal it."""
    with writing(venue.engine) as connection:
        desk.reveal(connection, "live", TOPIC, hide)


def test_a_host_drags_and_the_audience_sees_it_once_it_is_revealed(venue, enter, sheet):
    clear(venue, 1)
    veil(venue, hide=True)
    host = sheet(1, viewport={"width": 1280, "height": 1200})
    audience = enter(f"{venue.address}/tables?event=live&topic={TOPIC}", viewport={"width": 1280, "height": 720})
    a, b, c, _ = FOUR
    for code in (a, b, c):
        up(host, code)
    drag(host, c, a)
    assert order(host) == [c, a, b]
    assert until(lambda: stands(venue).get(TOPIC) == [[c], [a], [b]], 2), "each change is stored within two seconds"
    main = settled(audience).get_by_test_id("stMain")
    expect(main).to_contain_text("nobody is served this yet")
    for code in (a, b, c):
        expect(main).not_to_contain_text(OPTIONS[code])
    veil(venue, hide=False)
    expect(main).to_contain_text(OPTIONS[c], timeout=REDRAWN)
    settled(audience)
    drag(host, b, c)
    assert until(lambda: stands(venue).get(TOPIC) == [[b], [c], [a]], 2)
    first = re.compile(rf"{OPTIONS[b]}.*{OPTIONS[c]}.*{OPTIONS[a]}", re.DOTALL)
    expect(main).to_contain_text(first, timeout=REDRAWN)


def test_an_option_is_dragged_with_a_finger(venue, sheet):
    clear(venue, 2)
    host = sheet(2, **PHONE)
    a, b, c, _ = FOUR
    for code in (a, b, c):
        up(host, code)
    handle = row(host, c).locator(".handle")
    handle.scroll_into_view_if_needed()
    start, target = handle.bounding_box(), row(host, a).bounding_box()
    touch = host.context.new_cdp_session(host)
    at = {"x": start["x"] + 12, "y": start["y"] + 12}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    for n in range(1, 9):
        y = at["y"] + (target["y"] + 3 - at["y"]) * n / 8
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": at["x"], "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert until(lambda: stands(venue, 2).get(TOPIC) == [[c], [a], [b]]), order(host)


def test_ranks_are_typed_tied_moved_and_taken_back(venue, sheet):
    clear(venue, 3)
    host = sheet(3)
    a, b, c, d = FOUR
    for code, rank in ((a, "1"), (b, "2"), (c, "2"), (d, "1")):
        row(host, code).locator(".rank").fill(rank)
        host.keyboard.press("Enter")
    assert order(host) == [a, d, b, c]
    ranks = {code: row(host, code).locator(".rank").input_value() for code in FOUR}
    assert ranks == {a: "1", d: "1", b: "3", c: "3"}
    assert until(lambda: stands(venue, 3).get(TOPIC) == [sorted([a, d]), sorted([b, c])])
    row(host, c).get_by_role("button", name="Move down").click()
    assert until(lambda: stands(venue, 3).get(TOPIC) == [sorted([a, d]), [b]])
    host.locator(f"#{TOPIC}").get_by_role("button", name="Undo the last change").click()
    assert until(lambda: stands(venue, 3).get(TOPIC) == [sorted([a, d]), sorted([b, c])])
    expect(row(host, c)).to_have_class(re.compile("ranked"))


def test_who_leaves_a_tie_leaves_the_others_tied_and_buttons_keep_the_focus(venue, sheet):
    clear(venue, 3)
    host = sheet(3)
    a, b, c, d = FOUR
    for code in FOUR:
        up(host, code)
    for code in (b, c):
        row(host, code).get_by_role("button", name="Same rank as the one above").click()
    assert until(lambda: stands(venue, 3).get(TOPIC) == [sorted([a, b, c]), [d]])
    for _ in range(3):
        row(host, a).get_by_role("button", name="Move down").click()
    assert host.evaluate("document.activeElement.closest('li').dataset.code") == a
    assert until(lambda: stands(venue, 3).get(TOPIC) == [sorted([b, c]), [d], [a]])


def test_two_scribes_who_change_one_list_see_both_and_choose(venue, sheet):
    clear(venue, 1)
    first, second = sheet(1), sheet(1)
    a, b, c, _ = FOUR
    second.context.set_offline(True)
    up(first, a)
    assert until(lambda: stands(venue).get(TOPIC) == [[a]])
    up(second, b)
    second.context.set_offline(False)
    note = second.locator(f"#{TOPIC} .conflict")
    expect(note).to_contain_text("Somebody else changed this list", timeout=10_000)
    expect(note).to_contain_text(OPTIONS[a])
    expect(note).to_contain_text(OPTIONS[b])
    up(second, c)  # goes on: kept, and still nothing of theirs is overwritten
    expect(note).to_contain_text(f"{OPTIONS[b]} › {OPTIONS[c]}")
    second.wait_for_timeout(600)
    assert stands(venue).get(TOPIC) == [[a]]
    second.reload()
    expect(note).to_contain_text(f"{OPTIONS[b]} › {OPTIONS[c]}")  # … nor is ours lost
    note.get_by_role("button", name="Keep mine").click()
    assert until(lambda: stands(venue).get(TOPIC) == [[b], [c]])
    expect(row(first, b)).to_have_class(re.compile("ranked"), timeout=10_000)


def test_theirs_is_taken_with_one_button(venue, sheet):
    clear(venue, 1)
    first, second = sheet(1), sheet(1)
    a, b, *_ = FOUR
    second.context.set_offline(True)
    up(first, a)
    assert until(lambda: stands(venue).get(TOPIC) == [[a]])
    up(second, b)
    second.context.set_offline(False)
    second.locator(f"#{TOPIC} .conflict").get_by_role("button", name="Take theirs").click(timeout=10_000)
    assert order(second) == [a]
    assert stands(venue).get(TOPIC) == [[a]]


def written(venue, table):
    return sorted(p["text"] for name, p in stands(venue, table).items() if name.startswith("line.") and p["text"])


def test_of_a_line_that_two_scribes_change_both_texts_are_there(venue, sheet):
    clear(venue, 2)
    first = sheet(2)
    first.locator("#new textarea").fill("Silos")
    assert until(lambda: written(venue, 2) == ["Silos"], 3)
    second = sheet(2)
    mine, theirs = first.locator("#new textarea"), second.locator("#written textarea").first
    second.context.set_offline(True)
    theirs.fill("Silos of data")
    mine.fill("Silos of people")
    assert until(lambda: written(venue, 2) == ["Silos of people"], 4)
    second.context.set_offline(False)
    assert until(lambda: written(venue, 2) == ["Silos of data", "Silos of people"], 10)
    theirs.press("End")
    theirs.press_sequentially("!")  # who writes on writes on in their own
    assert until(lambda: written(venue, 2) == ["Silos of data!", "Silos of people"], 5)
    texts = second.locator("#written textarea").evaluate_all("all => all.map(e => e.value).sort()")
    assert texts == ["Silos of data!", "Silos of people"]


def test_a_solution_is_for_a_challenge_that_was_written_a_moment_ago(venue, sheet):
    clear(venue, 3)
    host = sheet(3)
    host.locator("#new textarea").fill("No budget for training")
    host.get_by_role("button", name="Another line").click()
    new = host.locator("#new form")
    new.locator("textarea").fill("Share one trainer")
    new.locator("[name=kind]").select_option("solution")
    new.locator("summary").click()
    new.locator("[name=answers]").focus()
    new.locator("[name=answers]").select_option(label="No budget for training")
    part = host.locator("#written form").last.get_attribute("data-part")
    assert until(
        lambda: (
            [p["answers"] for p in stands(venue, 3).values() if isinstance(p, dict) and p.get("kind") == "solution"]
            == [part]
        )
    )


def test_a_sheet_that_is_shut_keeps_what_was_typed_until_it_is_opened(venue, sheet):
    clear(venue, 3)
    host = sheet(3)
    with writing(venue.engine) as connection:
        organiser = access.standing_link(connection, "organiser", "live")
        desk.lock(connection, organiser, "live", 3, True)
    up(host, FOUR[0])
    expect(host.locator("#shut")).to_be_visible(timeout=10_000)
    expect(row(host, FOUR[1]).locator(".rank")).to_be_disabled()
    with writing(venue.engine) as connection:
        desk.lock(connection, organiser, "live", 3, False)
    assert until(lambda: stands(venue, 3).get(TOPIC) == [[FOUR[0]]], 10)


def test_a_sheet_works_without_scripts(venue, sheet):
    clear(venue, 3)
    host = sheet(3, java_script_enabled=False)
    row(host, FOUR[1]).locator(".rank").fill("1")
    host.locator(f"#{TOPIC}").get_by_role("button", name="Save this list").click()
    assert stands(venue, 3).get(TOPIC) == [[FOUR[1]]]
    host.locator("#new textarea").fill("A line")
    host.locator("#new").get_by_role("button", name="Save", exact=True).click()
    assert written(venue, 3) == ["A line"]


# ---- the rest of the house


def test_streamlit_pages_keep_their_own_scripts_under_the_policy(venue, enter):
    page = enter(f"{venue.address}/gaps?event=live", viewport={"width": 1280, "height": 720})
    settled(page)
    policy = page.request.get(f"{venue.address}/gaps").headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    page.goto(f"{venue.address}/tables?event=live&topic={TOPIC}")
    settled(page)
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
