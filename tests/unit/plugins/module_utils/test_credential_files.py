# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of credentials: what is read of them, and in which words they are refused."""

from __future__ import annotations

import pathlib

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._credential_files import from_sdk_file, from_tool_file
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError

SDK = "[basic]\nak = AK1 \nsk=SK1\nsecurity_token=\nproject_id=P1\niam_endpoint=https://iam\nidp_id=I1\nid_token_file=/t\n"
TOOL = """{"current": "b", "profiles": [{"name": "a", "accessKeyId": "AK0"}, {"name": "b", "accessKeyId": "AK2",
"secretAccessKey": "SK2", "securityToken": "T2", "region": "R2", "projectId": "P2", "agencyName": "A2",
"agencyDomainName": "D2", "agencyDomainId": "I2", "mode": "AKSK"}, {"name": "default", "accessKeyId": "AK3"}]}"""


def put(folder: pathlib.Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_all_of_the_sdks_file_is_read(tmp_path: pathlib.Path) -> None:
    assert from_sdk_file(put(tmp_path, "credentials", SDK), {}) == {
        "access_key": "AK1",
        "secret_key": "SK1",
        "project_id": "P1",
        "iam_endpoint": "https://iam",
        "idp_id": "I1",
        "id_token_file": "/t",
    }


def test_all_of_a_profile_is_read_the_current_one_unless_named(tmp_path: pathlib.Path) -> None:
    path = put(tmp_path, "config.json", TOOL)
    assert from_tool_file(path, None, {}) == {
        "access_key": "AK2",
        "secret_key": "SK2",
        "security_token": "T2",
        "region": "R2",
        "project_id": "P2",
        "assume_role_agency_name": "A2",
        "assume_role_domain_name": "D2",
        "assume_role_domain_id": "I2",
    }
    assert from_tool_file(path, "a", {}) == {"access_key": "AK0"}
    without_current = put(tmp_path, "other.json", TOOL.replace('"current": "b", ', ""))
    assert from_tool_file(without_current, None, {}) == {"access_key": "AK3"}


def test_the_usual_files_are_those_of_the_home(tmp_path: pathlib.Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert from_sdk_file(None, home) == from_tool_file(None, None, home) == {}
    put(tmp_path, ".huaweicloud/credentials", SDK)
    put(tmp_path, ".hcloud/config.json", TOOL)
    assert from_sdk_file(None, home)["access_key"] == from_sdk_file("~/.huaweicloud/credentials", home)["access_key"]
    assert from_tool_file(None, None, home)["access_key"] == "AK2"
    assert from_sdk_file(None, {}) == from_tool_file(None, None, {}) == {}


def test_a_usual_file_that_cannot_be_read_is_no_mistake(tmp_path: pathlib.Path) -> None:
    (tmp_path / ".huaweicloud" / "credentials").mkdir(parents=True)
    assert from_sdk_file(None, {"HOME": str(tmp_path)}) == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "there is no file {}."),
        ("", "{} has no section [basic]."),
        ("secret", "{} is not a file of sections and keys."),
    ],
)
def test_a_bad_file_of_the_sdk_is_told(tmp_path: pathlib.Path, text: str | None, sentence: str) -> None:
    path = str(tmp_path / "none") if text is None else put(tmp_path, "credentials", text)
    with pytest.raises(OptionError) as caught:
        from_sdk_file(path, {})
    assert str(caught.value) == f"credentials_file: {sentence.format(path)}"


@pytest.mark.parametrize("where", ["given", "usual"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("secret", "{} is not the configuration of the command line tool."),
        ("[]", "{} is not the configuration of the command line tool."),
        ('{"profiles": [7]}', "{} is not the configuration of the command line tool."),
        ("{}", '{} has no profile "default": give profile.'),
        (
            '{"authEncrypt": "TRUE", "profiles": [{"name": "default"}]}',
            "{} is encrypted. Run: hcloud configure set --cli-auth-encrypt=false",
        ),
        (
            '{"profiles": [{"name": "default", "authEncrypt": true}]}',
            "{} is encrypted. Run: hcloud configure set --cli-auth-encrypt=false",
        ),
    ],
)
def test_a_bad_file_of_the_tool_is_told(tmp_path: pathlib.Path, where: str, text: str, sentence: str) -> None:
    path = put(tmp_path, ".hcloud/config.json", text)
    shown = path if where == "given" else "~/.hcloud/config.json"
    with pytest.raises(OptionError) as caught:
        from_tool_file(path if where == "given" else None, None, {"HOME": str(tmp_path)})
    assert str(caught.value) == f"shared_config_file: {sentence.replace('{}', shown, 1)}"


def test_a_file_that_cannot_be_read_is_told(tmp_path: pathlib.Path) -> None:
    with pytest.raises(OptionError) as caught:
        from_tool_file(str(tmp_path), None, {})
    assert str(caught.value) == f"shared_config_file: {tmp_path} cannot be read: IsADirectoryError."
    with pytest.raises(OptionError, match="shared_config_file: there is no file ~/none."):
        from_tool_file("~/none", None, {"HOME": str(tmp_path)})
