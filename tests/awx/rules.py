# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX takes and what it refuses, in the words of AWX 24.6.1: as its API answered when the role ran against it."""

from __future__ import annotations

import re
import typing as t

_Dict = dict[str, t.Any]
# awx/main/fields.py and awx/main/constants.py.
ENV_BLOCKLIST = set(
    "VIRTUAL_ENV PATH PYTHONPATH JOB_ID INVENTORY_ID INVENTORY_SOURCE_ID INVENTORY_UPDATE_ID AD_HOC_COMMAND_ID"
    " REST_API_URL REST_API_TOKEN MAX_EVENT_RES CALLBACK_QUEUE CALLBACK_CONNECTION CACHE JOB_CALLBACK_DEBUG"
    " INVENTORY_HOSTVARS AWX_HOST PROJECT_REVISION SUPERVISOR_CONFIG_PATH".split()
)
QUESTION_TYPES: dict[str, type] = {"text": str, "textarea": str, "integer": int, "multiplechoice": str}
_NAMES = {str: "string", int: "integer"}
GIT_URL = re.compile(r"(https?|ssh|git|file)://|[\w.-]+@[\w.-]+:")


def survey_fault(spec: _Dict) -> str | None:
    """Return why AWX does not take a survey."""
    for number, question in enumerate(spec["spec"]):
        default = question.get("default")
        if default is None:
            continue
        wanted = QUESTION_TYPES[question["type"]]
        if question["type"] == "multiplechoice" and default not in question["choices"]:
            return "Default choice must be answered from the choices listed."
        if not isinstance(default, wanted):
            return f"Default value {default} in survey question {number} expected to be {_NAMES[wanted]}."
    return None


def answer_faults(spec: _Dict, answers: _Dict) -> list[str]:
    """Return what AWX objects to when a template with this survey is launched."""
    return [fault for question in spec.get("spec", []) if (fault := _answer_fault(question, answers))]


def _answer_fault(question: _Dict, answers: _Dict) -> str | None:
    name = question["variable"]
    if name not in answers:
        # Whether there is a default does not matter.
        return f"'{name}' value missing" if question["required"] else None
    checks = {"integer": _integer_fault, "multiplechoice": _choice_fault}
    return checks.get(question["type"], _text_fault)(question, name, answers[name])


def _text_fault(question: _Dict, name: str, value: t.Any) -> str | None:
    if not isinstance(value, str):
        return f"Value {value} for '{name}' expected to be a string."
    least, most = question.get("min"), question.get("max")
    if least is not None and len(value) < least:
        return f"'{name}' value {value} is too small (length is {len(value)} must be at least {least})."
    if most is not None and len(value) > most:
        return f"'{name}' value {value} is too large (must be no more than {most})."
    return None


def _integer_fault(question: _Dict, name: str, value: t.Any) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return f"Value {value} for '{name}' expected to be an integer."
    if question.get("min") is not None and value < question["min"]:
        return f"'{name}' value {value} is too small (must be at least {question['min']})."
    return None


def _choice_fault(question: _Dict, name: str, value: t.Any) -> str | None:
    choices = question["choices"]
    return None if value in choices else f"Value {value} for '{name}' expected to be one of {choices}."


def defaults_of(spec: _Dict) -> _Dict:
    """Return the defaults that count where nothing is answered: those that are no good answers do not."""
    questions = [question for question in spec.get("spec", []) if question.get("default") is not None]
    found = {question["variable"]: question["default"] for question in questions}
    return {
        question["variable"]: question["default"] for question in questions if _answer_fault(question, found) is None
    }


def credential_type_fault(item: _Dict) -> _Dict | None:
    fields = {field["id"] for field in item["inputs"].get("fields", [])}
    for name, template in item["injectors"].get("env", {}).items():
        if name.startswith("ANSIBLE_") or name in ENV_BLOCKLIST:
            words = "may affect Ansible configuration so its use is not allowed in credentials."
            return {"injectors": [f"Environment variable {name} {words}"]}
        for used in re.findall(r"{{ (\w+) }}", template):
            if used not in fields:
                return {"injectors": [f"{name} uses an undefined field ('{used}' is undefined)"]}
    return None


def credential_fault(credential_type: _Dict, inputs: _Dict) -> _Dict | None:
    fields = {field["id"] for field in credential_type["inputs"].get("fields", [])}
    unknown = sorted(set(inputs) - fields)
    if unknown:
        names = ", ".join(f"'{name}'" for name in unknown)
        verb = "was" if len(unknown) == 1 else "were"
        return {"inputs": [f"Additional properties are not allowed ({names} {verb} unexpected)"]}
    wrong = {name: [f"{value} is not of type 'string'"] for name, value in inputs.items() if not isinstance(value, str)}
    return {"inputs": wrong} if wrong else None


def shown_inputs(credential_type: _Dict, inputs: _Dict) -> _Dict:
    """Return the inputs as the API shows them."""
    secret = {field["id"] for field in credential_type["inputs"].get("fields", []) if field.get("secret")}
    return {name: "$encrypted$" if name in secret else value for name, value in inputs.items()}
