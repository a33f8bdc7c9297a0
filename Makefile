# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything is installed into .venv, by sessions of noxfile.py; this file gives them short names.

PYTHON ?= python3
# Steps wait a good part of their time: three at once keep two cores busy.
JOBS ?= 3
# For one step, for example: make units ARGS="-k polling"
ARGS ?=

VENV := .venv
READY := $(VENV)/ready
REPORTS := $(VENV)/reports
NOX := python -m nox

# Ansible's commands too are looked for here first, and real Pythons before the stand-ins of version managers.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Hundreds of processes load the same files: compiled once, and not into the folders of the sources.
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/bytecode
unexport PYTHONDONTWRITEBYTECODE

# The steps of "make test", the longest first, and the sessions of those that are not one session of the same name.
# All of it runs on the oldest ansible-core that is supported and on the newest one, some on each of them ("make sanity"
# does all of them as well, as CI does). The unit tests, and what is no session of one core, run on 2.19.
CORES := 2.16 2.21
OTHER_CORES := 2.17 2.18 2.19 2.20
STEPS := $(CORES:%=integration-%) docs $(CORES:%=system-%) awx $(CORES:%=sanity-%) containers $(OTHER_CORES:%=core-%)
STEPS += faults coverage lowest cookbook ansible-lint clients artifact lint docs-check checks tools smoke
sessions-lint := formatters codeqa yamllint typing antsibull-nox-config
sessions-artifact := artifact build-import-check
sessions-docs := docs browser
sessions-lowest := lowest lowest-controller
$(foreach core,$(OTHER_CORES),$(eval sessions-core-$(core) := integration-$(core) system-$(core)))
sessions-clients := clients beliefs
sessions-checks := license-check extra-checks changelog

# Not in "make test", but run in the same way.
OTHERS := units $(OTHER_CORES:%=sanity-%)

.PHONY: help bench campaign live mutants demo test test-awx update format clean system sanity integration
.PHONY: $(STEPS) $(OTHERS)

help:
	@echo 'make demo         start the simulator, export an image from it and wait, with live progress'
	@echo 'make test         all that CI runs, $(JOBS) steps at a time (JOBS=1 for one at a time)'
	@echo 'make units        the unit tests, for a quick look'
	@echo 'make docs         build the documentation as a site in .venv/docs/html, and test its pages'
	@echo 'make bench        measure, and write docs/benchmarks.md (minutes)'
	@echo 'make campaign     all faults at random, thousands of waits, and a soak (minutes)'
	@echo 'make mutants      spoil the code in hundreds of places, and see whether a unit test notices (minutes)'
	@echo 'make format       let ruff format the code'
	@echo 'make live         ask your own cloud whether it works as is believed (reads only, unless told otherwise)'
	@echo 'make update       write the lock files anew, with the newest versions (ARGS=--stale: only where they do not fit)'
	@echo 'make clean        remove all that was installed and built'
	@echo 'Steps alone:      system, sanity, integration; $(STEPS)'
	@echo 'One session:      $(VENV)/bin/nox -s NAME -- ARGUMENTS ($(VENV)/bin/nox -l lists them)'

$(READY): tools/make_venv.py tools/requirements.txt meta/ee-requirements.txt tools/locks/uv.txt tools/locks/venv.txt
	@echo 'Setting up $(VENV) ...'
	@$(PYTHON) tools/make_venv.py $(VENV)
	@python tools/link_collection.py
	@uv=$$(python tools/locks.py arguments uv) && python -m pip install --quiet --disable-pip-version-check $$uv
	@python tools/locks.py install venv
	@touch $@

demo: $(READY)
	@python tools/demo.py $(ARGS)

# The steps run as `make units` and the others do, but for their output, which goes into files.
test: $(READY)
	@rm -rf $(REPORTS) && mkdir -p $(REPORTS)
	@python tools/leftovers.py before $(REPORTS)/home.txt
	@echo 'Running $(words $(STEPS)) steps, $(JOBS) at a time. What each prints goes to $(REPORTS)/STEP.log.'
	@IMS_UV_SETTINGS="$$(python tools/environment.py)" \
	$(MAKE) --no-print-directory --keep-going --jobs=$(JOBS) LOGGED=yes $(STEPS); status=$$?; \
	python tools/leftovers.py after $(REPORTS)/home.txt || status=1; \
	python tools/summary.py $(REPORTS) $(STEPS) && exit $$status

# CI=true makes the formatters check instead of change.
$(STEPS) $(OTHERS): $(READY)
	@mkdir -p $(REPORTS)
	@CI=true $(if $(LOGGED),python tools/step.py $(REPORTS) $@) \
	$(NOX) --report $(REPORTS)/$@.json -s $(or $(sessions-$@),$@) $(if $(ARGS),-- $(ARGS))

test-awx: awx
system: $(CORES:%=system-%) $(OTHER_CORES:%=core-%)
sanity: $(CORES:%=sanity-%) $(OTHER_CORES:%=sanity-%)
integration: $(CORES:%=integration-%) $(OTHER_CORES:%=core-%)

# Not in "make test": they take long, and measure best on a machine that does nothing else.
bench campaign live mutants: $(READY)
	@$(NOX) -s $@ $(if $(ARGS),-- $(ARGS))

# For example: make update ARGS=docs. Where the locks are too old to set up anything, it is done without them.
update:
	@test -x $(VENV)/bin/uv || IMS_UNLOCKED=1 $(MAKE) --no-print-directory $(READY)
	@python tools/locks.py update $(ARGS)

format: $(READY)
	@CI=false $(NOX) -s formatters

clean:
	rm -rf $(VENV) .nox .ansible tests/output huaweicloud-ims-*.tar.gz
