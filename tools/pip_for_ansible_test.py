# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Give ansible-test the pip it wants, from the package index: pip_for_ansible_test.py VERSION

For each virtual environment ansible-test downloads a get-pip script of a fixed version, from a host that many networks
do not reach. It does not when the script lies in its cache already. Where none does, this puts one there that installs
from the wheel of that version. The cache is in HOME: noxfile.py gives the sessions one of their own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ansible_collections.huaweicloud.ims.tools.locks import ensure_fresh, path_of

CACHE = Path("~/.ansible/test/cache").expanduser()
SCRIPT = '''\
"""Installs pip from the wheel beside this file. The tests of huaweicloud.ims wrote it, for want of the real one."""
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent / "pip-{version}-py3-none-any.whl"))
    from pip._internal.cli.main import main

    arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
    sys.exit(main(["install", "--upgrade", "--force-reinstall", *arguments]))
'''


def main() -> None:
    version = sys.argv[1]
    script = CACHE / f"get_pip_{version.replace('.', '_')}.py"
    if script.exists():
        return
    group = f"pip-{version}"
    ensure_fresh([group])
    CACHE.mkdir(parents=True, exist_ok=True)
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"--dest={CACHE}"]
    subprocess.run([*download, "--require-hashes", "-r", str(path_of(group))], check=True)
    script.write_text(SCRIPT.format(version=version), encoding="utf-8")


if __name__ == "__main__":
    main()
