# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write docs/schema/*.schema.json from the schemas that the collection validates with."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.published import PUBLISHED

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schema"
LICENSE = """\
Copyright (c) the huaweicloud.ims contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
{tag}: GPL-3.0-or-later
""".format(tag="SPDX-License" + "-Identifier")  # in one piece it would be taken for this file's own


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, schema in PUBLISHED.items():
        (FOLDER / name).write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
        (FOLDER / f"{name}.license").write_text(LICENSE, encoding="utf-8")


if __name__ == "__main__":
    main()
