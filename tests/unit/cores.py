# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ansible-core that runs the tests does by itself."""

from __future__ import annotations

from ansible.release import __version__

# Before 2.19, Ansible refuses null for a required text, and in lists of texts, before a module sees it.
NULLS = [None] if tuple(int(part) for part in __version__.split(".")[:2]) >= (2, 19) else []
