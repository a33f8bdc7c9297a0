# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of Sphinx. tools/build_docs.py copies this file beside the pages that it has put together."""

from __future__ import annotations

import jieba
import yaml

from ansible_collections.huaweicloud.ims.tools.doc_pages import DOCS

REPOSITORY = "https://github.com/huaweicloud-ims/ansible-collection-ims"

jieba.setLogLevel("WARNING")  # it tells Chinese words apart, for the search

project = "huaweicloud.ims"
copyright = "the huaweicloud.ims contributors"
release = version = yaml.safe_load((DOCS.parent / "galaxy.yml").read_text(encoding="utf-8"))["version"]
html_title = "huaweicloud.ims"
html_short_title = "huaweicloud.ims"

extensions = ["myst_parser", "sphinx_antsibull_ext", "sphinx_copybutton"]
myst_heading_anchors = 4
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
exclude_patterns = ["examples/**", "schema/**"]
highlight_language = "YAML+Jinja"
copybutton_prompt_text = "$ "

# Chinese: one catalogue for each page, in docs/docsite/locale. Pages of modules have none, and stay English.
locale_dirs = ["locale"]
gettext_compact = False
gettext_location = False

# No network: modules of other collections are named, not linked.
intersphinx_mapping: dict[str, object] = {}
suppress_warnings = ["ref.ref"]

# antsibull's tables have colors of their own, which know nothing of the theme's light and dark.
_LIGHT = {
    "antsibull-links-background": "#0b5f61",
    "antsibull-links-background-active": "#08494b",
    "antsibull-links-focus-outline": "#0b5f61",
    "antsibull-links-text": "#ffffff",
    "antsibull-table-background-header": "#cfe3f3",
    "antsibull-table-background-even": "#f1f6fa",
    "antsibull-table-background-odd": "#ffffff",
    "antsibull-table-border": "#a3b3bf",
    "antsibull-narrowtable-background": "#e3eef6",
    "antsibull-option-type": "#7a1fa2",
    "antsibull-option-elements": "#7a1fa2",
    "antsibull-option-required": "#b3001b",
    "antsibull-option-version-added": "#005c1f",
    "antsibull-option-aliases": "#005c1f",
    "antsibull-option-default": "#0b3fc4",
    "antsibull-option-sample": "#0b3fc4",
    "antsibull-option-sample-header": "#000000",
    "antsibull-attribute-support-none": "#b3001b",
    "antsibull-attribute-support-partial": "#6b5a00",
    "antsibull-attribute-support-full": "#005c1f",
    "antsibull-attribute-support-na": "inherit",
    "antsibull-deprecation-border": "#000000",
    "antsibull-deprecation-background": "#eeeeee",
    "antsibull-deprecation-color": "#000000",
}
_DARK = {
    "antsibull-links-background": "#0f6f71",
    "antsibull-links-background-active": "#0b5658",
    "antsibull-links-focus-outline": "#8fd8da",
    "antsibull-links-text": "#ffffff",
    "antsibull-table-background-header": "#2d3a45",
    "antsibull-table-background-even": "#1b2127",
    "antsibull-table-background-odd": "#14181c",
    "antsibull-table-border": "#4b5863",
    "antsibull-narrowtable-background": "#242e37",
    "antsibull-option-type": "#e7a6ff",
    "antsibull-option-elements": "#e7a6ff",
    "antsibull-option-required": "#ff9a9a",
    "antsibull-option-version-added": "#85d991",
    "antsibull-option-aliases": "#85d991",
    "antsibull-option-default": "#b3c2ff",
    "antsibull-option-sample": "#b3c2ff",
    "antsibull-option-sample-header": "#ffffff",
    "antsibull-attribute-support-none": "#ff9a9a",
    "antsibull-attribute-support-partial": "#d9cb54",
    "antsibull-attribute-support-full": "#85d991",
    "antsibull-attribute-support-na": "inherit",
    "antsibull-deprecation-border": "#ffffff",
    "antsibull-deprecation-background": "#111111",
    "antsibull-deprecation-color": "#ffffff",
}

html_theme = "furo"
html_theme_options = {
    "light_css_variables": _LIGHT,
    "dark_css_variables": _DARK,
    "footer_icons": [],
    "top_of_page_buttons": [],
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/favicon.svg"
templates_path = ["_templates"]
html_context = {"repository": REPOSITORY}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "links.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_show_sphinx = False
html_use_smartypants = False
