# %% 1 row by row
def size_of_nucleus(p, top_p):
    sizes = []
    for row in p:
        total, n = 0.0, 0
        for value in sorted(row, reverse=True):
            if total >= top_p:
                break
            total, n = total + value, n + 1
        sizes.append(n)
    return np.array(sizes)


# %% 2 sorted
def best_text(sums, lengths, alpha):
    return np.argsort(-(sums / np.power(lengths, alpha)), kind="stable")[0]


# %% 3 calling itself
def rouge_l(words, reference):
    def common(i, j):
        if not i or not j:
            return 0
        if words[i - 1] == reference[j - 1]:
            return known(i - 1, j - 1) + 1
        return max(known(i - 1, j), known(i, j - 1))

    table = {}

    def known(i, j):
        if (i, j) not in table:
            table[i, j] = common(i, j)
        return table[i, j]

    n = known(len(words), len(reference))
    return 2 * n / (len(words) + len(reference))
