# %% 1 Keras counts
def n_parameters(kind, features, units):
    """Kind of layer and two sizes -> number of parameters, an integer."""
    layer = getattr(layers, kind)(units)
    layer.build((None, None, features))
    return sum(w.size for w in layer.get_weights())


# %% 1 matrix by matrix
def n_parameters(kind, features, units):
    """Kind of layer and two sizes -> number of parameters, an integer."""
    gates, biases = {"SimpleRNN": (1, 1), "LSTM": (4, 1), "GRU": (3, 2)}[kind]
    return features * gates * units + units * gates * units + biases * gates * units


# %% 2 step by step
def next_word(x, W_x, W_h, b, W, c):
    """One-hot series (step, word) and five weights -> probabilities (word,)."""
    h = np.zeros(len(b))
    for x_t in x:
        h = np.tanh(x_t @ W_x + h @ W_h + b)
    scores = np.exp(h @ W + c)
    return list(scores / scores.sum())


# %% 2 softmax of Keras
def next_word(x, W_x, W_h, b, W, c):
    """One-hot series (step, word) and five weights -> probabilities (word,)."""
    return ops.softmax(simple_rnn(x, W_x, W_h, b)[-1:] @ W + c)[0]


# %% 2 a one-hot row picks a row of W_x; the largest score is taken off first
def next_word(x, W_x, W_h, b, W, c):
    """One-hot series (step, word) and five weights -> probabilities (word,)."""
    h = 0 * b
    for word in x.argmax(axis=1):
        h = np.tanh(W_x[word] + h @ W_h + b)
    scores = h @ W + c
    scores = np.exp(scores - scores.max())
    return scores / scores.sum()


# %% 3 two arrays side by side
def both_ways(x, forward, backward):
    """Series (step, feature) and the weights of two GRUs -> states (step, 2 × unit)."""
    there = gru(x, *forward)
    back = np.flip(gru(np.flip(x, axis=0), *backward), axis=0)
    return np.hstack([there, back])


# %% 3 an empty array, filled
def both_ways(x, forward, backward):
    """Series (step, feature) and the weights of two GRUs -> states (step, 2 × unit)."""
    d = len(forward[1])
    states = np.empty((len(x), 2 * d))
    states[:, :d] = gru(x, *forward)
    states[::-1, d:] = gru(x[::-1], *backward)
    return states
