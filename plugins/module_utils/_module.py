# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A work as a module: options in, one call, result out. The only file that ends a module."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ._connect import open_connection
from ._ims.clock import SystemClock
from ._performing import performed
from ._work.reading import Receipt, Work


def run_module(work: Work) -> t.NoReturn:
    """Run a work with the options that Ansible hands over, and return its result to Ansible."""
    spec = work.spec()
    module = AnsibleModule(**spec.arguments(), supports_check_mode=True)
    clock = SystemClock()
    result = performed(
        work,
        module.params,
        os.environ,
        lambda options, environ, query_api: open_connection(options, environ, clock, query_api),
        Receipt(),
        dry=module.check_mode,
    )
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
