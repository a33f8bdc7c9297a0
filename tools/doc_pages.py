# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages of docs/ that are made from data: troubleshooting, schemas, beliefs, operations."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import yaml

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.hints import ADVICE
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.bounds import MAX_DEPTH, MAX_UNKNOWN
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.parts import ESSENTIAL, READ_AT_MOST
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.verdicts import RULES
from ansible_collections.huaweicloud.ims.tests.live.beliefs import load
from ansible_collections.huaweicloud.ims.tools.operations import operations_page

DOCS = Path(__file__).resolve().parent.parent / "docs"
MESSAGES = DOCS / "docsite" / "messages.yml"
STATUSES = DOCS / "docsite" / "statuses.yml"
HEADER = f"""\
<!--
Copyright (c) the huaweicloud.ims contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
{"SPDX-License" + "-Identifier"}: GPL-3.0-or-later
Made by tools/build_docs.py; do not edit.
-->

"""
TROUBLESHOOTING = """\
# Troubleshooting

A task's message says what happened, why in the cloud's own words, and what to do. Here is more about each message and
each code. On the site, type the code into the search; elsewhere, search in this page.

More words are in the result. `msg` is the message; `jobs` are the jobs as they were last seen, with `entities` as the
cloud sent them; `http_status`, `error_code`, `error_msg` and `request_id` tell about an answer that was no. The
cloud's support asks for the request id, and for the job id.

"""
CODES = """\
## Codes of the cloud

`IMG.` codes come from IMS, `APIGW.` codes (or `APIG.`) from the gateway before it. The meanings are those of the
vendor's documentation in other words. Codes that have no entry here are shown as the cloud sent them. What to do is
this collection's advice, not the vendor's.

"""
SCHEMAS = """\
# Schemas

Each answer of the cloud is read by a schema before anything else looks at it. The schemas are published, so that other
programs can do the same: JSON Schema, draft 7, in [docs/schema](schema/ims_job.schema.json).

They allow all that the documentation shows. Unknown keys are allowed everywhere, because the cloud adds some without
notice.

## What decides is strict, the rest is reported

Whoever waits for a job has to know how it ended, and whether the image's name is a text has no say in that. So each
schema marks its essential part, what decides: `"x-essential": true` (in the tables below: **Decides.**).

- Where something essential does not fit (a job's `status`), the answer is refused, as if there had been none: a wait
  asks again, a module fails with `violations`.
- Where something essential of a list item does not fit (an image's `id`), the item is left out, and that is reported.
- Where anything else does not fit (a job's `fail_reason` is a number), the value is left out (null), and that is
  reported. The job ends as the cloud says.

A report is a sentence: the place, what was expected, what was found, the API. All items of a list are one place
(`[*]`), and each place of an API is reported once, with how often it was found:

```text
$.entities.sub_jobs_list: expected an array or null, found "" (ShowJob)
$.images[*].min_disk: expected a whole number, found "forty" (ListImages, 3 times)
$.images[*].status: missing; left out (ListImages)
```

Every module, the wait, the lookup and the event source go on after such a report, which is a warning, a line of the
wait or of the log, and a part of the result (`schema_violations`). With `on_schema_violation: fail` it ends the task at
once, before anything is started or changed where that is possible; what was started or changed before stands in the
result, and a job that was waited for goes on in the cloud.

What decides for some purpose only (whether an image is `protected`, who its `owner` is) is null where it cannot be
read, never a guess. In a list whose every item decides, one odd item spoils the list: which project is meant must not
depend on the one that could not be read.

Of a very large answer only a part is read in full: `"x-read-at-most"` items of a list, %(unknown)d undocumented values
of an object, %(depth)d levels. Whether any sub job or result has failed, and which images there are, is decided over
all of them. A long list is no violation; endless nesting and floods of undocumented values are.

Other validators ignore the two annotations, and judge by the rest: what they call valid has nothing odd in it.

## Use them elsewhere

In a playbook, with the collection `ansible.utils` and the Python library `jsonschema`. It is not for the simulated
cloud: `job.json` is a file of yours, and the schema comes from the repository, or from a copy of it:

```yaml
- name: Validate what another tool has fetched
  hosts: localhost
  gather_facts: false
  vars:
    schemas: https://github.com/huaweicloud-ims/ansible-collection-ims/raw/main/docs/schema
  tasks:
    - name: Hold a saved answer against the schema of a job
      ansible.utils.validate:
        data: "{{ lookup('ansible.builtin.file', 'job.json') | from_json }}"
        criteria: "{{ lookup('ansible.builtin.url', schemas ~ '/ims_job.schema.json', split_lines=false) | from_json }}"
        engine: ansible.utils.jsonschema
```

On a command line, with `pip install check-jsonschema`:

```bash
check-jsonschema --schemafile docs/schema/ims_job.schema.json job.json
```

"""
BELIEFS = """\
# What is believed about the cloud

Those who write this collection have no account. What they believe about the cloud is from its documentation, from other
clients that work, and, where both are silent, presumed. All of it stands below, with the code that depends on it, and
the simulated cloud works accordingly.

**Have you an account? Ask your cloud.** In a checkout, with the credentials in the environment that the collection
itself would use ([Credentials](credentials.md)):

```bash
make live
```

It only reads: a few dozen requests for images, quotas and a job that nobody has. It prints each belief as *held*,
*WRONG* (with what was seen) or *open* (with why), and ends with exit code 1 where one is wrong. What needs more has to
be asked for:

```bash
export IMS_LIVE_WRITE=1 IMS_LIVE_IMAGE=... IMS_LIVE_BUCKET=...
make live
```

Then it says what it is about to do and what that may cost, and asks (`IMS_LIVE_YES=1` answers). It copies the image,
tags and changes the copy, exports it to a new object in the bucket, registers that object as an image, and deletes both
images. Storage is billed while it runs, from minutes to an hour. Your image and your objects stay as they are; the new
object stays, too, and its name is printed. The user needs the rights to read, copy, export, register, tag, change and
delete images ([Least permissions](permissions.md)).

`report.json` and `recordings.json` are written below `.venv/live` (or into `IMS_LIVE_REPORT`). Ids become other ids of
the same form, names and all other texts become `text-1`, `text-2` and so on, hosts and requests are not in them; times,
sizes and statuses are. Look through them, and attach them to an
[issue](https://github.com/huaweicloud-ims/ansible-collection-ims/issues/new/choose): recordings become tests.

## The beliefs

*read* is checked by `make live`, *write* as well with `IMS_LIVE_WRITE=1`. A source is a page of the documentation
(`https://support.huaweicloud.com/intl/en-us/api-ims/ID.html`) or somebody who works that way.

"""
Schema = dict[str, t.Any]


