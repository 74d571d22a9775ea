# %% 1 the kernel at each layer, once too much
def reach(kernel, dilations):
    """Kernel size, dilation of each layer -> number of steps that a state of the last layer reads."""
    return kernel * sum(dilations)


# %% 1 the last layer alone
def reach(kernel, dilations):
    """Kernel size, dilation of each layer -> number of steps that a state of the last layer reads."""
    return 1 + (kernel - 1) * dilations[-1]


# %% 1 the present step is forgotten
def reach(kernel, dilations):
    """Kernel size, dilation of each layer -> number of steps that a state of the last layer reads."""
    return (kernel - 1) * sum(dilations)


# %% 1 dilations are not used
def reach(kernel, dilations):
    """Kernel size, dilation of each layer -> number of steps that a state of the last layer reads."""
    return 1 + (kernel - 1) * len(dilations)


# %% 1 reaches are multiplied
def reach(kernel, dilations):
    """Kernel size, dilation of each layer -> number of steps that a state of the last layer reads."""
    return int(np.prod([1 + (kernel - 1) * d for d in dilations]))


# %% 2 the negatives have the sign of the positive
def loss_by_hand(reference, positive, others):
    """Vectors (size,), (size,) and (negatives, size) -> the triplet loss, a number."""
    return np.log(1 + np.exp(-reference @ positive)) + np.log(1 + np.exp(-others @ reference)).mean()


# %% 2 the sum over the negatives
def loss_by_hand(reference, positive, others):
    """Vectors (size,), (size,) and (negatives, size) -> the triplet loss, a number."""
    return np.log(1 + np.exp(-reference @ positive)) + np.log(1 + np.exp(others @ reference)).sum()


# %% 2 without the logarithm
def loss_by_hand(reference, positive, others):
    """Vectors (size,), (size,) and (negatives, size) -> the triplet loss, a number."""
    return -1 / (1 + np.exp(-reference @ positive)) - (1 / (1 + np.exp(others @ reference))).mean()


# %% 2 the sign is lost
def loss_by_hand(reference, positive, others):
    """Vectors (size,), (size,) and (negatives, size) -> the triplet loss, a number."""
    return -np.log(1 + np.exp(-reference @ positive)) - np.log(1 + np.exp(others @ reference)).mean()


# %% 2 a loss for each negative
def loss_by_hand(reference, positive, others):
    """Vectors (size,), (size,) and (negatives, size) -> the triplet loss, a number."""
    return np.log(1 + np.exp(-reference @ positive)) + np.log(1 + np.exp(others @ reference))


# %% 3 drawn from all, whatever their class
def pick(labels, count, rng):
    """Classes (series,) -> places of `count` series of each class, drawn at random (classes × count,)."""
    return rng.choice(len(labels), count * len(np.unique(labels)), replace=False)


# %% 3 with repetition
def pick(labels, count, rng):
    """Classes (series,) -> places of `count` series of each class, drawn at random (classes × count,)."""
    return np.concatenate([np.repeat(rng.choice(np.flatnonzero(labels == c), 1), count) for c in np.unique(labels)])


# %% 3 the first ones, not drawn
def pick(labels, count, rng):
    """Classes (series,) -> places of `count` series of each class, drawn at random (classes × count,)."""
    return np.concatenate([np.flatnonzero(labels == c)[:count] for c in np.unique(labels)])


# %% 3 classes instead of places
def pick(labels, count, rng):
    """Classes (series,) -> places of `count` series of each class, drawn at random (classes × count,)."""
    return np.repeat(np.unique(labels), count)


# %% 3 a row for each class
def pick(labels, count, rng):
    """Classes (series,) -> places of `count` series of each class, drawn at random (classes × count,)."""
    return np.array([rng.choice(np.flatnonzero(labels == c), count, replace=False) for c in np.unique(labels)])
