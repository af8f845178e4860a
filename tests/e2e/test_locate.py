"""Where was this: a clip goes into the page; the map, the reasons and their sounds come out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no browser to drive: make test-e2e")
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import MEETING, ROOT

FOUND_MS = 90_000
RECORDED_MS = 4_000
DATA = ROOT / "tests" / "data"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
HEARD = "() => { const a = document.querySelector('audio'); return [a.currentTime, a.paused] }"
Shoot = Callable[[str], None]

pytestmark = pytest.mark.model


@pytest.fixture
def tab(page: Page) -> Page:
    """At the tab, with the world drawn."""
    page.get_by_role("link", name="Locate").click()
    expect(page.locator(".map-land path").first).to_be_attached()
    return page


def located(page: Page, clip: Path) -> dict[str, Any]:
    """What the server answered, when the page shows it."""
    with page.expect_response("**/v1/locate", timeout=FOUND_MS) as answered:
        page.set_input_files("#locate-file", clip)
    expect(page.get_by_role("meter")).to_be_visible()
    found: dict[str, Any] = answered.value.json()
    return found


def scale_km(page: Page) -> int:
    return int(page.locator(".map-scale").inner_text().removesuffix(" km").replace(",", ""))


def marks(page: Page) -> int:
    return page.locator(".map-candidate").count()


def test_a_clip_is_placed_on_the_map(tab: Page, shoot: Shoot) -> None:
    found = located(tab, DATA / "french.flac")
    assert found["status"] == "LOCATED"
    headline = found["summary"].partition(". ")[0]
    expect(tab.get_by_role("heading", name=headline)).to_be_visible()
    meter = tab.get_by_role("meter", name="Localizability")
    expect(meter).to_have_attribute("aria-valuenow", str(found["localizability"]))
    listed = tab.locator(".candidates li")
    expect(listed).to_have_count(len(found["candidates"]))
    expect(listed.first).to_contain_text(found["candidates"][0]["name"])
    assert marks(tab) == len(found["candidates"])
    assert tab.locator("#locate-answer .map-heat").count() > 1
    expect(tab.locator(".reason")).to_have_count(len(found["evidence"]))
    expect(tab.locator(".reason").first).to_contain_text("French speech")
    # Who does not see the map is told of it.
    told = tab.get_by_role("application")
    words = tab.locator(f"#{told.get_attribute('aria-describedby')}")
    expect(words).to_contain_text("Half of the probability lies within")
    tab.wait_for_timeout(1000)  # the map comes to rest
    shoot("locate")


def test_the_keyboard_moves_the_map_and_goes_to_a_candidate(tab: Page) -> None:
    located(tab, DATA / "french.flac")
    world = tab.locator(".map")
    world.focus()
    tab.wait_for_timeout(600)
    home_km = scale_km(tab)
    for _ in range(3):
        tab.keyboard.press("+")
        tab.wait_for_timeout(450)
    assert scale_km(tab) <= home_km / 2
    tab.keyboard.press("0")
    tab.wait_for_timeout(600)
    assert scale_km(tab) == home_km
    point = tab.locator(".map-point")
    before = point.get_attribute("transform")
    tab.keyboard.press("ArrowRight")
    assert point.get_attribute("transform") != before
    tab.locator(".candidates button").nth(1).focus()
    expect(tab.locator(".map-candidate.is-pointed")).to_have_count(1)
    tab.keyboard.press("Enter")
    tab.wait_for_timeout(600)
    box, mark = world.bounding_box(), tab.locator(".map-candidate.is-pointed").bounding_box()
    assert box is not None
    assert mark is not None
    middle = mark["x"] + mark["width"] / 2 - box["x"]
    assert middle == pytest.approx(box["width"] / 2, abs=20)


def test_a_reason_can_be_heard(tab: Page, shoot: Shoot) -> None:
    found = located(tab, MEETING)
    span = found["evidence"][0]["spans"][1]
    button = tab.locator(".reason").first.locator(".span-button").nth(1)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    heard_s, is_paused = heard(tab, span["start_s"] + 0.2)
    assert heard_s < span["end_s"]
    assert not is_paused
    shoot("locate-playing")
    expect(button).to_have_attribute("aria-pressed", "false", timeout=15_000)
    heard_s, is_paused = tab.evaluate(HEARD)
    assert heard_s == pytest.approx(span["end_s"], abs=0.5)
    assert is_paused


def heard(page: Page, least_s: float) -> tuple[float, bool]:
    """Where the sound is once it is beyond a time, and whether it is silent."""
    for _ in range(200):
        heard_s, is_paused = page.evaluate(HEARD)
        if heard_s > least_s:
            break
        page.wait_for_timeout(50)
    return heard_s, is_paused


def test_noise_cannot_be_located_and_the_page_says_so(tab: Page, shoot: Shoot) -> None:
    found = located(tab, DATA / "noise.flac")
    assert found["status"] == "NOT_LOCALIZABLE"
    expect(tab.get_by_role("heading", name="This clip cannot be located.")).to_be_visible()
    expect(tab.get_by_text("Best guess, no more than that")).to_be_visible()
    expect(tab.get_by_text("Nothing in this recording says where it was made.")).to_be_visible()
    tab.wait_for_timeout(1000)
    shoot("locate-noise")


def test_what_is_known_counts_and_no_more_is_told_than_wanted(tab: Page) -> None:
    located(tab, DATA / "french.flac")
    tab.get_by_text("What is known, and how much to tell").click()
    tab.get_by_label("Country", exact=True).select_option(label="Sweden")
    tab.get_by_label("Tell", exact=True).select_option("country")
    tab.get_by_role("button", name="Locate again").click()
    listed = tab.locator(".candidates li")
    expect(listed).to_have_count(1, timeout=FOUND_MS)
    expect(listed.locator(".candidate-place")).to_have_text("Sweden")
    expect(tab.locator(".reason").first).to_contain_text("What you said")


def test_a_clip_is_recorded_and_located(tab: Page) -> None:
    tab.get_by_role("button", name="Record").click()
    tab.wait_for_timeout(RECORDED_MS)
    with tab.expect_response("**/v1/locate", timeout=FOUND_MS) as answered:
        tab.get_by_role("button", name="Stop and locate").click()
    found = answered.value.json()
    assert found["listened_s"] == pytest.approx(RECORDED_MS / 1000, abs=1.5)
    assert found["evidence"]
    expect(tab.locator(".reason")).to_have_count(len(found["evidence"]))


def test_what_is_no_audio_is_refused_in_a_sentence(tab: Page) -> None:
    name = "<img src=x onerror=alert(1)>.txt"
    notes = FilePayload(name=name, mimeType="text/plain", buffer=b"not a sound " * 99)
    tab.set_input_files("#locate-file", notes)
    expect(tab.locator(".locate-failure")).to_contain_text(f"{name} is not audio")
    assert tab.locator("img").count() == 0


def test_axe_finds_nothing(tab: Page, shoot: Shoot) -> None:
    if not AXE.is_file():
        pytest.skip("axe is not here: npm install in web/")
    tab.evaluate(AXE.read_text())
    assert wrong(tab) == []
    located(tab, DATA / "french.flac")
    tab.get_by_text("What is known, and how much to tell").click()
    for width in (1180, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        for colours in ("light", "dark"):
            tab.emulate_media(color_scheme=colours, reduced_motion="reduce")
            assert wrong(tab) == []
            shoot(f"locate-{colours}-{width}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


def wrong(page: Page) -> list[tuple[str, list[str]]]:
    found = page.evaluate("async () => (await axe.run()).violations")
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
