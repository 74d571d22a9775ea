# Two commands do it all on a fresh machine: `make run` and `make test`. `make` alone prints what there is.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# make GPU=1 … installs TensorFlow with its CUDA libraries
GPU ?=
# make run ARGS="SYNOP2 --profile smoke"
ARGS ?=

export TF_CPP_MIN_LOG_LEVEL ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help run test lab student data check bench install clean

help:  ## this list
	@echo "Deep learning on sequence data: nine notebooks. What make can do here:"
	@echo
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r a b; do printf '%-14s %s\n' "$$a" "$$b"; done
	@echo
	@echo 'First time here: make run. Options go through ARGS: make run ARGS="LADYB1 --profile smoke".'

run: $(VENV)/.installed  ## set up, run the nine notebooks, make the page that shows the results
	@$(BIN)/fidle run $(ARGS)

lab: $(VENV)/.installed  ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab --ServerApp.ip=127.0.0.1 $(ARGS)

student: $(VENV)/.installed  ## the trainees' copies, with gaps for the exercises, in student/
	@if [ -d student ]; then echo "student/ is here already, and stays as it is."; \
	  else $(BIN)/fidle student student $(ARGS); fi

data: $(VENV)/.installed  ## fetch the real data (about 100 MB): film reviews and weather observations
	@$(BIN)/fidle data get imdb $(ARGS)
	@$(BIN)/fidle data get synop $(ARGS)
	@$(BIN)/fidle data

check: $(VENV)/.installed  ## is this machine ready for class?
	@$(BIN)/fidle check $(ARGS)

test: $(VENV)/.installed-test  ## set up, and run every test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m pytest $(ARGS)

bench: $(VENV)/.installed-test  ## measure speed and skill, against their targets
	@$(BIN)/python -m benchmarks $(ARGS)

install: $(VENV)/.installed  ## set up only

clean:  ## remove what runs wrote (run/) and the environment
	rm -rf run $(VENV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "The course needs Python 3.11 or later. Received: $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 …"; exit 1; }
	@echo "Making the environment in $(VENV)…"
	@# Debian splits venv off: say so, or install it where that is allowed
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || [ "$$(id -u)" != 0 ] || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; } || true
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv module is missing. On Debian: sudo apt install python3-venv, then again."; exit 1; }

# A finished installation leaves its stamp; from then on nothing here asks the network.
$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the course needs (about 2 GB, a few minutes, once)…"
ifeq ($(GPU),)
	@$(BIN)/python -m pip install -q -r requirements.txt
else
	@sed 's/^tensorflow-cpu==\([^;]*\)/tensorflow[and-cuda]==\1/' requirements.txt > $(VENV)/requirements-gpu.txt
	@$(BIN)/python -m pip install -q -r $(VENV)/requirements-gpu.txt
endif
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@# no question about Jupyter's news in front of a class, and no request for them
	@$(BIN)/jupyter labextension disable --level=sys_prefix "@jupyterlab/apputils-extension:announcements" >/dev/null 2>&1
	@touch $@

$(VENV)/.installed-test: requirements-test.txt $(VENV)/.installed
	@$(BIN)/python -m pip install -q -r requirements-test.txt
	@touch $@
