# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site in a real browser: on a desk and on a phone, by day and by night."""

from __future__ import annotations

import base64
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from ansible_collections.huaweicloud.ims.tests.docs.browser.site import dead_links, is_own, pages

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
PAGES = pages()
# Colors are the scheme's, and what is around a page is the same on all of them: one page of each kind is measured in
# each way, a guide so that each size and each scheme is there once, and the pages of plugins, which are generated, in
# turn. A page in the other language has the colors of its twin.
EACH_KIND = (
    "index.html",
    "waiting.html",
    "zh_CN/index.html",
    "collections/huaweicloud/ims/wait_for_ims_job_module.html",
)
ALL_WAYS = [(size, scheme) for size in SIZES for scheme in SCHEMES]
TWO_WAYS = [("desk", "light"), ("phone", "dark")]
STRUCTURE = ["image-alt", "link-name", "document-title", "html-has-lang", "duplicate-id"]
MEASURE = """async rules => (await axe.run(document, {runOnly: {type: "rule", values: rules}})).violations.flatMap(
  violation => violation.nodes.map(node => `${violation.id}: ${node.target} ${node.any.map(a => a.message)}`))"""
# The lowest contrast of any text, and how many texts have been measured. Without the path of each element in the page,
# which takes as long as all else.
CONTRAST = """async () => {
  const options = {runOnly: {type: "rule", values: ["color-contrast"]}, selectors: false};
  const found = await axe.run(document, options);
  const measured = [...found.passes, ...found.violations].flatMap(p => p.nodes).flatMap(
    node => node.any.map(check => [check.data.contrastRatio, node.html]).filter(pair => pair[0]));
  return [measured.length, ...measured.sort((a, b) => a[0] - b[0])[0]];
}"""


def ways_of(path: str) -> list[tuple[str, str]]:
    """Return in which sizes and schemes the contrast of a page is measured."""
    if path in EACH_KIND:
        return ALL_WAYS
    if path.startswith("zh_CN/"):
        return []
    return [TWO_WAYS[PAGES.index(path) % 2]] if path.startswith("collections/") else TWO_WAYS


