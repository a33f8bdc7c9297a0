# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ims_image_create in the task's own process, or as a module, and waits with ``wait: true``."""

from __future__ import annotations

from ..module_utils._work.ims_image_create import WORK
from ..plugin_utils._starting import StartingAction


class ActionModule(StartingAction):
    work = WORK
