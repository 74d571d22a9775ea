# %% 1 pieces are counted, not letters
def bits_per_letter(probabilities, true_pieces):
    return -np.log2(probabilities).mean()


# %% 1 natural logarithms
def bits_per_letter(probabilities, true_pieces):
    return -np.log(probabilities).sum() / sum(len(piece) for piece in true_pieces)


# %% 1 the sign
def bits_per_letter(probabilities, true_pieces):
    return np.log2(probabilities).sum() / sum(len(piece) for piece in true_pieces)


# %% 1 spaces do not count
def bits_per_letter(probabilities, true_pieces):
    return -np.log2(probabilities).sum() / sum(len(piece.strip()) for piece in true_pieces)


# %% 1 one number for each piece
def bits_per_letter(probabilities, true_pieces):
    return -np.log2(probabilities) / sum(len(piece) for piece in true_pieces)


# %% 2 the shortest first
def longest_match(word, known):
    parts = []
    while word:
        n = next((n for n in range(1, len(word) + 1) if word[:n] in known), 0)
        parts += [word[:n]] if n else []
        word = word[max(n, 1) :]
    return parts


# %% 2 from the right
def longest_match(word, known):
    parts = []
    while word:
        n = next((n for n in range(len(word), 0, -1) if word[-n:] in known), 0)
        parts = ([word[-n:]] if n else []) + parts
        word = word[: -max(n, 1)]
    return parts


# %% 2 it stops at an unknown letter
def longest_match(word, known):
    parts = []
    while word:
        n = next((n for n in range(len(word), 0, -1) if word[:n] in known), 0)
        if not n:
            break
        parts.append(word[:n])
        word = word[n:]
    return parts


# %% 2 only the first piece
def longest_match(word, known):
    return [next((word[:n] for n in range(len(word), 0, -1) if word[:n] in known), "")]


# %% 2 an unknown letter becomes a piece
def longest_match(word, known):
    parts = []
    while word:
        n = next((n for n in range(len(word), 0, -1) if word[:n] in known), 1)
        parts.append(word[:n])
        word = word[n:]
    return parts


# %% 3 nothing is given back
def discounted(times, d, shorter):
    return np.maximum(times - d, 0) / times.sum(axis=1, keepdims=True)


# %% 3 counts of 0 lose too
def discounted(times, d, shorter):
    total = times.sum(axis=1, keepdims=True)
    return (times - d + d * times.shape[1] * shorter) / total


# %% 3 each row gives away d, however many counts it has
def discounted(times, d, shorter):
    total = times.sum(axis=1, keepdims=True)
    return (np.maximum(times - d, 0) + d * shorter) / total


# %% 3 the same for all pieces
def discounted(times, d, shorter):
    total = times.sum(axis=1, keepdims=True)
    lost = d * (times > 0).sum(axis=1, keepdims=True)
    return (np.maximum(times - d, 0) + lost / len(shorter)) / total


# %% 3 no discount at all
def discounted(times, d, shorter):
    return times / times.sum(axis=1, keepdims=True)
