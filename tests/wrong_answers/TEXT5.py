# %% 1 the English word that is met most often
def dictionary(both):
    """Pairs (French words, English words) -> a dictionary, French word -> English word."""
    met = {}
    for french, english in both:
        for f in set(french):
            met.setdefault(f, Counter()).update(sorted(set(english), reverse=True))
    return {f: counts.most_common(1)[0][0] for f, counts in met.items()}


# %% 1 words count as often as they stand there
def dictionary(both):
    """Pairs (French words, English words) -> a dictionary, French word -> English word."""
    french = Counter(f for words, _ in both for f in words)
    english = Counter(e for _, words in both for e in words)
    best = {}
    for (f, e), n in Counter((f, e) for fs, es in both for f in fs for e in es).items():
        best[f] = max(best.get(f, (0, "")), (2 * n / (french[f] + english[e]), e))
    return {f: e for f, (_, e) in best.items()}


# %% 1 from English to French
def dictionary(both):
    """Pairs (French words, English words) -> a dictionary, French word -> English word."""
    french = Counter(f for words, _ in both for f in set(words))
    english = Counter(e for _, words in both for e in set(words))
    best = {}
    for (f, e), n in Counter((f, e) for fs, es in both for f in set(fs) for e in set(es)).items():
        best[e] = max(best.get(e, (0, "")), (2 * n / (french[f] + english[e]), f))
    return {e: f for e, (_, f) in best.items()}


# %% 1 the word in the same place
def dictionary(both):
    """Pairs (French words, English words) -> a dictionary, French word -> English word."""
    return {f: e for french, english in both for f, e in zip(french, english)}


# %% 2 neighbours only
def crossings(looked):
    """Places (English word,) -> number of pairs that cross."""
    return sum(a > b for a, b in zip(looked[:-1], looked[1:]))


# %% 2 equal places cross
def crossings(looked):
    """Places (English word,) -> number of pairs that cross."""
    return sum(a >= b for k, a in enumerate(looked) for b in looked[k + 1 :])


# %% 2 each pair counted twice
def crossings(looked):
    """Places (English word,) -> number of pairs that cross."""
    n = range(len(looked))
    return sum((looked[i] - looked[j]) * (i - j) < 0 for i in n for j in n)


# %% 2 words that are not in their own place
def crossings(looked):
    """Places (English word,) -> number of pairs that cross."""
    return sum(place != k for k, place in enumerate(looked))


# %% 3 greedy, whatever the width
def beam_search(step, width, length):
    """Function of a beginning, beams kept, rounds -> the likeliest tuple of indices found."""
    beginning = ()
    while len(beginning) < length and beginning[-1:] != (END,):
        beginning = (*beginning, int(np.argmax(step(beginning))))
    return beginning


# %% 3 finished beginnings are lost
def beam_search(step, width, length):
    """Function of a beginning, beams kept, rounds -> the likeliest tuple of indices found."""
    beams = [(0.0, ())]
    for _ in range(length):
        longer = []
        for total, beginning in beams:
            if beginning[-1:] != (END,):
                longer += [(total + p, (*beginning, k)) for k, p in enumerate(step(beginning))]
        beams = sorted(longer, key=lambda beam: -beam[0])[:width] or beams
    return beams[0][1]


# %% 3 finished beginnings go on
def beam_search(step, width, length):
    """Function of a beginning, beams kept, rounds -> the likeliest tuple of indices found."""
    beams = [(0.0, ())]
    for _ in range(length):
        longer = [(t + p, (*b, k)) for t, b in beams for k, p in enumerate(step(b))]
        beams = sorted(longer, key=lambda beam: -beam[0])[:width]
    return beams[0][1]


# %% 3 only the last log-probability counts
def beam_search(step, width, length):
    """Function of a beginning, beams kept, rounds -> the likeliest tuple of indices found."""
    beams = [(0.0, ())]
    for _ in range(length):
        longer = [beam for beam in beams if beam[1][-1:] == (END,)]
        for _, beginning in beams:
            if beginning[-1:] != (END,):
                longer += [(p, (*beginning, k)) for k, p in enumerate(step(beginning))]
        beams = sorted(longer, key=lambda beam: -beam[0])[:width]
    return beams[0][1]
