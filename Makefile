# Two commands do it all on a fresh machine: `make run` and `make test`. `make` alone prints what there is.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# make GPU=1 … installs TensorFlow with its CUDA libraries; what is installed stays so until GPU= says otherwise
GPU ?= $(if $(wildcard $(VENV)/.installed-gpu),1)
INSTALLED := $(VENV)/.installed$(if $(GPU),-gpu)
# make run ARGS="SYNOP2 --profile smoke"
ARGS ?=

export TF_CPP_MIN_LOG_LEVEL ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help run test lab student data check bench install clean

help:  ## this list
	@echo "Deep learning on sequence data, in notebooks. What make can do here:"
	@echo
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r a b; do printf '%-14s %s\n' "$$a" "$$b"; done
	@echo
	@echo 'First time here: make run. Options go through ARGS: make run ARGS="LADYB1 --profile smoke".'

run: $(INSTALLED)  ## set up, run the notebooks, make the page that shows the results
	@$(BIN)/fidle run $(ARGS)

lab: $(INSTALLED)  ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab --ServerApp.ip=127.0.0.1 $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

student: $(INSTALLED)  ## the trainees' copies, with gaps for the exercises, in student/
	@if [ -d student ]; then echo "student/ is here already, and stays as it is."; \
	  else $(BIN)/fidle student student $(ARGS); fi

data: $(INSTALLED)  ## fetch the real data
	@$(BIN)/fidle data get $(ARGS)
	@$(BIN)/fidle data

check: $(INSTALLED)  ## is this machine ready for class?
	@$(BIN)/fidle check $(ARGS)

test: $(VENV)/.installed-test  ## set up, and run every test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m pytest $(ARGS)

bench: $(VENV)/.installed-test  ## measure speed and skill, against their targets
	@$(BIN)/python -m benchmarks $(ARGS)

install: $(INSTALLED)  ## set up only

clean:  ## remove what runs wrote (run/) and the environment
	rm -rf run $(VENV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "The course needs Python 3.11, 3.12 or 3.13: TensorFlow has nothing for others. Received: $$($(PYTHON) --version 2>&1)."; \
	  echo "If such a one is here: make PYTHON=python3.12 …"; exit 1; }
	@echo "Making the environment in $(VENV)…"
	@# Debian splits venv off: say so, or install it where that is allowed
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || [ "$$(id -u)" != 0 ] || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; } || true
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv module is missing. On Debian: sudo apt install python3-venv, then again."; exit 1; }

# A finished installation leaves its stamp; from then on nothing here asks the network (a first make test apart).
$(INSTALLED): requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the course needs (about 2 GB, a few minutes, once)…"
	@# the two kinds of TensorFlow are the same module: one must go before the other comes
	@if ls $(VENV)/.installed* >/dev/null 2>&1 && [ ! -e $@ ]; then \
	  $(BIN)/python -m pip uninstall -q -y tensorflow tensorflow-cpu; fi
	@rm -f $(VENV)/.installed $(VENV)/.installed-gpu
ifeq ($(GPU),)
	@cp requirements.txt $(VENV)/requirements.txt
else
	@sed 's/^tensorflow-cpu==\([^;]*\)/tensorflow[and-cuda]==\1/' requirements.txt > $(VENV)/requirements.txt
endif
	@$(BIN)/python -m pip install -q -r $(VENV)/requirements.txt || \
	  { echo "The packages could not be installed: pip says why, above. Then the same command again (with another Python: make clean first)."; exit 1; }
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@$(BIN)/python -m fidle_course.room.prepare
	@touch $@

$(VENV)/.installed-test: requirements-test.txt $(INSTALLED)
	@$(BIN)/python -m pip install -q -r requirements-test.txt
	@touch $@