def pages() -> dict[Path, str]:
    """Return what each generated page has to hold."""
    return {
        DOCS / "troubleshooting.md": troubleshooting(),
        DOCS / "schemas.md": schemas(),
        DOCS / "beliefs.md": beliefs(),
        DOCS / "operations.md": operations_page(HEADER),
    }


def troubleshooting() -> str:
    messages = yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))
    topics = list(dict.fromkeys(advice.topic for advice in ADVICE.values()))
    parts = [HEADER, TROUBLESHOOTING]
    parts.append(f"**Messages:** {links(topic['topic'] for topic in messages)}\n\n")
    parts.append(f"**Codes:** {links(['HTTP statuses', *topics])}\n\n")
    parts.append("## Messages of the collection\n\n")
    for topic in messages:
        parts.append(f"### {topic['topic']}\n\n")
        parts += [entry(message["says"], message["cause"], message["remedy"]) for message in topic["messages"]]
    parts += ["## HTTP statuses\n\n", "What a task prints as *HTTP 403* and returns as `http_status`.\n\n"]
    for found in yaml.safe_load(STATUSES.read_text(encoding="utf-8")):
        parts.append(entry(f"HTTP {found['status']}", found["meaning"], found["remedy"], level=3))
    parts.append(CODES)
    for topic in topics:
        parts.append(f"### {topic}\n\n")
        parts += [entry(code, found.meaning, found.remedy) for code, found in ADVICE.items() if found.topic == topic]
    return "".join(parts).rstrip() + "\n"


