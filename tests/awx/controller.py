# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for AWX's API on loopback: all that the modules of awx.awx and ansible-rulebook ask of it.

Names are not unique, but within an organization; only those of execution environments are, in all of AWX.
"""

from __future__ import annotations

import base64
import http.server
import itertools
import json
import threading
import typing as t
import urllib.parse

from ansible_collections.huaweicloud.ims.tests.awx import rules

_Dict = dict[str, t.Any]
Answer = tuple[int, t.Any]
VERSION = {"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}
TEMPLATES = ("job_templates", "projects", "workflow_job_templates")
TYPES = {
    "credential_types": "credential_type",
    "credentials": "credential",
    "execution_environments": "execution_environment",
    "inventories": "inventory",
    "job_templates": "job_template",
    "jobs": "job",
    "organizations": "organization",
    "project_updates": "project_update",
    "projects": "project",
    "tokens": "o_auth2_access_token",
    "workflow_job_template_nodes": "workflow_job_template_node",
    "workflow_job_templates": "workflow_job_template",
}
# Each kind counts for itself, from a number of its own here, so that a mixed-up ID leads nowhere.
FIRST_IDS = {name: 100 * (number + 1) for number, name in enumerate(TYPES)}
_NOT_FILTERS = {"order_by", "page", "page_size"}
_NO = "You do not have permission to perform this action."


class Controller:
    """Runs as a context manager. ``admin`` is a system administrator, ``orgadmin`` administers the organizations."""

    def __init__(self, *organizations: str, prefix: str = "/api/", playbooks: t.Iterable[str] = ()) -> None:
        self.prefix = prefix
        self.playbooks = set(playbooks)
        self.passwords = {"admin": "its-password", "orgadmin": "another-password"}
        self.failing_update: _Dict | None = None
        """The event_data of the task that fails when a project is updated."""
        self.settings: _Dict = {"AWX_ISOLATION_SHOW_PATHS": ["/etc/pki/ca-trust:/etc/pki/ca-trust:O"]}
        self.requests: list[tuple[str, str]] = []
        self.items: dict[str, dict[int, _Dict]] = {table: {} for table in TYPES}
        self._ids = {table: itertools.count(first) for table, first in FIRST_IDS.items()}
        self._ids.update(dict.fromkeys(TEMPLATES, self._ids["projects"]))
        self._lock = threading.Lock()
        for name in organizations:
            self.add("organizations", {"name": name})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    def __enter__(self) -> Controller:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_details: t.Any) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def environment(self, user: str = "admin") -> dict[str, str]:
        """Return what leads the modules of awx.awx here."""
        gateway = {} if self.prefix == "/api/" else {"CONTROLLER_OPTIONAL_API_URLPATTERN_PREFIX": self.prefix}
        account = {"CONTROLLER_USERNAME": user, "CONTROLLER_PASSWORD": self.passwords[user]}
        return {"CONTROLLER_HOST": self.url, **account, **gateway}

    # What is in it.

    def add(self, table: str, item: _Dict) -> _Dict:
        number = next(self._ids[table])
        item = {"id": number, "type": TYPES[table], "url": f"{self.prefix}v2/{table}/{number}/", **item}
        self.items[table][number] = item
        return item

    def named(self, table: str, name: str, organization: str = "Default") -> _Dict:
        """Return the one item of this name in an organization."""
        (home,) = (item["id"] for item in self.items["organizations"].values() if item["name"] == organization)
        (found,) = (
            item
            for item in self.items[table].values()
            if item["name"] == name and item.get("organization", home) == home
        )
        return found

    def launch(self, template: _Dict, given: _Dict) -> Answer:
        """Launch a job template or a workflow."""
        answers = given.get("extra_vars", {})
        answers = json.loads(answers) if isinstance(answers, str) else answers
        survey = template.get("survey_spec", {}) if template.get("survey_enabled") else {}
        if faults := rules.answer_faults(survey, answers):
            return 400, {"variables_needed_to_start": faults}
        asked = {question["variable"] for question in survey.get("spec", [])}
        if not template.get("ask_variables_on_launch") and (unasked := sorted(set(answers) - asked)):
            words = "are not allowed on launch. Check the Prompt on Launch setting on the Job Template to include"
            return 400, {"extra_vars": [f"Variables {', '.join(unasked)} {words} Extra Variables."]}
        ignored = {name: value for name, value in given.items() if name != "extra_vars" and value}
        job = self.start(template, answers, ignored)
        return 201, {**job, "job": job["id"], "status": "pending"}

    def start(self, template: _Dict, answers: _Dict, ignored: _Dict | None = None) -> _Dict:
        """Start the job of a template unchecked, as a workflow does with what its nodes hand over."""
        survey = template.get("survey_spec", {}) if template.get("survey_enabled") else {}
        extra_vars = {**json.loads(template.get("extra_vars") or "{}"), **rules.defaults_of(survey), **answers}
        done = {"status": "successful", "finished": "2026-01-01T00:00:00Z", "failed": False, "artifacts": {}}
        created = {"created": "2026-01-01T00:00:00Z", "name": template["name"], "unified_job_template": template["id"]}
        return self.add("jobs", {**created, **done, "extra_vars": extra_vars, "ignored_fields": ignored or {}})

    # What is asked of it.

    def answer(self, method: str, target: str, body: _Dict, user: str) -> Answer:
        url = urllib.parse.urlsplit(target)
        with self._lock:
            self.requests.append((method, target))
            if not url.path.startswith(f"{self.prefix}v2/"):
                return 404, {"detail": "The requested resource could not be found."}
            table, *rest = url.path.removeprefix(f"{self.prefix}v2/").strip("/").split("/")
            if table == "settings":
                return self._settings(method, body, user)
            if table in ("config", "ping"):
                return 200, {"version": "24.6.1"}
            if not rest:
                query = dict(urllib.parse.parse_qsl(url.query))
                return self._create(table, body, user) if method == "POST" else self._list(table, query)
            item = self.items[table].get(int(rest[0]))
            if item is None:
                return 404, {"detail": "Not found."}
            return (
                self._about(table, item, method, body, user)
                if len(rest) == 1
                else self._in(item, rest[1], method, body)
            )

    def _settings(self, method: str, body: _Dict, user: str) -> Answer:
        if method == "PATCH":
            if user != "admin":
                return 403, {"detail": _NO}
            self.settings.update(body)
        return 200, dict(self.settings)

    def _list(self, table: str, query: _Dict) -> Answer:
        if table == "unified_job_templates":
            found = [item for name in TEMPLATES for item in self.items[name].values()]
        else:
            found = list(self.items[table].values())
        found = [item for item in found if self._fits(item, query)]
        found.sort(key=lambda item: item["id"], reverse=query.get("order_by") == "-id")
        shown = [self._shown(item) for item in found[: int(query.get("page_size", 25))]]
        return 200, {"count": len(found), "next": None, "previous": None, "results": shown}

    def _fits(self, item: _Dict, query: _Dict) -> bool:
        either = {name[4:]: value for name, value in query.items() if name.startswith("or__")}
        both = {name: value for name, value in query.items() if name not in _NOT_FILTERS and name[:4] != "or__"}
        if either and not any(str(item.get(name)) == value for name, value in either.items()):
            return False
        return all(self._has(item, name, value) for name, value in both.items())

    def _has(self, item: _Dict, name: str, value: str) -> bool:
        related, dummy, field = name.partition("__")
        if field == "in":
            return str(item[related]) in value.split(",")
        return str(self.items[f"{related}s"][item[related]].get(field) if field else item.get(name)) == value

    def _shown(self, item: _Dict) -> _Dict:
        subs = ("credentials", "launch", "survey_spec", "update", "success_nodes")
        related = {sub: f"{item['url']}{sub}/" for sub in subs}
        summary: _Dict = {}
        if item.get("organization"):
            home = self.items["organizations"][item["organization"]]
            summary["organization"] = {"id": home["id"], "name": home["name"]}
        if item["type"] == "project" and (running := self._running_update(item)):
            summary["current_update"] = {"id": running["id"], "status": running["status"]}
        shown = {**item, "related": related, "summary_fields": summary}
        if item["type"] == "credential":
            shown["inputs"] = rules.shown_inputs(
                self.items["credential_types"][item["credential_type"]], item["inputs"]
            )
        return shown

    def _create(self, table: str, body: _Dict, user: str) -> Answer:
        refused = self._refusal(table, body, None, user)
        if refused:
            return refused
        item = self.add(table, {**_DEFAULTS.get(table, {}), **body})
        if table == "projects":
            self._update(item)
        extra = {"token": f"token-of-{user}"} if table == "tokens" else {}
        return 201, {**self._shown(item), **extra}

    def _about(self, table: str, item: _Dict, method: str, body: _Dict, user: str) -> Answer:
        if method == "DELETE":
            del self.items[table][item["id"]]
            return 204, None
        if method == "PATCH":
            refused = self._refusal(table, {**item, **body}, item, user)
            if refused:
                return refused
            item.update(body)
        shown = self._shown(item)
        if table == "project_updates" and not item["finished"]:
            self._end(item)  # the next look finds it done
        return 200, shown

    def _in(self, item: _Dict, sub: str, method: str, body: _Dict) -> Answer:
        if sub == "launch":
            return self.launch(item, body)
        if sub == "update":
            update = self._update(item)
            return 202, {**self._shown(update), "project_update": update["id"]}
        if sub == "events":
            events = [{"event": "runner_on_failed", "event_data": item["failure"]}] if item["failure"] else []
            return 200, {"count": len(events), "next": None, "previous": None, "results": events}
        if sub == "survey_spec":
            return self._survey(item, method, body)
        associated = item.setdefault(sub, [])
        if method == "POST":
            associated.remove(body["id"]) if body.get("disassociate") else associated.append(body["id"])
            return 204, None
        return 200, {"count": len(associated), "next": None, "results": [{"id": number} for number in associated]}

    def _survey(self, item: _Dict, method: str, body: _Dict) -> Answer:
        if method == "POST":
            if fault := rules.survey_fault(body):
                return 400, {"error": fault}
            item["survey_spec"] = body
        elif method == "DELETE":
            item["survey_spec"] = {}
        return 200, item.get("survey_spec", {}) if method == "GET" else None

    # What is refused.

    def _refusal(self, table: str, body: _Dict, old: _Dict | None, user: str) -> Answer | None:
        check: t.Callable[[_Dict, _Dict | None, str], Answer | None] | None = getattr(self, f"_refuse_{table}", None)
        return check(body, old, user) if check else None

    def _refuse_credential_types(self, body: _Dict, _old: _Dict | None, user: str) -> Answer | None:
        if user != "admin":
            return 403, {"detail": _NO}
        fault = rules.credential_type_fault(body)
        return (400, fault) if fault else None

    def _refuse_credentials(self, body: _Dict, old: _Dict | None, _user: str) -> Answer | None:
        fault = rules.credential_fault(self.items["credential_types"][body["credential_type"]], body["inputs"])
        if not fault and self._has_twin("credentials", body, old, "name", "organization", "credential_type"):
            fault = {"__all__": ["Credential with this Organization, Name and Credential type already exists."]}
        return (400, fault) if fault else None

    def _refuse_execution_environments(self, body: _Dict, old: _Dict | None, _user: str) -> Answer | None:
        if old and old.get("organization") != body.get("organization"):
            return 400, {"organization": ["Cannot change the organization of an execution environment"]}
        if self._has_twin("execution_environments", body, old, "name"):
            return 400, {"name": ["Execution environment with this Name already exists."]}
        return None

    def _refuse_projects(self, body: _Dict, _old: _Dict | None, _user: str) -> Answer | None:
        return None if rules.GIT_URL.match(body["scm_url"]) else (400, {"scm_url": ["Unsupported git URL"]})

    def _refuse_job_templates(self, body: _Dict, _old: _Dict | None, _user: str) -> Answer | None:
        known = self.items["projects"][body["project"]]["scm_revision"] and body["playbook"] in self.playbooks
        return None if known else (400, {"playbook": ["Playbook not found for project."]})

    def _has_twin(self, table: str, body: _Dict, old: _Dict | None, *names: str) -> bool:
        others = [item for item in self.items[table].values() if old is None or item["id"] != old["id"]]
        return any(all(item.get(name) == body.get(name) for name in names) for item in others)

    # Updates of projects.

    def _running_update(self, project: _Dict) -> _Dict | None:
        updates = self.items["project_updates"].values()
        return next((one for one in updates if one["project"] == project["id"] and not one["finished"]), None)

    def _update(self, project: _Dict) -> _Dict:
        states = {"status": "pending", "failed": False, "finished": None, "event_processing_finished": False}
        about = {"project": project["id"], "name": project["name"], "scm_revision": "", "job_explanation": ""}
        return self.add("project_updates", {**states, **about, "failure": None})

    def _end(self, update: _Dict) -> None:
        failed = self.failing_update is not None
        update.update(status="failed" if failed else "successful", failed=failed, failure=self.failing_update)
        update.update(finished="2026-01-01T00:00:00Z", event_processing_finished=True)
        if not failed:
            update["scm_revision"] = self.items["projects"][update["project"]]["scm_revision"] = "89c1141f"


_DEFAULTS: dict[str, _Dict] = {
    "credentials": {"inputs": {}, "organization": None, "description": ""},
    "inventories": {"variables": ""},
    "job_templates": {"extra_vars": "", "survey_spec": {}},
    "projects": {"scm_revision": "", "description": ""},
    "workflow_job_templates": {"extra_vars": "", "survey_spec": {}},
}


def _handler(controller: Controller) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            user = self._user()
            if user is None:
                status, content = 401, {"detail": "Authentication credentials were not provided."}
            else:
                status, content = controller.answer(self.command, self.path, json.loads(body or b"{}"), user)
            text = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**VERSION, "Content-Type": "application/json", "Content-Length": len(text)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(text)

        do_DELETE = do_PATCH = do_POST = do_GET

        def _user(self) -> str | None:
            scheme, dummy, word = self.headers.get("Authorization", "").partition(" ")
            if scheme == "Bearer":
                return next((name for name in controller.passwords if word == f"token-of-{name}"), None)
            name, dummy, password = base64.b64decode(word).decode().partition(":")
            return name if controller.passwords.get(name) == password and name else None

        def log_message(self, *_details: t.Any) -> None:
            pass

    return Handler
