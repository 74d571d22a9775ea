# %% 1 biases are forgotten
def n_parameters(kind, features, units):
    """Kind of layer and two sizes -> number of parameters, an integer."""
    return {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[kind] * units * (features + units)


# %% 1 a GRU has one bias a gate, as in the paper
def n_parameters(kind, features, units):
    """Kind of layer and two sizes -> number of parameters, an integer."""
    return {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[kind] * units * (features + units + 1)


# %% 1 the peephole of the output gate is counted, which Keras has not
def n_parameters(kind, features, units):
    """Kind of layer and two sizes -> number of parameters, an integer."""
    if kind == "GRU":
        return 3 * units * (features + units + 2)
    return (4 if kind == "LSTM" else 1) * units * (features + units + 1) + units * (kind == "LSTM")


# %% 1 features and units are mixed up
def n_parameters(kind, features, units):
    """Kind of layer and two sizes -> number of parameters, an integer."""
    return {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[kind] * (features * units + features * features + units)


# %% 1 printed, not given back
def n_parameters(kind, features, units):
    """Kind of layer and two sizes -> number of parameters, an integer."""
    print(units * (features + units + 1))


# %% 2 the states of all steps
def next_word(x, W_x, W_h, b, W, c):
    """One-hot series (step, word) and five weights -> probabilities (word,)."""
    scores = simple_rnn(x, W_x, W_h, b) @ W + c
    return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


# %% 2 the state after the first word
def next_word(x, W_x, W_h, b, W, c):
    """One-hot series (step, word) and five weights -> probabilities (word,)."""
    scores = simple_rnn(x, W_x, W_h, b)[0] @ W + c
    return np.exp(scores) / np.exp(scores).sum()


# %% 2 no softmax
def next_word(x, W_x, W_h, b, W, c):
    """One-hot series (step, word) and five weights -> probabilities (word,)."""
    return simple_rnn(x, W_x, W_h, b)[-1] @ W + c


# %% 2 a sigmoid for each word
def next_word(x, W_x, W_h, b, W, c):
    """One-hot series (step, word) and five weights -> probabilities (word,)."""
    return sigmoid(simple_rnn(x, W_x, W_h, b)[-1] @ W + c)


# %% 2 the bias of the output is forgotten
def next_word(x, W_x, W_h, b, W, c):
    """One-hot series (step, word) and five weights -> probabilities (word,)."""
    scores = simple_rnn(x, W_x, W_h, b)[-1] @ W
    return np.exp(scores) / np.exp(scores).sum()


# %% 2 the word, not its probability
def next_word(x, W_x, W_h, b, W, c):
    """One-hot series (step, word) and five weights -> probabilities (word,)."""
    return (simple_rnn(x, W_x, W_h, b)[-1] @ W + c).argmax()


# %% 3 the backward states are left in the order of reading
def both_ways(x, forward, backward):
    """Series (step, feature) and the weights of two GRUs -> states (step, 2 × unit)."""
    return np.concatenate([gru(x, *forward), gru(x[::-1], *backward)], axis=1)


# %% 3 both read forward
def both_ways(x, forward, backward):
    """Series (step, feature) and the weights of two GRUs -> states (step, 2 × unit)."""
    return np.concatenate([gru(x, *forward), gru(x, *backward)], axis=1)


# %% 3 one after the other in time
def both_ways(x, forward, backward):
    """Series (step, feature) and the weights of two GRUs -> states (step, 2 × unit)."""
    return np.concatenate([gru(x, *forward), gru(x[::-1], *backward)[::-1]])


# %% 3 the features are turned round, not the steps
def both_ways(x, forward, backward):
    """Series (step, feature) and the weights of two GRUs -> states (step, 2 × unit)."""
    return np.concatenate([gru(x, *forward), gru(x[:, ::-1], *backward)], axis=1)


# %% 3 backward first
def both_ways(x, forward, backward):
    """Series (step, feature) and the weights of two GRUs -> states (step, 2 × unit)."""
    return np.concatenate([gru(x[::-1], *backward)[::-1], gru(x, *forward)], axis=1)


# %% 3 the last state of the second layer at every step
def both_ways(x, forward, backward):
    """Series (step, feature) and the weights of two GRUs -> states (step, 2 × unit)."""
    last = gru(x[::-1], *backward)[-1]
    return np.concatenate([gru(x, *forward), np.repeat(last[None], len(x), axis=0)], axis=1)
