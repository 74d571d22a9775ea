# %% 1 loops
def dictionary(both):
    """Pairs (French words, English words) -> a dictionary, French word -> English word."""
    french, english, pairs_of = Counter(), Counter(), Counter()
    for fs, es in both:
        french.update(set(fs))
        english.update(set(es))
        pairs_of.update((f, e) for f in set(fs) for e in set(es))
    entries = {}
    for f in french:
        entries[f] = max(english, key=lambda e: 2 * pairs_of[f, e] / (french[f] + english[e]))
    return entries


# %% 1 matrices
def dictionary(both):
    """Pairs (French words, English words) -> a dictionary, French word -> English word."""
    fs, es = (sorted({word for pair in both for word in pair[side]}) for side in (0, 1))
    f, e = (np.array([[w in set(pair[side]) for w in ws] for pair in both], float) for side, ws in ((0, fs), (1, es)))
    dice = 2 * f.T @ e / (f.sum(axis=0)[:, None] + e.sum(axis=0))
    return {word: es[k] for word, k in zip(fs, dice.argmax(axis=1))}


# %% 2 two loops
def crossings(looked):
    """Places (English word,) -> number of pairs that cross."""
    n = 0
    for i in range(len(looked)):
        for j in range(i):
            n += looked[j] > looked[i]
    return n


# %% 2 a table of differences
def crossings(looked):
    """Places (English word,) -> number of pairs that cross."""
    places = np.array(looked)
    return int(np.sum(np.triu(places[:, None] > places[None])))


# %% 3 a dictionary of beginnings
def beam_search(step, width, length):
    """Function of a beginning, beams kept, rounds -> the likeliest tuple of indices found."""
    beams = {(): 0.0}
    for _ in range(length):
        longer = {}
        for beginning, total in beams.items():
            if beginning and beginning[-1] == END:
                longer[beginning] = total
            else:
                longer |= {(*beginning, k): total + p for k, p in enumerate(step(beginning))}
        beams = dict(sorted(longer.items(), key=lambda item: item[1], reverse=True)[:width])
    return max(beams, key=beams.get)
