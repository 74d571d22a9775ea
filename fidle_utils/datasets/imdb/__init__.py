"""IMDB: film reviews, good or bad."""

from fidle_utils.datasets.imdb.read import LABELS, Reviews, check, files, load_reviews, read_archive, simulate_reviews

__all__ = ["LABELS", "Reviews", "check", "files", "load_reviews", "read_archive", "simulate_reviews"]
