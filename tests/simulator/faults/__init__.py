# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be made to go wrong."""

from __future__ import annotations

from ..wire.delivery import PHASES
from .fault import ABSURDITIES, ALL_KINDS, BODIES, FORMS, HOSTILE, KINDS, Fault, Faults

__all__ = ["ABSURDITIES", "ALL_KINDS", "BODIES", "FORMS", "HOSTILE", "KINDS", "PHASES", "Fault", "Faults"]
