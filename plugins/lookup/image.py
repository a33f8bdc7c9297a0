# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: image
short_description: The id of the newest active image of Huawei Cloud IMS by name, pattern or tags
version_added: 2.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Returns the id of the image that was created last among all active ones that fit.
  - For each name that is given it returns one id; without names it returns one by the other options.
extends_documentation_fragment:
  - huaweicloud.ims._auth
options:
  _terms:
    description: Exact names of images.
    type: list
    elements: str
  name_regex:
    description: Only images in whose names this regular expression of Python is found; V(^golden-) is a beginning.
    type: str
  tags:
    description: Only images that have all of these tags, keys and values. A key with null stands for any value.
    type: dict
  image_type:
    description: Only images of this type. Without it, only images that belong to this project count, shared or not.
    type: str
    choices: [private, public, shared, market]
  os_type:
    description: Only images of this kind of operating system.
    type: str
    choices: [Linux, Windows, Other]
  platform:
    description: Only images of this family of operating systems, for example V(Ubuntu).
    type: str
  architecture:
    description: Only images for servers of this architecture.
    type: str
    choices: [x86, arm]
  enterprise_project_id:
    description:
      - Only images of this enterprise project. Without it, those of all that the user has rights in.
      - If this is not set, the environment variable E(HW_ENTERPRISE_PROJECT_ID) is used.
    type: str
  default:
    description: What is returned when no image fits. Without it that is an error.
    type: raw
notes:
  - Lookups run on the controller, in its environment. The keyword C(environment) and C(module_defaults) of a play do
    not reach them.
  - Each option can be a variable of the play as well, whose name begins with C(huaweicloud_ims_), such as
    C(huaweicloud_ims_region) or C(huaweicloud_ims_access_key). That is for the options of the connection only.
  - Ansible evaluates variables each time they are used, and asks the cloud each time. Keep the id with
    M(ansible.builtin.set_fact) where it must stay the same.
seealso:
  - module: huaweicloud.ims.ims_image_info
"""

EXAMPLES = r"""
- name: Copy the newest image of a name
  huaweicloud.ims.ims_image_copy:
    image_id: "{{ lookup('huaweicloud.ims.image', 'private-linux') }}"
    name: golden-copy
    wait: true

- name: Say which image a channel stands for, if there is one
  ansible.builtin.debug:
    msg: "{{ lookup('huaweicloud.ims.image', name_regex='^golden-', tags={'channel': 'stable'}, default='none yet') }}"

- name: Say which image of a public system is the newest
  ansible.builtin.debug:
    msg: "{{ lookup('huaweicloud.ims.image', name_regex='linux', image_type='public', os_type='Linux') }}"
"""

RETURN = r"""
_raw:
  description: The ids, or O(default) in the place of one that was not found.
  type: list
  elements: str
  sample: [d164b5df-1bc3-4c3f-893e-3e471fd16e60]
"""

import os
import typing as t

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..module_utils._argspec import ArgumentSpec, auth_spec, with_environment
from ..module_utils._failures import failure
from ..module_utils._ims.api.client import ImsClient
from ..module_utils._options import resolve, texts_of
from ..module_utils._work.listing import LISTING, listed
from ..plugin_utils._connections import CONNECTIONS
from ..plugin_utils._task import plain

display = Display()

_FILTERS = ("name_regex", "tags", "image_type", "os_type", "platform", "architecture", "enterprise_project_id")
_SPEC = ArgumentSpec(
    {**{name: LISTING.options[name] for name in _FILTERS}, "default": {"type": "raw"}},
)
_PREFIX = "huaweicloud_ims_"


class LookupModule(LookupBase):
    def run(self, terms: t.Sequence[t.Any], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[t.Any]:
        names = [str(term).strip() for term in plain(list(terms))]
        given = {**self._from_variables(variables or {}), **plain(kwargs)}
        params = _checked(given)
        if not all(names) or not (names or params["name_regex"] or params["tags"]):
            raise AnsibleError("huaweicloud.ims.image: give a name, name_regex or tags.")
        try:
            return self._found(names or [None], params, has_default="default" in given)
        except AnsibleError:
            raise
        except Exception as exc:
            raise AnsibleError(f"huaweicloud.ims.image: {failure(exc, texts_of(params, os.environ))['msg']}") from None

    def _from_variables(self, variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return the connection's options that the play has as variables."""
        values = {name: variables.get(_PREFIX + name) for name in auth_spec().options}
        if self._templar is None:
            return {name: plain(value) for name, value in values.items() if value is not None}
        return {name: plain(self._templar.template(value)) for name, value in values.items() if value is not None}

    def _found(self, names: t.Sequence[str | None], params: dict[str, t.Any], *, has_default: bool) -> list[t.Any]:
        connection = CONNECTIONS.open(resolve(params, os.environ), dict(os.environ))
        found = []
        for name in names:
            image_id = _newest(connection.client, params, name)
            if image_id is None and not has_default:
                raise AnsibleError(f"huaweicloud.ims.image: no active image fits{_told(name, params)}.")
            found.append(params["default"] if image_id is None else image_id)
        oddities = (f"Odd answer of the cloud: {text}." for text in connection.client.odd.take().sentences())
        for warning in [*connection.take_warnings(), *oddities]:
            display.warning(warning)
        return found


def _checked(given: dict[str, t.Any]) -> dict[str, t.Any]:
    spec = with_environment(auth_spec().merged(_SPEC))
    found = ArgumentSpecValidator(**spec.arguments()).validate(given)
    if found.error_messages:
        raise AnsibleError(
            f"huaweicloud.ims.image: {found.error_messages[0]}{spec.suggestion(found.unsupported_parameters)}"
        )
    return dict(found.validated_parameters)


def _newest(client: ImsClient, params: dict[str, t.Any], name: str | None) -> str | None:
    wanted = {**dict.fromkeys(LISTING.options), **params, "name": name, "status": "active", "newest": True}
    owner = None
    if not wanted["image_type"]:
        # By its owner, not by its type: an image that this project shares may be one of type shared.
        owner = client.find_project_id()
        wanted["image_type"] = None if owner else "private"
    images = listed(client, wanted, owner)
    return images[0].image_id if images else None


def _told(name: str | None, params: t.Mapping[str, t.Any]) -> str:
    told = {"name": name, **{option: params[option] for option in _FILTERS}}
    return "".join(f", {option}: {value}" for option, value in told.items() if value)
