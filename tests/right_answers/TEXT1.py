# %% 1 a comprehension over places
def pairs_of(words, window):
    n = len(words)
    return [(words[i], words[j]) for i in range(n) for j in range(n) if 0 < abs(i - j) <= window]


# %% 1 lists instead of tuples
def pairs_of(words, window):
    pairs = []
    for i in range(len(words)):
        for other in [*words[max(0, i - window) : i], *words[i + 1 : i + 1 + window]]:
            pairs.append([words[i], other])
    return pairs


# %% 2 sorted, the first that is no word of the question
def analogy(a, b, c, table):
    rows = text.unit(table)
    order = np.argsort(-(rows @ (rows[b] - rows[a] + rows[c])))
    return next(i for i in order if i not in (a, b, c))


# %% 3 with a sum over the last axis
def sampling_loss(v, u, answers):
    z = (u * v[:, None, :]).sum(axis=-1)
    return np.mean(answers * np.logaddexp(0, -z) + (1 - answers) * np.logaddexp(0, z))
