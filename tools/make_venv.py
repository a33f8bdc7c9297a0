# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the virtual environment that everything else is installed into: make_venv.py FOLDER

Any Python 3 may run this. What it cannot do, it says in a sentence with the remedy.
"""

import importlib.util
import os
import sys

OLDEST = (3, 11)  # of ansible-core 2.19


def remedy():
    # type: () -> str
    """Return what has to be done first, or an empty string."""
    name, wanted = (".".join(map(str, version)) for version in (sys.version_info[:2], OLDEST))
    if sys.version_info[:2] < OLDEST:
        return f"Python {wanted} or newer is needed, and {sys.executable} is {name}: run `make PYTHON=python{wanted}`."
    # Debian and Ubuntu package the second one apart.
    missing = [module for module in ("venv", "ensurepip") if importlib.util.find_spec(module) is None]
    if missing:
        return (
            f"{sys.executable} has no module {missing[0]}, which virtual environments are made with: install it"
            f" (Debian, Ubuntu: `apt install python{name}-venv`), or run `make PYTHON=...` with another Python."
        )
    return ""


def main():
    # type: () -> int
    message = remedy()
    if message:
        print(message, file=sys.stderr)
        return 1
    import venv

    venv.create(sys.argv[1], with_pip=True, symlinks=os.name != "nt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
