# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ims_image_rotation in the task's own process, or as a module."""

from __future__ import annotations

from ..module_utils._work.ims_image_rotation import WORK
from ..plugin_utils._reading import ReadingAction


class ActionModule(ReadingAction):
    work = WORK
