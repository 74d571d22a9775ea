# %% 1 the index wraps round at the start
def pairs_of(words, window):
    pairs = []
    for i, middle in enumerate(words):
        for step in range(-window, window + 1):
            if step and i + step < len(words):
                pairs.append((middle, words[i + step]))
    return pairs


# %% 1 a word is its own context
def pairs_of(words, window):
    return [(m, c) for i, m in enumerate(words) for c in words[max(0, i - window) : i + window + 1]]


# %% 1 only what comes after
def pairs_of(words, window):
    return [(m, c) for i, m in enumerate(words) for c in words[i + 1 : i + window + 1]]


# %% 1 equal words are left out, not the same place
def pairs_of(words, window):
    return [(m, c) for i, m in enumerate(words) for c in words[max(0, i - window) : i + window + 1] if c != m]


# %% 2 the word itself is the answer
def analogy(a, b, c, table):
    rows = text.unit(table)
    return int(np.argmax(rows @ (rows[b] - rows[a] + rows[c])))


# %% 2 the step is turned round
def analogy(a, b, c, table):
    rows = text.unit(table)
    cosine = rows @ (rows[a] - rows[b] + rows[c])
    cosine[[a, b, c]] = -2
    return int(np.argmax(cosine))


# %% 2 long rows count more
def analogy(a, b, c, table):
    cosine = text.unit(table) @ text.unit(table[b] - table[a] + table[c])
    cosine[[a, b, c]] = -2
    return int(np.argmax(cosine))


# %% 2 all cosines instead of the nearest row
def analogy(a, b, c, table):
    rows = text.unit(table)
    return rows @ (rows[b] - rows[a] + rows[c])


# %% 3 random words with the sign of true ones
def sampling_loss(v, u, answers):
    return np.logaddexp(0, -np.einsum("wd,wad->wa", v, u)).mean()


# %% 3 the two kinds are swapped
def sampling_loss(v, u, answers):
    z = np.einsum("wd,wad->wa", v, u)
    return np.logaddexp(0, np.where(answers == 1, z, -z)).mean()


# %% 3 the sum
def sampling_loss(v, u, answers):
    z = np.einsum("wd,wad->wa", v, u)
    return np.logaddexp(0, np.where(answers == 1, -z, z)).sum()


# %% 3 the logarithm of a sigmoid that became 0
def sampling_loss(v, u, answers):
    z = np.einsum("wd,wad->wa", v, u)
    with np.errstate(all="ignore"):
        return -np.log(1 / (1 + np.exp(np.where(answers == 1, -z, z)))).mean()


# %% 3 one number for each word
def sampling_loss(v, u, answers):
    z = np.einsum("wd,wad->wa", v, u)
    return np.logaddexp(0, np.where(answers == 1, -z, z))
