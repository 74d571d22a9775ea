# %% 1 the last step of every row, which is a zero for most
def state_after_last_word(states, tokens):
    """States (review, step, unit) and word indices (review, step), 0 after the last word -> (review, unit)."""
    return states[:, -1]


# %% 1 one step too far: the number of words is taken as the index of the last
def state_after_last_word(states, tokens):
    """States (review, step, unit) and word indices (review, step), 0 after the last word -> (review, unit)."""
    n_words = (tokens != 0).sum(axis=1)
    return np.array([states[i, min(n, states.shape[1] - 1)] for i, n in enumerate(n_words)])


# %% 1 a slice beside a list of indices: every review with the last steps of all reviews
def state_after_last_word(states, tokens):
    """States (review, step, unit) and word indices (review, step), 0 after the last word -> (review, unit)."""
    n_words = np.sum(tokens != 0, axis=1)
    return states[:, n_words - 1]


# %% 1 words counted over the reviews instead of the steps
def state_after_last_word(states, tokens):
    """States (review, step, unit) and word indices (review, step), 0 after the last word -> (review, unit)."""
    last = (tokens != 0).sum(axis=0) - 1
    return np.stack([states[i, last[i]] for i in range(len(states))])


# %% 2 the zeros are shuffled in among the words
def shuffle_words(x, rng):
    """Word indices (review, step), 0 after the last word, and a NumPy generator -> a new array of the same shape."""
    return rng.permuted(x, axis=1)


# %% 2 the reviews are shuffled, not their words
def shuffle_words(x, rng):
    """Word indices (review, step), 0 after the last word, and a NumPy generator -> a new array of the same shape."""
    return rng.permutation(x)


# %% 2 shuffled in place: the slice is a view, the data are spoilt
def shuffle_words(x, rng):
    """Word indices (review, step), 0 after the last word, and a NumPy generator -> a new array of the same shape."""
    for row in x:
        rng.shuffle(row[: np.sum(row != 0)])
    return x


# %% 2 drawn with replacement: some words are lost, others come twice
def shuffle_words(x, rng):
    """Word indices (review, step), 0 after the last word, and a NumPy generator -> a new array of the same shape."""
    shuffled = np.zeros_like(x)
    for i, row in enumerate(x):
        words = row[row != 0]
        shuffled[i, : len(words)] = rng.choice(words, len(words))
    return shuffled


# %% 2 the words are turned round: nothing is drawn
def shuffle_words(x, rng):
    """Word indices (review, step), 0 after the last word, and a NumPy generator -> a new array of the same shape."""
    shuffled = np.zeros_like(x)
    for row, tokens in zip(shuffled, x):
        words = tokens[tokens != 0]
        row[: len(words)] = words[::-1]
    return shuffled


# %% 2 a generator of its own, always the same
def shuffle_words(x, rng):
    """Word indices (review, step), 0 after the last word, and a NumPy generator -> a new array of the same shape."""
    own, shuffled = np.random.default_rng(0), np.zeros_like(x)
    for row, tokens in zip(shuffled, x):
        words = tokens[tokens != 0]
        row[: len(words)] = own.permutation(words)
    return shuffled


# %% 2 the words come out without their zeros, rows of unequal length
def shuffle_words(x, rng):
    """Word indices (review, step), 0 after the last word, and a NumPy generator -> a new array of the same shape."""
    return np.array([rng.permutation(row[row != 0]) for row in x])


# %% 3 everything after the first negation is marked
def is_negation(token):
    return token in ("not", "no", "never", "nobody", "nothing", "cannot") or token.endswith("n't")


def mark_negation(tokens, reach=4):
    """List of tokens -> new list of as many; the `reach` tokens after a negation begin with "not_"."""
    marked, denied = [], False
    for token in tokens:
        if is_negation(token):
            denied = True
            marked.append(token)
        else:
            marked.append("not_" + token if denied else token)
    return marked


# %% 3 a negation within reach of another is marked, and the count does not start again
def is_negation(token):
    return token in ("not", "no", "never", "nobody", "nothing", "cannot") or token.endswith("n't")


def mark_negation(tokens, reach=4):
    """List of tokens -> new list of as many; the `reach` tokens after a negation begin with "not_"."""
    marked, left = [], 0
    for token in tokens:
        if left:
            marked.append("not_" + token)
            left -= 1
        else:
            marked.append(token)
            left = reach if is_negation(token) else 0
    return marked


# %% 3 one token short: the negation itself is counted in its reach
def is_negation(token):
    return token in ("not", "no", "never", "nobody", "nothing", "cannot") or token.endswith("n't")


def mark_negation(tokens, reach=4):
    """List of tokens -> new list of as many; the `reach` tokens after a negation begin with "not_"."""
    marked, left = [], 0
    for token in tokens:
        if is_negation(token):
            left = reach
            marked.append(token)
        else:
            marked.append("not_" + token if left > 1 else token)
        left -= 1
    return marked


# %% 3 negations vanish into the word that follows them
def is_negation(token):
    return token in ("not", "no", "never", "nobody", "nothing", "cannot") or token.endswith("n't")


def mark_negation(tokens, reach=4):
    """List of tokens -> new list of as many; the `reach` tokens after a negation begin with "not_"."""
    marked, left = [], 0
    for token in tokens:
        if is_negation(token):
            left = reach
        else:
            marked.append("not_" + token if left > 0 else token)
            left -= 1
    return marked


# %% 3 written into the list that came in
def is_negation(token):
    return token in ("not", "no", "never", "nobody", "nothing", "cannot") or token.endswith("n't")


def mark_negation(tokens, reach=4):
    """List of tokens -> new list of as many; the `reach` tokens after a negation begin with "not_"."""
    left = 0
    for i, token in enumerate(tokens):
        if is_negation(token):
            left = reach
        elif left > 0:
            tokens[i] = "not_" + token
            left -= 1
    return tokens
