# %% 1 a mean over letters
def bits_per_letter(probabilities, true_pieces):
    return float(np.sum(np.log2(1 / np.asarray(probabilities))) / len("".join(true_pieces)))


# %% 2 calling itself
def longest_match(word, known):
    for n in range(len(word), 0, -1):
        if word[:n] in known:
            return [word[:n], *longest_match(word[n:], known)]
    return longest_match(word[1:], known) if word else []


# %% 3 row by row
def discounted(times, d, shorter):
    rows = []
    for row in times:
        left = np.where(row > 0, row - d, 0)
        rows.append((left + (row.sum() - left.sum()) * shorter) / row.sum())
    return np.array(rows)
