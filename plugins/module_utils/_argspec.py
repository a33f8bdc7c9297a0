# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs, each in one place: for modules, action plugins, and the test that compares them with the docs."""

from __future__ import annotations

import math
import os
import typing as t

from ansible.module_utils.errors import AnsibleFallbackNotFound

from ._ims.api.client import QUERY_APIS
from ._ims.api.job import checked_job_id
from ._ims.errors import OptionError
from ._ims.wait.schedule import BACKOFFS

Spec = dict[str, t.Any]

AUTH_TYPES = ("auto", "aksk", "token", "password", "metadata")


def auth_argument_spec(environ: t.Mapping[str, str] | None = None) -> Spec:
    """Return the options of the doc fragment ``_auth``; ``environ`` is the process's own unless given.

    Only validate_certs falls back to the environment here: the others must be told apart by where they came from
    (see _options.py), which Ansible's fallbacks do not allow.
    """
    return {
        "access_key": {"type": "str", "no_log": False},
        "secret_key": {"type": "str", "no_log": True},
        "security_token": {"type": "str", "no_log": True},
        "auth_token": {"type": "str", "no_log": True},
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "domain_name": {"type": "str"},
        "auth_type": {"type": "str", "choices": list(AUTH_TYPES), "default": "auto"},
        "region": {"type": "str"},
        "project_id": {"type": "str"},
        "endpoint": {"type": "str"},
        "iam_endpoint": {"type": "str"},
        "validate_certs": {
            "type": "bool",
            "default": True,
            "fallback": (_not_insecure_in(os.environ if environ is None else environ), ["HW_INSECURE", "OS_INSECURE"]),
        },
        "ca_path": {"type": "path"},
        "request_timeout": {"type": "float", "default": 30.0},
    }


def job_ids_argument_spec() -> Spec:
    return {"job_ids": {"type": "list", "elements": "raw", "required": True, "aliases": ["job_id"]}}


def query_api_argument_spec() -> Spec:
    return {"query_api": {"type": "str", "choices": list(QUERY_APIS), "default": "auto"}}


def wait_argument_spec() -> Spec:
    """Return the options of the doc fragment ``_wait``. All durations are seconds."""
    return {
        "timeout": {"type": "float", "default": 7200.0},
        "delay": {"type": "float", "default": 0.0},
        "interval": {"type": "float", "default": 2.0},
        "max_interval": {"type": "float", "default": 30.0},
        "backoff": {"type": "str", "choices": list(BACKOFFS), "default": "adaptive"},
        "max_requests_per_second": {"type": "float", "default": 10.0},
        "wait_for": {"type": "str", "choices": ["all", "any"], "default": "all"},
        "fail_fast": {"type": "bool", "default": True},
        "ignore_partial_failure": {"type": "bool", "default": False},
        "error_timeout": {"type": "float", "default": 300.0},
        "stall_timeout": {"type": "float", "default": 0.0},
        "show_progress": {"type": "bool", "default": True},
        "artifacts": {"type": "bool", "default": False},
        "poll_from": {"type": "str", "choices": ["controller", "target"], "default": "controller"},
    }


def check_wait_options(options: t.Mapping[str, t.Any]) -> None:
    """Raise OptionError for a combination that no wait can be made of."""
    not_negative(options, "timeout", "delay", "error_timeout", "stall_timeout")
    positive(options, "interval", "max_interval", "max_requests_per_second")
    if options["interval"] > options["max_interval"]:
        raise OptionError(
            f"interval: {options['interval']:g} is above max_interval, {options['max_interval']:g};"
            " lower the one or raise the other."
        )


def positive(options: t.Mapping[str, t.Any], *names: str) -> None:
    """Raise OptionError for the first of these numbers that is not above zero, or is no number at all."""
    for name in names:
        if not (math.isfinite(options[name]) and options[name] > 0):
            raise OptionError(f"{name}: {options[name]:g} is not a number above 0.")


def not_negative(options: t.Mapping[str, t.Any], *names: str) -> None:
    """Raise OptionError for the first of these numbers that is below zero, or is no number at all."""
    for name in names:
        if not (math.isfinite(options[name]) and options[name] >= 0):
            raise OptionError(f"{name}: {options[name]:g} is not 0 or a number above it.")


def clean_job_ids(values: t.Iterable[t.Any]) -> tuple[list[str], int]:
    """Return the valid ids, each once and in order, and how many entries were left out: nulls, blanks, repeats.

    An entry may also be the result of a task that started a job, as a loop registers it. Skipped items of a loop have
    no job id, so they are no mistake. Raises OptionError for anything else that is no id.
    """
    entries = [_job_id_of(value) for value in values]
    ids = [checked_job_id(value) for value in entries if value is not None and str(value).strip()]
    unique = list(dict.fromkeys(ids))
    return unique, len(entries) - len(unique)


def _job_id_of(value: t.Any) -> t.Any:
    if not isinstance(value, t.Mapping):
        return value
    if "job_id" in value or value.get("skipped") or value.get("started") is False:
        return value.get("job_id")
    raise OptionError(f"job_ids: a result in the list has no job_id; its task said: {value.get('msg') or 'nothing'}.")


def _not_insecure_in(environ: t.Mapping[str, str]) -> t.Callable[..., bool]:
    """Return the fallback of validate_certs: Terraform's and OpenStack's variables say its opposite."""

    def fallback(*names: str) -> bool:
        words = [environ.get(name, "").strip().lower() for name in names]
        word = next((word for word in words if word), None)
        if word is None:
            raise AnsibleFallbackNotFound
        return word not in ("1", "true", "yes", "on")

    return fallback
