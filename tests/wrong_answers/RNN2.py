# %% 1 the gate, not its bias
def forget_bias(steps):
    """Number of steps -> bias of the forget gate, a float."""
    return np.exp(-1 / steps)


# %% 1 log of the steps, which is only near
def forget_bias(steps):
    """Number of steps -> bias of the forget gate, a float."""
    return np.log(steps)


# %% 1 the sign of the logit
def forget_bias(steps):
    """Number of steps -> bias of the forget gate, a float."""
    f = np.exp(-1 / steps)
    return np.log((1 - f) / f)


# %% 1 half is left, not 1/e
def forget_bias(steps):
    """Number of steps -> bias of the forget gate, a float."""
    f = 0.5 ** (1 / steps)
    return np.log(f / (1 - f))


# %% 1 the sigmoid once more, not its inverse
def forget_bias(steps):
    """Number of steps -> bias of the forget gate, a float."""
    return sigmoid(np.exp(-1 / steps))


# %% 2 each array on its own, as clipnorm does
def clip(gradients, limit):
    """List of arrays and the greatest length -> new list of arrays."""
    return [g * min(1, limit / np.linalg.norm(g)) for g in gradients]


# %% 2 each number on its own, as clipvalue does
def clip(gradients, limit):
    """List of arrays and the greatest length -> new list of arrays."""
    return [np.clip(g, -limit, limit) for g in gradients]


# %% 2 short gradients are made longer
def clip(gradients, limit):
    """List of arrays and the greatest length -> new list of arrays."""
    length = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * limit / length for g in gradients]


# %% 2 the root is forgotten
def clip(gradients, limit):
    """List of arrays and the greatest length -> new list of arrays."""
    length = sum(np.sum(g**2) for g in gradients)
    return [g * min(1, limit / length) for g in gradients]


# %% 2 the arrays are changed in place
def clip(gradients, limit):
    """List of arrays and the greatest length -> new list of arrays."""
    length = np.sqrt(sum(np.sum(g**2) for g in gradients))
    for g in gradients:
        g *= min(1, limit / length)
    return gradients


# %% 2 lengths are added, not their squares
def clip(gradients, limit):
    """List of arrays and the greatest length -> new list of arrays."""
    length = sum(np.linalg.norm(g) for g in gradients)
    return [g * min(1, limit / length) for g in gradients]


# %% 3 as it stands in the text
def gradient_columns(h, delta, W_h):
    """States (step + 1, unit), gradient for the last one (unit,), weights (unit, unit) -> gradient (unit, unit)."""
    total = np.zeros_like(W_h)
    for t in reversed(range(len(h) - 1)):
        share = delta * (1 - h[t + 1] ** 2)
        total += np.outer(share, h[t])
        delta = W_h @ share
    return total


# %% 3 the outer product is turned round
def gradient_columns(h, delta, W_h):
    """States (step + 1, unit), gradient for the last one (unit,), weights (unit, unit) -> gradient (unit, unit)."""
    total = np.zeros_like(W_h)
    for t in reversed(range(len(h) - 1)):
        share = delta * (1 - h[t + 1] ** 2)
        total += np.outer(h[t], share)
        delta = W_h.T @ share
    return total


# %% 3 the derivative at the state before
def gradient_columns(h, delta, W_h):
    """States (step + 1, unit), gradient for the last one (unit,), weights (unit, unit) -> gradient (unit, unit)."""
    total = np.zeros_like(W_h)
    for t in reversed(range(len(h) - 1)):
        share = delta * (1 - h[t] ** 2)
        total += np.outer(share, h[t])
        delta = W_h.T @ share
    return total


# %% 3 the derivative is missing on the way back
def gradient_columns(h, delta, W_h):
    """States (step + 1, unit), gradient for the last one (unit,), weights (unit, unit) -> gradient (unit, unit)."""
    total = np.zeros_like(W_h)
    for t in reversed(range(len(h) - 1)):
        total += np.outer(delta, h[t])
        delta = W_h.T @ delta
    return total


# %% 3 only the first step counts, nothing is added up
def gradient_columns(h, delta, W_h):
    """States (step + 1, unit), gradient for the last one (unit,), weights (unit, unit) -> gradient (unit, unit)."""
    for t in reversed(range(len(h) - 1)):
        share = delta * (1 - h[t + 1] ** 2)
        total = np.outer(share, h[t])
        delta = W_h.T @ share
    return total


# %% 3 from the first step to the last
def gradient_columns(h, delta, W_h):
    """States (step + 1, unit), gradient for the last one (unit,), weights (unit, unit) -> gradient (unit, unit)."""
    total = np.zeros_like(W_h)
    for t in range(len(h) - 1):
        share = delta * (1 - h[t + 1] ** 2)
        total += np.outer(share, h[t])
        delta = W_h.T @ share
    return total
