# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of the collection, which `make test` runs. The linters' sessions are in antsibull-nox.toml."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
import typing as t
from pathlib import Path

import antsibull_nox
import nox

from ansible_collections.huaweicloud.ims.tools import environment, locks
from ansible_collections.huaweicloud.ims.tools.pythons import find_python, path_without_stand_ins

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.envdir = ".venv/nox"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["units"]

USER_HOME = Path(os.environ.get(environment.USER_HOME) or Path.home())
# For all sessions. Nothing but the package managers' caches is written outside of the checkout and the temp folder.
os.environ.update(environment.uv_settings())
os.environ.update(environment.with_home(Path(".venv/home").resolve(), os.environ))
# As in the Makefile, for who calls nox.
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(".venv/bytecode").resolve()))
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What the sessions of antsibull-nox.toml install; all others ask for theirs in install().
try:
    for group in ("docs", "galaxy-importer", "lint"):
        locks.ensure_fresh([group])
        locks.write_in_use(group)
except locks.StaleError as exc:
    sys.exit(str(exc))
antsibull_nox.load_antsibull_nox_toml()


@dataclasses.dataclass(frozen=True)
class Core:
    """A supported ansible-core, the Pythons to run it on (the best first), and the pip that its ansible-test wants."""

    version: str
    pythons: tuple[str, ...]
    pip: str
    is_whole: bool = True
    """All targets run on it, not only the main ones."""

    @property
    def group(self) -> str:
        return f"core-{self.version}"


MAIN_TARGETS = ("ims_image_export", "ims_job_info", "wait_for_ims_job")
CORES = (
    Core("2.16", ("3.11", "3.12", "3.10"), pip="23.1.2"),
    Core("2.17", ("3.11", "3.12", "3.10"), pip="23.1.2", is_whole=False),
    Core("2.18", ("3.11", "3.12", "3.13"), pip="24.2", is_whole=False),
    Core("2.19", ("3.11", "3.12", "3.13"), pip="24.2", is_whole=False),
    Core("2.20", ("3.12", "3.13", "3.14"), pip="25.2", is_whole=False),
    Core("2.21", ("3.13", "3.12", "3.14"), pip="25.2"),
)
MAIN_CORE = CORES[3]
OLDEST_PYTHON = "3.9"
PYTHONS = (OLDEST_PYTHON, "3.8", "3.10", "3.11", "3.12", "3.13", "3.14")


def path_of(session: nox.Session) -> str:
    """Return a PATH on which all Pythons run, for ansible-test takes the first of each version that it sees."""
    path = path_without_stand_ins(Path(session.create_tmp(), "path").resolve(), PYTHONS, home=USER_HOME)
    return os.pathsep.join([session.bin, path])


def session_on(name: str, *pythons: str) -> t.Callable[[t.Callable[[nox.Session], None]], None]:
    """Register a session on the first of these Pythons that is found, and else one that says what is left out."""
    python = find_python(*pythons, home=USER_HOME)

    def left_out(session: nox.Session) -> None:
        session.skip(f"{name} is left out: no Python {' or '.join(pythons)} was found on this machine")

    def register(function: t.Callable[[nox.Session], None]) -> None:
        left_out.__doc__ = function.__doc__
        nox.session(name=name, python=python or False)(function if python else left_out)

    return register


def install(session: nox.Session, group: str, *, link: bool = True) -> None:
    """Install a group of tools/groups.py and nothing else, and this checkout where Ansible looks for collections."""
    session.install("--exact", *locks.arguments_for(group))
    if link:
        session.run("python", "tools/link_collection.py")


