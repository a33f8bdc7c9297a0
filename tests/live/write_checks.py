# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the trial with an image and a bucket has shown."""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.jobs import JOB_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.validation import read
from ansible_collections.huaweicloud.ims.tests.live.anonymous import shown_word
from ansible_collections.huaweicloud.ims.tests.live.trial import Body, Trial
from ansible_collections.huaweicloud.ims.tests.live.verdicts import (
    NotTold,
    WrongBelief,
    expect,
    needed,
    places_of,
)

Check = t.Callable[[Trial], None]
WRITE_CHECKS: dict[str, Check] = {}


def checks(belief: str) -> t.Callable[[Check], Check]:
    def register(check: Check) -> Check:
        WRITE_CHECKS[belief] = check
        return check

    return register


def polls(trial: Trial, what: str) -> list[Body]:
    found = [body for body in trial.jobs.get(what, ()) if body]
    if not found:
        raise NotTold(f"no job could be polled: {what}")
    return found


@checks("copy-starts-a-job")
def copy_starts(trial: Trial) -> None:
    if "job_id" not in expect(trial.answer("copy"), 200).body:
        raise WrongBelief("there is no job_id")


@checks("jobs-fit-schema")
def jobs_fit(trial: Trial) -> None:
    for body in [*polls(trial, "copy"), *trial.jobs.get("export", ())]:
        odd = read(body, JOB_SCHEMA, "", NO_SECRETS).deviations if body else ()
        if odd:
            raise WrongBelief(places_of(odd))


@checks("job-statuses")
def statuses(trial: Trial) -> None:
    found = {str(body["status"]) for body in polls(trial, "copy")}
    if not found <= {"INIT", "RUNNING", "SUCCESS", "FAIL"}:
        raise WrongBelief(", ".join(sorted(map(shown_word, found))))


@checks("copy-job-type")
def copy_job_type(trial: Trial) -> None:
    found = polls(trial, "copy")[-1].get("job_type")
    if found != "imsCopyImageInRegionJob":
        raise WrongBelief(shown_word(found))


@checks("percent-is-a-fraction")
def percent(trial: Trial) -> None:
    found = [(body.get("entities") or {}).get("process_percent") for body in polls(trial, "copy")]
    told = [float(value) for value in found if value not in (None, "")]
    if not told:
        raise NotTold("no answer had one")
    if max(told) > 1:
        raise WrongBelief(f"it was {max(told):g}")


@checks("copy-is-in-entities")
def copy_in_entities(trial: Trial) -> None:
    last = polls(trial, "copy")[-1]
    if last["status"] != "SUCCESS":
        raise NotTold("the copy failed")
    if not (last.get("entities") or {}).get("image_id"):
        raise WrongBelief("there is none")


@checks("creation-hidden")
def creation_hidden(trial: Trial) -> None:
    if len(polls(trial, "copy")) < 3:
        raise NotTold("the copy was ready at once")
    found = trial.rows.get("while made", [])
    if found:
        by_name = any(row.get("name") == trial.name for row in found)
        raise WrongBelief(
            f"it is listed as {shown_word(found[0].get('status'))}, {'by its name' if by_name else 'by another name'}"
        )


@checks("active-after-success")
def active(trial: Trial) -> None:
    found = trial.rows.get("made")
    if not found:
        raise NotTold("there is no copy")
    if found[0].get("status") != "active":
        raise WrongBelief(shown_word(found[0].get("status")))


@checks("tag-with-a-dot")
def tag_with_dot(trial: Trial) -> None:
    needed(trial.answer("tag"), 204)
    tags = [tag for row in trial.rows.get("tagged", []) for tag in row.get("tags") or ()]
    if "ims-live.yes" not in tags:
        raise WrongBelief("as key=value" if "ims-live=yes" in tags else "in another form")


@checks("replace-absent-img-0035")
def replace_absent(trial: Trial) -> None:
    answer = expect(trial.answer("replace absent"), 400)
    if answer.code != "IMG.0035":
        raise WrongBelief(str(answer))


@checks("add-replaces")
def add_replaces(trial: Trial) -> None:
    needed(trial.answer("add"), 200)
    expect(trial.answer("add present"), 200)


@checks("bucket-may-be-used")
def export_starts(trial: Trial) -> None:
    expect(trial.answer("export"), 200)


@checks("no-deletion-during-export")
def no_deletion(trial: Trial) -> None:
    answer = expect(trial.answer("delete exported"), 400)
    if answer.code != "IMG.0148":
        raise WrongBelief(str(answer))


@checks("object-exists-img-0070")
def object_exists(trial: Trial) -> None:
    answer = expect(trial.answer("export again"), 400)
    if answer.code != "IMG.0070":
        raise WrongBelief(str(answer))


@checks("registered-job-id-bare")
def bare_job_id(trial: Trial) -> None:
    job_id = str(needed(trial.answer("register"), 200).body["job_id"])
    if job_id != job_id.strip():
        raise WrongBelief("there are blanks around it")


@checks("registered-becomes-active")
def registered(trial: Trial) -> None:
    last = polls(trial, "register")[-1]
    if last.get("status") != "SUCCESS":
        raise NotTold("the registration did not end well")
    rows = trial.rows.get("registered", [])
    if not rows or rows[0].get("status") != "active":
        raise WrongBelief(shown_word(rows[0].get("status")) if rows else "it is not listed")


@checks("delete-204")
def delete(trial: Trial) -> None:
    expect(trial.answer("delete"), 204)


@checks("deleted-not-listed")
def not_listed(trial: Trial) -> None:
    needed(trial.answer("delete"), 204)
    if trial.rows.get("after delete"):
        raise WrongBelief("it is listed for a while")


@checks("deleted-keeps-status")
def keeps_status(trial: Trial) -> None:
    needed(trial.answer("delete"), 204)
    rows = [*trial.rows.get("after delete", ()), *trial.rows.get("after delete, as deleted", ())]
    found = {str(row.get("status")) for row in rows} - {"active"}
    if found:
        raise WrongBelief(", ".join(sorted(map(shown_word, found))))


@checks("delete-again-204")
def delete_again(trial: Trial) -> None:
    expect(trial.answer("delete again"), 204)
