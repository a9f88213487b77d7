"""What a person does in a browser: read a page, follow a link, try the documentation, look at the trace.

Each step leaves a screenshot in `build/screenshots` of the folder that the tests run in.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

pytestmark = pytest.mark.slow

SCREENSHOTS = Path("build/screenshots")
SECONDS = 120


@pytest.fixture(scope="module")
def service(start: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A service that traces everything."""
    return start("--demo-products=200", folder=tmp_path_factory.mktemp("served"), OGROM_TRACE="1")


@pytest.fixture(scope="module")
def base(service: Any) -> str:
    """The service's address."""
    return f"http://127.0.0.1:{service.port}"


@pytest.fixture(scope="module")
def collage(service: Any) -> str:
    """The path of a German collage."""
    path: str = service.get("/v1/de-DE/collages?limit=1").json["items"][0]["links"]["self"]
    return path


def keep(browser: Chrome, name: str) -> None:
    """Take a screenshot, and see that nothing on the page was refused or failed."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    assert browser.save_screenshot(str(SCREENSHOTS / f"{name}.png"))
    told = browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's
    assert [each for each in told if each["level"] == "SEVERE"] == []


def wait(browser: Chrome, selector: str) -> Any:
    """The first element that fits, once it is shown."""

    def shown(driver: Chrome) -> Any:
        return next(
            (each for each in driver.find_elements(By.CSS_SELECTOR, selector) if each.is_displayed()), None
        )

    return WebDriverWait(browser, SECONDS).until(shown, f"nothing shown for {selector}")


def test_a_collage_can_be_read_and_left_by_a_link(browser: Chrome, base: str, collage: str) -> None:
    """The page shows the collage, and its link to the comments leads to theirs."""
    browser.get(base + collage)
    title = browser.find_element(By.TAG_NAME, "h1").text
    assert title
    assert browser.title.startswith(title)
    assert "/products/" in (wait(browser, ".canvas a").get_dom_attribute("href") or "")
    keep(browser, "collage")
    browser.find_element(By.LINK_TEXT, "comments").click()
    assert browser.current_url == f"{base}{collage}/comments"
    assert wait(browser, "h1").text
    keep(browser, "comments")


def test_pictures_are_shown(browser: Chrome, base: str) -> None:
    """The demo's pictures load under the page's policy."""
    browser.get(f"{base}/v1/en-GB/products/1")
    picture = wait(browser, "img")
    assert int(picture.get_property("naturalWidth")) > 0
    keep(browser, "product")


def test_the_documentation_sends_a_request(browser: Chrome, base: str) -> None:
    """/docs lists the operations, and one of them is tried out there."""
    browser.get(f"{base}/docs")
    wait(browser, "#operations-tag-comment, [id$='-get_comments']")
    browser.find_element(By.CSS_SELECTOR, "[id$='-get_comments'] .opblock-summary-control").click()
    wait(browser, "[id$='-get_comments'] .execute").click()
    status = wait(browser, "[id$='-get_comments'] .live-responses-table tbody .response-col_status")
    assert status.text.startswith("200")
    keep(browser, "docs")


@pytest.fixture
def phone(browser: Chrome) -> Iterator[Chrome]:
    """The browser with the window of a phone."""
    metrics = {"width": 400, "height": 850, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_pages_fit_a_phone(phone: Chrome, base: str, collage: str) -> None:
    """What is wide scrolls by itself, and never the whole page."""
    phone.get(base + collage)
    traced = phone.find_element(By.LINK_TEXT, "See it in the whole graph").get_dom_attribute("href")
    for name, path in {"home": "/v1/de-DE/", "collage": collage, "traces": "/trace", "trace": traced}.items():
        phone.get(base + path)
        assert phone.execute_script("return document.documentElement.scrollWidth") == 400, name
        keep(phone, f"{name}-on-a-phone")


def test_the_trace_lights_the_path(browser: Chrome, base: str, collage: str) -> None:
    """The trace of a request shows the whole graph, lit where the request went."""
    browser.get(base + collage)
    browser.find_element(By.LINK_TEXT, "See it in the whole graph").click()
    browser.find_element(By.LINK_TEXT, "trace").click()
    keep(browser, "traces")
    browser.find_element(By.PARTIAL_LINK_TEXT, collage).click()
    lit = {
        each.get_dom_attribute("id") for each in browser.find_elements(By.CSS_SELECTOR, ".graph .node.lit")
    }
    assert {"node-service_available", "node-exists", "node-handle_ok"} <= lit
    assert not {"node-handle_not_found", "node-handle_gone", "node-post"} & lit
    pale = browser.find_elements(By.CSS_SELECTOR, ".graph .node:not(.lit)")
    assert len(pale) > 40
    assert wait(browser, ".graph").is_displayed()
    keep(browser, "trace")
