# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the job by the module of the same name, and waits for it with ``wait: true``."""

from __future__ import annotations

from ..plugin_utils._starting import StartAction


class ActionModule(StartAction):
    """Everything is in StartAction; Ansible finds an action plugin by the name of its file."""
