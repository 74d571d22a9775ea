# %% 1 all places count
def masked_accuracy(said, tags, x):
    """Tags given, right tags, words (sentence, word) -> share of the words whose tag is right."""
    return np.mean(said == tags)


# %% 1 the mean of the sentences
def masked_accuracy(said, tags, x):
    """Tags given, right tags, words (sentence, word) -> share of the words whose tag is right."""
    return np.mean([np.mean((s == t)[w > 0]) for s, t, w in zip(said, tags, x)])


# %% 1 filled places are wrong
def masked_accuracy(said, tags, x):
    """Tags given, right tags, words (sentence, word) -> share of the words whose tag is right."""
    return np.mean((said == tags) * (x > 0))


# %% 1 the mask is turned round
def masked_accuracy(said, tags, x):
    """Tags given, right tags, words (sentence, word) -> share of the words whose tag is right."""
    return np.mean((said == tags)[x == 0])


# %% 2 one long row
def count_pairs(sentences):
    """Sentences, each a list of tags -> Counter of (tag, next tag)."""
    tags = [tag for sentence in sentences for tag in sentence]
    return Counter((tags[k], tags[k + 1]) for k in range(len(tags) - 1))


# %% 2 the pair turned round
def count_pairs(sentences):
    """Sentences, each a list of tags -> Counter of (tag, next tag)."""
    return Counter((tags[k + 1], tags[k]) for tags in sentences for k in range(len(tags) - 1))


# %% 2 each pair once in a sentence
def count_pairs(sentences):
    """Sentences, each a list of tags -> Counter of (tag, next tag)."""
    return Counter(pair for tags in sentences for pair in {(tags[k], tags[k + 1]) for k in range(len(tags) - 1)})


# %% 2 the last pair is missing
def count_pairs(sentences):
    """Sentences, each a list of tags -> Counter of (tag, next tag)."""
    return Counter((tags[k], tags[k + 1]) for tags in sentences for k in range(len(tags) - 2))


# %% 3 the last group is lost
def noun_groups(tags):
    """Tags of a sentence -> list of (first, end)."""
    groups, first = [], 0
    for k, tag in enumerate(tags):
        if tag not in ("ADJ", "NOUN"):
            if "NOUN" in tags[first:k]:
                groups.append((first, k))
            first = k if tag == "DET" else k + 1
    return groups


# %% 3 a determiner does not begin a group
def noun_groups(tags):
    """Tags of a sentence -> list of (first, end)."""
    groups, first = [], 0
    for k, tag in enumerate([*tags, "end"]):
        if tag not in ("DET", "ADJ", "NOUN"):
            if "NOUN" in tags[first:k]:
                groups.append((first, k))
            first = k + 1
    return groups


# %% 3 groups without a noun
def noun_groups(tags):
    """Tags of a sentence -> list of (first, end)."""
    groups, first = [], 0
    for k, tag in enumerate([*tags, "end"]):
        if tag not in ("ADJ", "NOUN"):
            if k > first:
                groups.append((first, k))
            first = k if tag == "DET" else k + 1
    return groups


# %% 3 the end is the last word of the group
def noun_groups(tags):
    """Tags of a sentence -> list of (first, end)."""
    groups, first = [], 0
    for k, tag in enumerate([*tags, "end"]):
        if tag not in ("ADJ", "NOUN"):
            if "NOUN" in tags[first:k]:
                groups.append((first, k - 1))
            first = k if tag == "DET" else k + 1
    return groups
