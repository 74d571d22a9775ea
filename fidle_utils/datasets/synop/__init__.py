"""SYNOP: what a weather station measures every three hours."""

from fidle_utils.datasets.synop.read import (
    check,
    files,
    load_synop,
    read_prepared,
    read_synop,
    save_prepared,
    simulate_synop,
    stations,
)

__all__ = [
    "check",
    "files",
    "load_synop",
    "read_prepared",
    "read_synop",
    "save_prepared",
    "simulate_synop",
    "stations",
]
