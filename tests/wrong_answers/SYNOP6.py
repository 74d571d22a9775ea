# %% 1 the nearest vector of each code
def quantise(z, book):
    """Vectors (day, dim), codes (code, dim) -> letters (day,), the nearest codes (day, dim)."""
    letters = ((z[:, None] - book) ** 2).sum(axis=-1).argmin(axis=0)
    return letters, book[letters]


# %% 1 the farthest code
def quantise(z, book):
    """Vectors (day, dim), codes (code, dim) -> letters (day,), the nearest codes (day, dim)."""
    letters = ((z[:, None] - book) ** 2).sum(axis=-1).argmax(axis=1)
    return letters, book[letters]


# %% 1 the largest product
def quantise(z, book):
    """Vectors (day, dim), codes (code, dim) -> letters (day,), the nearest codes (day, dim)."""
    letters = (z @ book.T).argmax(axis=1)
    return letters, book[letters]


# %% 1 the vectors instead of the codes
def quantise(z, book):
    """Vectors (day, dim), codes (code, dim) -> letters (day,), the nearest codes (day, dim)."""
    return ((z[:, None] - book) ** 2).sum(axis=-1).argmin(axis=1), z


# %% 1 the codes are forgotten
def quantise(z, book):
    """Vectors (day, dim), codes (code, dim) -> letters (day,), the nearest codes (day, dim)."""
    return (((z[:, None] - book) ** 2).sum(axis=-1).argmin(axis=1),)


# %% 2 no gradient at all
def straight_through(z, q):
    """Vectors z and codes q, both (day, dim) -> the value of q, with the gradient of z."""
    return ops.stop_gradient(q)


# %% 2 the gradient goes to q
def straight_through(z, q):
    """Vectors z and codes q, both (day, dim) -> the value of q, with the gradient of z."""
    return q


# %% 2 the gradient goes to both
def straight_through(z, q):
    """Vectors z and codes q, both (day, dim) -> the value of q, with the gradient of z."""
    return z + q - ops.stop_gradient(z)


# %% 2 the value is z
def straight_through(z, q):
    """Vectors z and codes q, both (day, dim) -> the value of q, with the gradient of z."""
    return z


# %% 2 the sign is wrong
def straight_through(z, q):
    """Vectors z and codes q, both (day, dim) -> the value of q, with the gradient of z."""
    return z + ops.stop_gradient(z - q)


# %% 3 the mean before the logarithm
def perplexity_of(p):
    """Probabilities of what came (letter,) -> one number."""
    return 1 / np.mean(p)


# %% 3 the mean of the inverses
def perplexity_of(p):
    """Probabilities of what came (letter,) -> one number."""
    with np.errstate(divide="ignore"):
        return np.mean(1 / p)


# %% 3 the sum instead of the mean
def perplexity_of(p):
    """Probabilities of what came (letter,) -> one number."""
    with np.errstate(divide="ignore"):
        return np.exp(-np.log(p).sum())


# %% 3 bits, and then e
def perplexity_of(p):
    """Probabilities of what came (letter,) -> one number."""
    with np.errstate(divide="ignore"):
        return np.exp(-np.log2(p).mean())


# %% 3 a 0 is made small
def perplexity_of(p):
    """Probabilities of what came (letter,) -> one number."""
    return np.exp(-np.log(p + 1e-9).mean())
