"""Word2Vec as TEXT1 trains it in Keras, beside gensim: words per second, and ρ with people, on the same reviews."""

import importlib.util
import json
import subprocess
import sys
import time

from benchmarks.line import Group, Line
from benchmarks.measure import ROOT, in_child

GENSIM = "gensim==4.4.0"
# name in the results -> the name of the training, gensim's `sg`, the least ρ
NETWORKS = {"skip_gram": ("skip-gram", 1, 0.40), "cbow": ("cbow", 0, 0.33)}


def measure(quick: bool = False) -> Group:
    """Two lines for each network."""
    group, folder = Group(), ROOT / "run" / "bench" / "words"
    run_lesson(folder, "smoke" if quick else "live")
    lesson = json.loads((folder / "TEXT1" / "results.json").read_text(encoding="utf-8"))
    there = importlib.util.find_spec("gensim") is not None
    for key, (name, skip_gram, least) in NETWORKS.items():
        trained = json.loads((folder / "TEXT1" / "trained" / f"{name}.json").read_text(encoding="utf-8"))
        rho, given = lesson["scores"][f"rho_{key}"], lesson["parameters"]
        rival = in_child("words:train_gensim", skip_gram, 1 if quick else 5, given)["value"] if there else None
        beside = (
            f" beside {rival['rho']:.3f} of gensim" if rival else f"; gensim is not installed: pip install {GENSIM}"
        )
        what = f"TEXT1, {name}, {lesson['data']['source']} reviews"
        limit = None if quick else least
        line = Line(f"{what}: ρ with people", "", ">=" if limit else "", limit, rho, f"ρ {rho:.3f}{beside}")
        group.lines.append(line)
        if rival:
            ours = rival["words"] * given["epochs"] / trained["seconds"]
            theirs = rival["words"] * rival["passes"] / rival["seconds"]
            text = f"{ours:,.0f} beside {theirs:,.0f} (passes: {given['epochs']} and {rival['passes']}; seconds: "
            text += f"{trained['seconds']:.0f} and {rival['seconds']:.0f})"
            group.lines.append(
                Line(f"{what}: words of the text per second, against gensim", value=ours / theirs, measured=text)
            )
    return group


def run_lesson(folder, profile: str) -> None:
    """Run TEXT1 and what it needs; a finished run is taken as it is."""
    command = [sys.executable, "-m", "fidle_course", "run", "TEXT1", "--profile", profile, "--out", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)


def train_gensim(skip_gram: int, passes: int, given: dict) -> dict:
    """Word2Vec of gensim on the same reviews, words and pairs, two threads: its ρ, seconds, words and passes.

    Args:
        given: the lesson's parameters: vectors and windows are as long, frequent words are thinned out as much.
    """
    from gensim.models import Word2Vec
    from scipy.stats import spearmanr

    from fidle_utils import text
    from fidle_utils.datasets import imdb, similarity

    reviews, _ = imdb.load_reviews("auto")
    tokens = text.tokenize_all(reviews.train_texts)
    begun = time.perf_counter()
    model = Word2Vec(
        tokens, sg=skip_gram, vector_size=given["dimension"], window=given["window"], sample=given["frequent"],
        negative=5, min_count=1,
        max_final_vocab=10_000 - len(text.SPECIAL), epochs=passes, workers=2, seed=123,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    pairs, _ = similarity.load_pairs("auto")
    pairs = pairs[pairs["a"].isin(model.wv.key_to_index) & pairs["b"].isin(model.wv.key_to_index)]
    cosine = [model.wv.similarity(a, b) for a, b in zip(pairs["a"], pairs["b"])]
    rho = float(spearmanr(cosine, pairs["score"]).statistic)
    return {"rho": rho, "seconds": seconds, "words": sum(map(len, tokens)), "passes": passes}