@nox.session
def units(session: nox.Session) -> None:
    """The unit tests, for a quick look: all but those that take long."""
    install(session, "tests")
    session.run("pytest", "--numprocesses=2", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """All unit tests, those that take long as well, and how much of the code they cover."""
    install(session, "tests")
    session.run("pytest", "--numprocesses=2", "--thorough", "--cov", "--cov-report=", *session.posargs)
    session.run("coverage", "report", "--fail-under=95")


@session_on("lowest", OLDEST_PYTHON)
def lowest(session: nox.Session) -> None:
    """The unit tests of what runs on managed machines, with the lowest Python and libraries that are promised."""
    install(session, "lowest")
    session.run("pytest", "--numprocesses=2", "tests/unit/plugins/module_utils", *session.posargs)


@session_on("lowest-controller", "3.10")
def lowest_controller(session: nox.Session) -> None:
    """The unit tests with the lowest versions on a controller: of Python, ansible-core and the libraries."""
    install(session, "lowest-controller")
    session.run("pytest", "--numprocesses=2", "tests/unit/plugins", *session.posargs)


@nox.session
def tools(session: nox.Session) -> None:
    """The tests of the tools that make and these sessions are made of."""
    install(session, "tests")
    session.run("pytest", "--numprocesses=2", "tests/tools", *session.posargs)


@nox.session
def live(session: nox.Session) -> None:
    """Hold what is believed about the cloud against the cloud of the environment (docs/beliefs.md)."""
    install(session, "tests")
    # Credentials may be in files of the person's own home.
    session.run("python", "tests/live/run.py", *session.posargs, env={"HOME": str(USER_HOME)})


def ansible_test(
    session: nox.Session, core: Core, *arguments: str, shipped: bool = False, env: t.Mapping[str, str] | None = None
) -> None:
    """ansible-test on a copy of the tree, or of what is shipped of it, below ansible_collections/ as it needs it."""
    install(session, core.group, link=False)
    session.run(
        "python",
        "tools/ansible_test.py",
        *(["--shipped"] if shipped else []),
        f".venv/trees/{session.name}",
        *arguments,
        "--color=no",
        "--python=default",
        *session.posargs,
        env={**os.environ, **(env or {}), "PATH": path_of(session)},
    )


def add_sessions_of(core: Core) -> None:
    """Register the sessions that there are once for each ansible-core."""

    @session_on(f"sanity-{core.version}", *core.pythons)
    def sanity(session: nox.Session) -> None:
        """ansible-test sanity, with nothing ignored: of what is shipped, on the newest core of the tests too."""
        session.run(sys.executable, "tools/pip_for_ansible_test.py", core.pip, external=True)
        ansible_test(session, core, "sanity", "--venv", shipped=core is not CORES[-1])

    @session_on(f"integration-{core.version}", *core.pythons)
    def integration(session: nox.Session) -> None:
        """ansible-test integration: the targets, against the simulator."""
        targets = [] if core.is_whole else MAIN_TARGETS
        # A HOME of its own: it makes a key there, which two at the same time would overwrite.
        home = Path(session.create_tmp(), "home").resolve()
        env = environment.with_home(home, os.environ)
        ansible_test(session, core, "integration", "--local", *targets, env=env)

    @session_on(f"system-{core.version}", *core.pythons)
    def system(session: nox.Session) -> None:
        """Tests that run ansible-playbook as users do, against the simulator."""
        install(session, core.group)
        tests = "tests/system" if core.is_whole else "tests/system/test_both_ways.py"
        # Most of their time they wait, so two at once cost hardly more than one.
        session.run("pytest", "--numprocesses=2", tests, *session.posargs, env=ansible_environment(session))


@nox.session
def awx(session: nox.Session) -> None:
    """As AWX runs it: ansible-runner, ansible-builder, ansible-rulebook."""
    install(session, "awx")
    session.run(sys.executable, "tests/awx/fetch_collection.py", external=True)
    node = Path(session.bin).parent / "node"
    session.install(f"--target={node}", "--upgrade", *locks.arguments_for("awx-node"))
    chosen = [] if any(argument.startswith("tests/") for argument in session.posargs) else ["tests/awx"]
    # File by file, since what the role makes is made once for all tests of a file.
    arguments = ("--numprocesses=2", "--dist=loadfile", *chosen, *session.posargs)
    session.run("pytest", *arguments, env={**ansible_environment(session), "IMS_AWX_NODE": str(node)})


@nox.session
def containers(session: nox.Session) -> None:
    """Build the documented images, and run jobs in them as AWX does. The base image is made once, in .venv."""
    why_not = session.run(sys.executable, "tests/containers/engine.py", external=True, silent=True)
    if why_not:
        session.skip(f"containers is left out: {why_not}")
    install(session, "awx")
    # An image takes minutes to build, on a busy machine more than a test may take elsewhere.
    patience = ("-o", "faulthandler_timeout=1800")
    session.run("pytest", *patience, "tests/containers", *session.posargs, env=ansible_environment(session))


def ansible_environment(session: nox.Session) -> dict[str, str]:
    """Settings that keep a machine's other collections and Pythons out of a test."""
    python = Path(session.bin, "python")
    return {
        "ANSIBLE_COLLECTIONS_PATH": str(next(Path(session.bin).parent.glob("lib/python*/site-packages"))),
        "ANSIBLE_PYTHON_INTERPRETER": str(python),
        "PATH": path_of(session),
    }


for each_core in CORES:
    add_sessions_of(each_core)


@nox.session
def changelog(session: nox.Session) -> None:
    """Check the changelog's fragments."""
    install(session, "lint", link=False)
    session.run("antsibull-changelog", "lint")
    session.run("antsibull-changelog", "lint-changelog-yaml", "--strict", "changelogs/changelog.yaml")


@nox.session
def faults(session: nox.Session) -> None:
    """The campaign in short: all faults at random, parsers fed with nonsense, TLS for real."""
    install(session, "tests")
    session.run("pytest", "--numprocesses=2", "tests/campaign", *session.posargs, env=ansible_environment(session))


@nox.session
def campaign(session: nox.Session) -> None:
    """The campaign at length."""
    install(session, "tests")
    session.run("python", "tests/campaign/run.py", *session.posargs, env=ansible_environment(session))


@nox.session
def mutants(session: nox.Session) -> None:
    """Spoil the code in hundreds of places, and see whether a unit test notices each."""
    install(session, "tests")
    session.run("python", "tests/mutants/run.py", *session.posargs, env=ansible_environment(session))


@nox.session
def clients(session: nox.Session) -> None:
    """Clients that others wrote take the simulator for the cloud: the vendor's SDKs, openstacksdk, otcextensions."""
    install(session, "clients")
    session.run("pytest", "--numprocesses=2", "tests/clients", *session.posargs)


@nox.session
def beliefs(session: nox.Session) -> None:
    """What `make live` asks of a real cloud, asked of the simulator, which works as the beliefs have it."""
    install(session, "tests")
    session.run("pytest", "--numprocesses=2", "tests/live", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure, and write docs/benchmarks.md."""
    install(session, "tests")
    session.run("python", "tests/benchmarks/run.py", *session.posargs, env=ansible_environment(session))


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation as a site, with warnings as errors, and test the pages: examples, links, drawings."""
    install(session, "docs")
    session.run("python", "tools/build_docs.py")
    others = ("--ignore=tests/docs/browser", "--ignore=tests/docs/cookbook")
    session.run("pytest", "--numprocesses=2", "tests/docs", *others, *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Look at each page of the site in a real browser: contrast, width, links, errors, search."""
    if shutil.which("chromium") is None:
        session.skip("browser is left out: no chromium was found on this machine (on Debian: apt-get install chromium)")
    install(session, "browser")
    session.run("python", "tools/build_docs.py", "--if-stale")
    session.run("pytest", "--numprocesses=2", "tests/docs/browser", *session.posargs)


@nox.session
def cookbook(session: nox.Session) -> None:
    """Run each project of the cookbook on the simulator, by the commands of its README."""
    install(session, "cookbook")
    session.run("pytest", "--numprocesses=2", "tests/docs/cookbook", *session.posargs)


@session_on("artifact", *MAIN_CORE.pythons)
def artifact(session: nox.Session) -> None:
    """Build the collection, twice with the same bytes, install it, and use it as its users do."""
    install(session, MAIN_CORE.group, link=False)
    folder = Path(session.create_tmp()).resolve()
    session.run("python", "tools/build_artifact.py", "--twice", str(folder))
    (tarball,) = folder.glob("*.tar.gz")
    session.run("python", "tools/check_artifact.py", str(tarball))
    session.run("ansible-galaxy", "collection", "install", "--force", f"--collections-path={folder}", str(tarball))
    demo = os.path.abspath("tools/demo.py")
    with session.chdir(folder):
        session.run("python", demo, f"--collections={folder}", "--job-seconds=2")


@nox.session(python=False)
def smoke(session: nox.Session) -> None:
    """`make demo`, in a hurry."""
    session.run(sys.executable, "tools/demo.py", "--job-seconds=2", *session.posargs)
