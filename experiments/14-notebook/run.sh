#!/bin/sh
# What the notebook prints. Needs `make lib`; without python3 what it printed.
set -eu
command -v python3 >/dev/null 2>&1 ||
	exec cat experiments/14-notebook/output.txt
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=python \
	exec python3 experiments/14-notebook/notebook.py