def links(topics: t.Iterable[str]) -> str:
    return " · ".join(f"[{topic}](#{slug(topic)})" for topic in topics)


def slug(heading: str) -> str:
    """Return the anchor that GitHub and myst-parser give to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def errors_table() -> str:
    """Return the table of docs/waiting.md: what follows from each error, as verdicts.py has it."""
    rows = [f"| {rule.what} | {rule.on_poll.value} | {rule.on_start.value} |\n" for rule in RULES]
    return "| What happens | A poll | A start |\n|---|---|---|\n" + "".join(rows)


def beliefs() -> str:
    parts = [HEADER, BELIEFS, "| Belief | Checked | Source | What depends on it |\n|---|---|---|---|\n"]
    for belief in load().values():
        checked = f"not checked: {belief.why_not}" if belief.check == "none" else f"*{belief.check}*"
        code = ", ".join(f"`{path}`" for path in belief.code)
        parts.append(f"| **{belief.id}** {belief.believed} | {checked} | {belief.source} | {code} |\n")
    return "".join(parts)


def entry(title: str, cause: str, remedy: str, *, level: int = 4) -> str:
    return f"{'#' * level} {title}\n\n{cause.strip()}\n\n**What to do:** {remedy.strip()}\n\n"


def schemas() -> str:
    parts = [HEADER, SCHEMAS % {"unknown": MAX_UNKNOWN, "depth": MAX_DEPTH}]
    for path in sorted((DOCS / "schema").glob("*.json"), key=lambda path: (not path.name.startswith("ims_job"), path)):
        schema = json.loads(path.read_text(encoding="utf-8"))
        parts.append(f"## {schema['title']}\n\n[{path.name}](schema/{path.name}). {schema['description']}\n\n")
        parts.append("| Key | Type | |\n|---|---|---|\n")
        parts += [f"| {key} | {kind} | {about} |\n" for key, kind, about in rows(schema, schema, "")]
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def rows(schema: Schema, root: Schema, prefix: str) -> t.Iterator[tuple[str, str, str]]:
    """Yield a row for each key, those below it after it. A part that is used again is told once."""
    for name, found in schema.get("properties", {}).items():
        part = resolved(found, root)
        marks = (
            " **Decides.**" if part.get(ESSENTIAL) else " **Required.**" if name in schema.get("required", ()) else ""
        )
        most = f" At most {part[READ_AT_MOST]:,} are read." if READ_AT_MOST in part else ""
        items = resolved(part.get("items", {}), root)
        path = f"{prefix}{name}" + ("[]" if "array" in types(part) else "")
        yield f"`{path}`", words(part, items), f"{about(part)}{most}{marks}".strip()
        below = items if "properties" in items else part
        if below.get("properties") and below is not schema and path.count("[].") + path.count(".") < 4:
            yield from rows(below, root, f"{path}.")


def resolved(schema: Schema, root: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    target: t.Any = root
    for step in schema["$ref"].lstrip("#/").split("/"):
        target = target[step] if step else target
    return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}


def types(schema: Schema) -> list[str]:
    kind = schema.get("type", "any")
    return [kind] if isinstance(kind, str) else kind


def words(schema: Schema, items: Schema) -> str:
    named = {"array": f"list of {' or '.join(types(items))}s"}
    return " or ".join(named.get(kind, kind) for kind in types(schema))


def about(schema: Schema) -> str:
    parts = [schema.get("description", "")]
    if schema.get("enum"):
        parts.append("One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + ".")
    return " ".join(part for part in parts if part).replace("|", "\\|")
