"""IMDB: film reviews, good or bad."""

from fidle_utils.datasets.imdb.load import load_reviews, simulate_reviews
from fidle_utils.datasets.imdb.read import LABELS, Reviews, check, files, read_reviews

__all__ = ["LABELS", "Reviews", "check", "files", "load_reviews", "read_reviews", "simulate_reviews"]
