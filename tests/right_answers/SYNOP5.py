# %% 1 a loop over layers
def reach(kernel, dilations):
    """Kernel size, dilation of each layer -> number of steps that a state of the last layer reads."""
    steps = 1
    for dilation in dilations:
        steps += dilation * (kernel - 1)
    return steps


# %% 1 the steps themselves, as a set
def reach(kernel, dilations):
    """Kernel size, dilation of each layer -> number of steps that a state of the last layer reads."""
    back = {0}
    for dilation in dilations:
        back = {step + k * dilation for step in back for k in range(kernel)}
    return max(back) + 1


# %% 2 a loop over the negatives
def loss_by_hand(reference, positive, others):
    """Vectors (size,), (size,) and (negatives, size) -> the triplet loss, a number."""
    loss = np.log1p(np.exp(-np.dot(reference, positive)))
    for other in others:
        loss += np.log1p(np.exp(np.dot(reference, other))) / len(others)
    return loss


# %% 2 with a sigmoid
def loss_by_hand(reference, positive, others):
    """Vectors (size,), (size,) and (negatives, size) -> the triplet loss, a number."""

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    return -np.log(sigmoid((reference * positive).sum())) - np.log(sigmoid(-(others * reference).sum(axis=1))).mean()


# %% 3 shuffled once, the first ones of each class
def pick(labels, count, rng):
    """Classes (series,) -> places of `count` series of each class, drawn at random (classes × count,)."""
    order = rng.permutation(len(labels))
    return np.concatenate([order[labels[order] == c][:count] for c in range(labels.max() + 1)])


# %% 3 a list of places
def pick(labels, count, rng):
    """Classes (series,) -> places of `count` series of each class, drawn at random (classes × count,)."""
    places = []
    for c in set(labels.tolist()):
        own = [i for i, label in enumerate(labels) if label == c]
        rng.shuffle(own)
        places += own[:count]
    return places
