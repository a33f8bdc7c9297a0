# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs as values: options with the rules between them, merged from groups that many modules share.

Each is in one place, for modules, for action plugins, and for the test that compares them with the docs.
"""

from __future__ import annotations

import copy
import dataclasses
import difflib
import os
import typing as t

from ansible.module_utils.errors import AnsibleFallbackNotFound

from ._ims.api.client import QUERY_APIS
from ._ims.wait.schedule import BACKOFFS

Option = dict[str, t.Any]
Environ = t.Mapping[str, str]
_Rules = tuple[tuple[t.Any, ...], ...]

AUTH_TYPES = ("auto", "aksk", "token", "password", "metadata", "oidc")


@dataclasses.dataclass(frozen=True)
class ArgumentSpec:
    """Options, and what must hold between them; the fields' names are those of AnsibleModule's arguments."""

    options: t.Mapping[str, Option] = dataclasses.field(default_factory=dict)
    mutually_exclusive: _Rules = ()
    required_together: _Rules = ()
    required_one_of: _Rules = ()
    required_if: _Rules = ()
    required_by: t.Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def merged(self, *others: ArgumentSpec) -> ArgumentSpec:
        """Return all options and all rules of these specs; an option of a later one replaces an earlier one."""
        specs = (self, *others)
        required_by: dict[str, tuple[str, ...]] = {}
        for spec in specs:
            for name, needed in spec.required_by.items():
                required_by[name] = (*required_by.get(name, ()), *needed)
        return ArgumentSpec(
            {name: option for spec in specs for name, option in spec.options.items()},
            tuple(rule for spec in specs for rule in spec.mutually_exclusive),
            tuple(rule for spec in specs for rule in spec.required_together),
            tuple(rule for spec in specs for rule in spec.required_one_of),
            tuple(rule for spec in specs for rule in spec.required_if),
            required_by,
        )

    def arguments(self) -> dict[str, t.Any]:
        """Return what AnsibleModule and ArgumentSpecValidator take, made anew: they may keep and change it."""
        return {
            "argument_spec": copy.deepcopy(dict(self.options)),
            "mutually_exclusive": [list(rule) for rule in self.mutually_exclusive],
            "required_together": [list(rule) for rule in self.required_together],
            "required_one_of": [list(rule) for rule in self.required_one_of],
            "required_if": [list(rule) for rule in self.required_if],
            "required_by": {name: list(needed) for name, needed in self.required_by.items()},
        }

    @property
    def names(self) -> list[str]:
        """Return all names that users may write, aliases among them."""
        return [name for key, option in self.options.items() for name in (key, *option.get("aliases", ()))]

    def secrets(self, params: t.Mapping[str, t.Any]) -> set[str]:
        """Return the values that must not be shown. All such options are texts at the top level."""
        found = (params.get(name) for name, option in self.options.items() if option.get("no_log"))
        return {str(value) for value in found if value}

    def suggestion(self, unknown: t.Iterable[str]) -> str:
        """Return a sentence, with a blank before it, that names what may have been meant; or nothing."""
        meant = [match for name in sorted(unknown) for match in difflib.get_close_matches(name, self.names, n=1)]
        return f" Did you mean {' and '.join(dict.fromkeys(meant))}?" if meant else ""


# Never a name that begins with ANSIBLE_: AWX refuses to inject those.
JOURNAL_VARIABLES = {"journal": "HUAWEICLOUD_IMS_JOURNAL", "journal_run": "HUAWEICLOUD_IMS_JOURNAL_RUN"}


def auth_spec(environ: Environ | None = None) -> ArgumentSpec:
    """Return the options of the doc fragment ``_auth``; ``environ`` is the process's own unless given.

    Those that say who asks must be told apart by where they came from (see _options.py), which Ansible's fallbacks do
    not allow; the others fall back to the environment here.
    """
    known = os.environ if environ is None else environ
    return ArgumentSpec(
        {
            "access_key": {"type": "str", "no_log": False},
            "secret_key": {"type": "str", "no_log": True},
            "security_token": {"type": "str", "no_log": True},
            "auth_token": {"type": "str", "no_log": True},
            "username": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "domain_name": {"type": "str"},
            "auth_type": {"type": "str", "choices": list(AUTH_TYPES), "default": "auto"},
            **{name: {"type": "str"} for name in ("idp_id", "profile")},
            **{name: {"type": "path"} for name in ("id_token_file", "credentials_file", "shared_config_file")},
            **{
                f"assume_role_{name}": {"type": "str"}
                for name in ("agency_name", "domain_name", "domain_id", "duration")
            },
            "cloud": {"type": "str"},
            "region": {"type": "str"},
            "project_id": {"type": "str"},
            "project_name": {"type": "str"},
            "endpoint": {"type": "str"},
            "obs_endpoint": {"type": "str"},
            "iam_endpoint": {"type": "str"},
            "ecs_endpoint": {"type": "str"},
            "validate_certs": {
                "type": "bool",
                "default": True,
                "fallback": (_not_insecure_in(known), ["HW_INSECURE", "OS_INSECURE"]),
            },
            "ca_path": {"type": "path"},
            "request_timeout": {"type": "str", "default": "30s"},
            **_journal(known),
            "on_schema_violation": {"type": "str", "choices": ["warn", "fail"], "default": "warn"},
        }
    )


def _journal(environ: Environ) -> dict[str, Option]:
    kinds = {"journal": "path", "journal_run": "str"}
    return {
        name: {"type": kind, "fallback": (_first_of(environ), [JOURNAL_VARIABLES[name]])}
        for name, kind in kinds.items()
    }


JOB_IDS = ArgumentSpec({"job_ids": {"type": "raw", "required": True, "aliases": ["job_id"]}})
"""The option of the doc fragment ``_job``."""
QUERY_API = ArgumentSpec({"query_api": {"type": "str", "choices": list(QUERY_APIS), "default": "auto"}})
WAITING = ArgumentSpec(
    {
        "timeout": {"type": "str", "default": "2h"},
        "delay": {"type": "str", "default": "0s"},
        "interval": {"type": "str", "default": "2s"},
        "max_interval": {"type": "str", "default": "30s"},
        "backoff": {"type": "str", "choices": list(BACKOFFS), "default": "adaptive"},
        "max_requests_per_second": {"type": "float", "default": 10.0},
        "wait_for": {"type": "str", "choices": ["all", "any"], "default": "all"},
        "fail_fast": {"type": "bool", "default": True},
        "ignore_partial_failure": {"type": "bool", "default": False},
        "error_timeout": {"type": "str", "default": "5m"},
        "stall_timeout": {"type": "str", "default": "0s"},
        "show_progress": {"type": "bool", "default": True},
        "artifacts": {"type": "bool", "default": False},
        "poll_from": {"type": "str", "choices": ["controller", "target"], "default": "controller"},
    }
)
"""The options of the doc fragment ``_wait``."""
STATE_WAITING = ArgumentSpec(
    {
        "timeout": {"type": "str", "default": "10m"},
        "interval": {"type": "str", "default": "2s"},
        "max_interval": {"type": "str", "default": "10s"},
        "error_timeout": {"type": "str", "default": "5m"},
        "show_progress": {"type": "bool", "default": True},
    }
)
"""The options of the doc fragment ``_state``: of modules that wait for a state instead of a job."""
STARTING = ArgumentSpec({"wait": {"type": "bool", "default": False}}).merged(WAITING)
"""The options that every module which starts a job has: those of the doc fragments ``_start`` and ``_wait``."""


def with_environment(spec: ArgumentSpec, environ: Environ | None = None) -> ArgumentSpec:
    """Return the spec of a module that only reads, whose enterprise_project_id falls back to the environment.

    Not that of one that changes something: a variable that somebody has set for lists must not move images.
    """
    option = spec.options.get("enterprise_project_id")
    if option is None:
        return spec
    names = ["HW_ENTERPRISE_PROJECT_ID"]
    fallback = (_first_of(os.environ if environ is None else environ), names)
    return spec.merged(ArgumentSpec({"enterprise_project_id": {**option, "fallback": fallback}}))


def _first_of(environ: Environ) -> t.Callable[..., str]:
    def fallback(*names: str) -> str:
        found = next((environ[name].strip() for name in names if environ.get(name, "").strip()), None)
        if found is None:
            raise AnsibleFallbackNotFound
        return found

    return fallback


def _not_insecure_in(environ: Environ) -> t.Callable[..., bool]:
    """Return the fallback of validate_certs: Terraform's and OpenStack's variables say its opposite."""

    def fallback(*names: str) -> bool:
        words = [environ.get(name, "").strip().lower() for name in names]
        word = next((word for word in words if word), None)
        if word is None:
            raise AnsibleFallbackNotFound
        return word not in ("1", "true", "yes", "on")

    return fallback