def open_page(page: Page, address: str) -> list[str]:
    """Load a page; return the list into which its errors go, now and later."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            errors.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("requestfailed", lambda request: errors.append(f"not loaded: {request.url}"))
    page.on(
        "response", lambda answer: errors.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None
    )
    page.goto(address)
    return errors


@pytest.mark.parametrize("path", [path for path in PAGES if is_own(path)])
def test_a_page_is_legible_and_fits_on_each_screen_and_has_no_error(page: Page, url: str, path: str) -> None:
    errors = open_page(page, f"{url}/{path}")
    page.evaluate(AXE)
    assert page.evaluate(MEASURE, STRUCTURE) == []
    measured = ways_of(path)
    for size, scheme in ALL_WAYS:
        page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]  # a dict of the same keys
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the words that it takes
        width = page.evaluate("document.scrollingElement.scrollWidth")
        assert width <= SIZES[size]["width"], f"{size}: {width} pixels wide"
        if (size, scheme) in measured:
            count, lowest, where = page.evaluate(CONTRAST)
            assert count > 3
            assert lowest >= 4.5, f"{size}, {scheme}: {where}"
    assert errors == []


def test_each_page_that_is_measured_in_each_way_is_there() -> None:
    assert set(EACH_KIND) <= set(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_no_link_leads_nowhere(path: str) -> None:
    assert list(dead_links(path)) == []


def test_titles_are_larger_than_what_is_below_them(page: Page, url: str) -> None:
    open_page(page, f"{url}/troubleshooting.html")
    sizes = [
        page.evaluate("name => parseFloat(getComputedStyle(document.querySelector(name)).fontSize)", f"article {name}")
        for name in ("h1", "h2", "h3", "h4", "p")
    ]
    assert all(above > below for above, below in zip(sizes, sizes[1:])), sizes


def search(page: Page, address: str) -> list[str]:
    """Search, wait until all is found, and return where the results lead."""
    open_page(page, address)
    page.wait_for_selector("#search-results li a")
    page.wait_for_function("!document.querySelector('#search-progress')?.textContent.includes('...')")
    return [link.get_attribute("href") or "" for link in page.query_selector_all("#search-results li a")]


@pytest.mark.parametrize(
    ("words", "heading"), [("403", "HTTP 403"), ("IMG0070", "IMG.0070"), ("APIGW0302", "APIGW.0302")]
)
def test_the_search_leads_to_a_code_by_what_people_type(page: Page, url: str, words: str, heading: str) -> None:
    search(page, f"{url}/search.html?q={words}")
    page.locator("#search-results li a").first.click()
    expect(page.locator("article").locator("h3, h4").filter(has_text=heading).first).to_be_in_viewport()


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("search.html?q=IMG.0070", "troubleshooting.html"),
        ("search.html?q=wait_for_ims_job", "wait_for_ims_job_module.html"),
        ("zh_CN/search.html?q=权限", "permissions.html"),
        ("zh_CN/search.html?q=镜像源", "install.html"),
    ],
)
def test_the_search_finds(page: Page, url: str, address: str, leads_to: str) -> None:
    targets = search(page, f"{url}/{address}")
    assert any(leads_to in target for target in targets[:10]), targets[:10]


def test_a_button_copies_a_command_as_it_is(page: Page, url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, f"{url}/index.html")
    block = page.locator(".highlight-bash").first
    block.hover()
    block.locator("button.copybtn").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == "ansible-galaxy collection install huaweicloud.ims"


COLOR = """async data => {
  const image = new Image(); image.src = data; await image.decode();
  const canvas = document.createElement("canvas").getContext("2d"); canvas.drawImage(image, 0, 0);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


def brightness(page: Page, picture: str) -> int:
    """Return how bright a picture is near its upper left corner, as it is shown: 0 is black, 765 is white."""
    image = page.locator(f'article img[src$="{picture}"]')
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    assert box
    shot = page.screenshot(clip={"x": box["x"] + 6, "y": box["y"] + 20, "width": 2, "height": 2})
    color: list[int] = page.evaluate(COLOR, f"data:image/png;base64,{base64.b64encode(shot).decode()}")
    return sum(color)


@pytest.mark.parametrize(
    ("path", "picture"), [("waiting.html", "job_states.svg"), ("benchmarks.html", "benchmarks.svg")]
)
def test_drawings_follow_the_button_for_light_and_dark(page: Page, url: str, path: str, picture: str) -> None:
    page.set_viewport_size(SIZES["desk"])  # type: ignore[arg-type]  # a dict of the same keys
    page.emulate_media(color_scheme="light")
    open_page(page, f"{url}/{path}")
    seen = {}
    for _click in range(3):
        page.locator(".theme-toggle-content .theme-toggle").click()
        theme = page.evaluate("document.body.dataset.theme")
        seen[theme] = brightness(page, picture)
    assert seen["light"] > 600 > 200 > seen["dark"], seen


def test_each_page_leads_to_its_twin_in_the_other_language_and_back(page: Page, url: str) -> None:
    open_page(page, f"{url}/waiting.html")
    page.get_by_role("link", name="简体中文").click()
    assert page.url == f"{url}/zh_CN/waiting.html"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.get_by_role("link", name="English").click()
    assert page.url == f"{url}/waiting.html"


def test_the_terminal_picture_shrinks_with_the_screen(page: Page, url: str) -> None:
    page.set_viewport_size(SIZES["phone"])  # type: ignore[arg-type]  # a dict of the same keys
    open_page(page, f"{url}/index.html")
    box = page.locator('article img[src$="wait.svg"]').bounding_box()
    assert box
    assert box["x"] >= 0 and box["x"] + box["width"] <= SIZES["phone"]["width"]
