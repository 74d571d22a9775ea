# %% 1 in one line
def forget_bias(steps):
    """Number of steps -> bias of the forget gate, a float."""
    return -np.log(np.expm1(1 / steps))


# %% 1 searched for
def forget_bias(steps):
    """Number of steps -> bias of the forget gate, a float."""
    low, high = -20.0, 20.0
    for _ in range(100):
        middle = (low + high) / 2
        if sigmoid(middle) ** steps < np.exp(-1):
            low = middle
        else:
            high = middle
    return middle


# %% 2 all in one long vector
def clip(gradients, limit):
    """List of arrays and the greatest length -> new list of arrays."""
    length = np.linalg.norm(np.concatenate([g.ravel() for g in gradients]))
    if length <= limit:
        return [g.copy() for g in gradients]
    return [g / length * limit for g in gradients]


# %% 2 short ones are given back as they are
def clip(gradients, limit):
    """List of arrays and the greatest length -> new list of arrays."""
    length = sum((g * g).sum() for g in gradients) ** 0.5
    return gradients if length < limit else tuple(limit * g / length for g in gradients)


# %% 3 rows on the way back
def gradient_columns(h, delta, W_h):
    """States (step + 1, unit), gradient for the last one (unit,), weights (unit, unit) -> gradient (unit, unit)."""
    total = 0
    for before, after in zip(h[-2::-1], h[:0:-1]):
        share = delta * (1 - after**2)
        total = total + share[:, None] * before
        delta = share @ W_h
    return total


# %% 3 all shares first, then one product
def gradient_columns(h, delta, W_h):
    """States (step + 1, unit), gradient for the last one (unit,), weights (unit, unit) -> gradient (unit, unit)."""
    shares = np.zeros_like(h[1:])
    for t in reversed(range(len(shares))):
        shares[t] = delta * (1 - h[t + 1] ** 2)
        delta = W_h.T @ shares[t]
    return shares.T @ h[:-1]
