# %% 1 a loop
def quantise(z, book):
    """Vectors (day, dim), codes (code, dim) -> letters (day,), the nearest codes (day, dim)."""
    letters = [int(np.argmin([np.linalg.norm(one - code) for code in book])) for one in z]
    return letters, [book[k] for k in letters]


# %% 1 the square written out
def quantise(z, book):
    """Vectors (day, dim), codes (code, dim) -> letters (day,), the nearest codes (day, dim)."""
    letters = ((book**2).sum(axis=1) - 2 * z @ book.T).argmin(axis=1)
    return letters, book[letters]


# %% 2 two stops
def straight_through(z, q):
    """Vectors z and codes q, both (day, dim) -> the value of q, with the gradient of z."""
    return ops.stop_gradient(q) + z - ops.stop_gradient(z)


# %% 3 in bits
def perplexity_of(p):
    """Probabilities of what came (letter,) -> one number."""
    with np.errstate(divide="ignore"):
        return 2 ** -np.mean(np.log2(p))


# %% 3 the geometric mean
def perplexity_of(p):
    """Probabilities of what came (letter,) -> one number."""
    with np.errstate(divide="ignore"):
        return np.prod(p) ** (-1 / len(p)) if len(p) < 100 else np.exp(-np.mean(np.log(p)))
