# %% 1 ascending order
def size_of_nucleus(p, top_p):
    ordered = np.sort(p, axis=1)
    return (np.cumsum(ordered, axis=1) - ordered < top_p).sum(axis=1)


# %% 1 the piece that reaches it is left out
def size_of_nucleus(p, top_p):
    return (np.cumsum(-np.sort(-p, axis=1), axis=1) < top_p).sum(axis=1)


# %% 1 one too many where it is reached exactly
def size_of_nucleus(p, top_p):
    return (np.cumsum(-np.sort(-p, axis=1), axis=1) <= top_p).sum(axis=1) + 1


# %% 1 pieces above top_p
def size_of_nucleus(p, top_p):
    return (p > top_p).sum(axis=1)


# %% 1 one number for all
def size_of_nucleus(p, top_p):
    ordered = -np.sort(-p, axis=1)
    return (np.cumsum(ordered, axis=1) - ordered < top_p).sum()


# %% 2 the smallest
def best_text(sums, lengths, alpha):
    return int(np.argmin(sums / lengths**alpha))


# %% 2 always the mean
def best_text(sums, lengths, alpha):
    return int(np.argmax(sums / lengths))


# %% 2 alpha as a factor
def best_text(sums, lengths, alpha):
    return int(np.argmax(sums / np.maximum(lengths * alpha, 1)))


# %% 2 the length is ignored
def best_text(sums, lengths, alpha):
    return int(np.argmax(sums))


# %% 2 the scores instead of the number
def best_text(sums, lengths, alpha):
    return sums / lengths**alpha


# %% 3 common words in any order
def rouge_l(words, reference):
    return 2 * len(set(words) & set(reference)) / (len(words) + len(reference))


# %% 3 only precision
def rouge_l(words, reference):
    longest = np.zeros((len(words) + 1, len(reference) + 1), dtype=int)
    for i, word in enumerate(words):
        for j, other in enumerate(reference):
            same = longest[i, j] + 1
            longest[i + 1, j + 1] = same if word == other else max(longest[i, j + 1], longest[i + 1, j])
    return longest[-1, -1] / len(words)


# %% 3 no gaps
def rouge_l(words, reference):
    longest, best = np.zeros((len(words) + 1, len(reference) + 1), dtype=int), 0
    for i, word in enumerate(words):
        for j, other in enumerate(reference):
            longest[i + 1, j + 1] = longest[i, j] + 1 if word == other else 0
            best = max(best, longest[i + 1, j + 1])
    return 2 * best / (len(words) + len(reference))


# %% 3 the length of the subsequence
def rouge_l(words, reference):
    longest = np.zeros((len(words) + 1, len(reference) + 1), dtype=int)
    for i, word in enumerate(words):
        for j, other in enumerate(reference):
            same = longest[i, j] + 1
            longest[i + 1, j + 1] = same if word == other else max(longest[i, j + 1], longest[i + 1, j])
    return longest[-1, -1]
