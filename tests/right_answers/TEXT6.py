# %% 1 sums
def masked_accuracy(said, tags, x):
    """Tags given, right tags, words (sentence, word) -> share of the words whose tag is right."""
    return ((said == tags) & (x > 0)).sum() / (x > 0).sum()


# %% 1 an average with weights
def masked_accuracy(said, tags, x):
    """Tags given, right tags, words (sentence, word) -> share of the words whose tag is right."""
    return np.average(said == tags, weights=x != 0)


# %% 2 a loop
def count_pairs(sentences):
    """Sentences, each a list of tags -> Counter of (tag, next tag)."""
    counts = Counter()
    for tags in sentences:
        for before, after in zip(tags[:-1], tags[1:]):
            counts[before, after] += 1
    return counts


# %% 2 update
def count_pairs(sentences):
    """Sentences, each a list of tags -> Counter of (tag, next tag)."""
    counts = Counter()
    for tags in sentences:
        counts.update(zip(tags, tags[1:]))
    return counts


# %% 3 runs first, then those with a noun
def noun_groups(tags):
    """Tags of a sentence -> list of (first, end)."""
    runs, k = [], 0
    while k < len(tags):
        end = k + 1
        if tags[k] in ("DET", "ADJ", "NOUN"):
            while end < len(tags) and tags[end] in ("ADJ", "NOUN"):
                end += 1
            runs.append([k, end])
        k = end
    return [run for run in runs if "NOUN" in tags[run[0] : run[1]]]
