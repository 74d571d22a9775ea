"""SYNOP: what a weather station measures every three hours."""

from fidle_utils.datasets.synop import clean
from fidle_utils.datasets.synop.clean import read_prepared, save_prepared
from fidle_utils.datasets.synop.read import check, files, load_synop, read_synop, stations
from fidle_utils.datasets.synop.simulated import simulate_synop

__all__ = ["check", "clean", "files", "load_synop", "read_prepared", "read_synop", "save_prepared"]
__all__ += ["simulate_synop", "stations"]
