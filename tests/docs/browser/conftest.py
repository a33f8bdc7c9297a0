# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A browser, and the built site behind a web server on loopback."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
import typing as t

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ansible_collections.huaweicloud.ims.tests.docs.browser.site import SITE


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: t.Any) -> None:
        """Say nothing: a page that is missing is noticed by the test."""


@pytest.fixture(scope="session")
def url() -> t.Iterator[str]:
    assert SITE.joinpath("index.html").exists(), "build the site first: make docs"
    handler = functools.partial(_Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> t.Iterator[Browser]:
    # Chromium has no sandbox for root, who is the only user in many containers. It shows pages of this checkout only.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> t.Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()
