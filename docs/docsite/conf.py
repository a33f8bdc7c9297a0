# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of Sphinx. tools/build_docs.py copies this file beside the pages that it has put together."""

from __future__ import annotations

project = "huaweicloud.ims"
copyright = "the huaweicloud.ims contributors"
html_title = "huaweicloud.ims"
html_short_title = "huaweicloud.ims"

extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_heading_anchors = 4
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
exclude_patterns = ["examples/**", "schema/**"]
highlight_language = "YAML+Jinja"

# No network: modules of other collections are named, not linked.
intersphinx_mapping: dict[str, object] = {}
suppress_warnings = ["ref.ref"]

html_theme = "furo"
html_theme_options = {
    "source_repository": "https://github.com/huaweicloud-ims/ansible-collection-ims",
    "source_branch": "main",
    "source_directory": "docs/",
    "footer_icons": [],
    "top_of_page_buttons": [],
}
html_static_path = ["_static"]
html_css_files = ["wide.css"]
html_show_sphinx = False
html_use_smartypants = False
