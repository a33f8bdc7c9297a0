# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's SDK for the simulator, and what its models do not know of the answers."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import typing as t

from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

Raw = t.Any
_SIMPLE = frozenset({"str", "int", "float", "bool", "object", "datetime", "dict"})


def load(name: str) -> t.Any:
    """Import when it is needed, for it takes long, and as something of any type: they have no types of their own."""
    return importlib.import_module(name)


class Sdk:
    """Calls operations by their names, and keeps what each answer was."""

    def __init__(self, simulator: Simulator, account: str = "main", *, credentials: t.Any = None) -> None:
        self.account = simulator.accounts[account]
        self._simulator = simulator
        self._credentials = credentials
        self.answers: list[tuple[str, Raw, t.Any]] = []

    def ims(self, operation: str, *, region: str | None = None, **values: t.Any) -> t.Any:
        """Send a request of IMS; ``body`` is given as plain JSON."""
        return self._call("huaweicloudsdkims.v2", "ImsClient", operation, region, values)

    def ecs(self, operation: str, **values: t.Any) -> t.Any:
        return self._call("huaweicloudsdkecs.v2", "EcsClient", operation, None, values)

    def iam(self, operation: str, **values: t.Any) -> t.Any:
        return self._call("huaweicloudsdkiam.v3", "IamClient", operation, None, values)

    def deviations(self) -> set[str]:
        """What the answers had that the models do not know, and lacked that they demand."""
        found: set[str] = set()
        for package, raw, model in self.answers:
            found |= deviations(package, type(model).__name__, raw)
        return found

    def _call(self, package: str, client: str, operation: str, region: str | None, values: t.Any) -> t.Any:
        received: list[Raw] = []
        module = load(package)
        request = getattr(module, f"{_camel(operation)}Request")
        region = region or self.account.region
        answer = getattr(self._client(module, client, region, received), operation)(request(**values))
        self.answers.append((package, received[-1], answer))
        return answer

    def _client(self, module: t.Any, name: str, region: str, received: list[Raw]) -> t.Any:
        core, account = load("huaweicloudsdkcore.auth.credentials"), self.account
        credentials: t.Any = self._credentials
        if credentials is None and name == "IamClient":
            credentials = core.GlobalCredentials(account.access_key, account.secret_key, account.domain_id)
        elif credentials is None:
            credentials = core.BasicCredentials(account.access_key, account.secret_key, account.projects[region])
        handler = load("huaweicloudsdkcore.http.http_handler").HttpHandler()
        handler.add_response_handler(lambda **told: received.append(_json(told["response"])))
        builder = getattr(module, name).new_builder().with_credentials(credentials).with_http_handler(handler)
        return builder.with_endpoints([self._simulator.url_of(region)]).build()


def deviations(package: str, name: str, value: Raw) -> set[str]:
    """Where a value does not fit the model of that name: ``Model.key unknown`` and ``Model.key missing``."""
    model = getattr(load(f"{package}.model"), name)
    if not isinstance(value, dict):
        # A list at the top: the one attribute of such a model is called body.
        value = {"body": value}
    keys = model.attribute_map
    known = set(keys.values())
    found = {f"{name}.{key} unknown" for key in value if key not in known}
    found |= {f"{name}.{keys[attribute]} missing" for attribute in _mandatory(model) if keys[attribute] not in value}
    for attribute, kind in model.openapi_types.items():
        if value.get(keys[attribute]) is not None:
            found |= _deviations_of(package, kind, value[keys[attribute]])
    return found


def _deviations_of(package: str, kind: str, value: Raw) -> set[str]:
    listed = re.fullmatch(r"list\[(\w+)\]", kind)
    if listed:
        return {each for item in value for each in _deviations_of(package, listed[1], item)}
    return set() if kind in _SIMPLE or kind.startswith("dict(") else deviations(package, kind, value)


def _mandatory(model: t.Any) -> list[str]:
    """The attributes that the constructor sets whether they are there or not: there is no other mark of them."""
    source = inspect.getsource(model.__init__).partition("self.discriminator = None")[2]
    return re.findall(r"^        self\.(\w+) = \w+$", source, re.MULTILINE)


def operations(package: str = "huaweicloudsdkims.v2", client: str = "ImsClient") -> set[str]:
    """All operations that the SDK has."""
    module = load(package)
    kind = getattr(module, client)
    return {name for name in dir(kind) if hasattr(module, f"{_camel(name)}Request") and not name.endswith("_invoker")}


def _camel(operation: str) -> str:
    return "".join(word.capitalize() for word in operation.split("_"))


def _json(response: t.Any) -> Raw:
    return json.loads(response.content) if response.content else {}
