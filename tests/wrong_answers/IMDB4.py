# %% 1 a product that grows with the length of the row
def nearest(point, table, n):
    return np.argsort(-(table @ point))[:n]


# %% 1 the farthest come first
def nearest(point, table, n):
    return np.argsort(unit(table) @ unit(point))[:n]


# %% 1 the straight distance
def nearest(point, table, n):
    return np.argsort(np.linalg.norm(table - point, axis=1))[:n]


# %% 1 the cosines in the place of the rows
def nearest(point, table, n):
    return np.sort(unit(table) @ unit(point))[-n:]


# %% 1 columns brought to length 1 in the place of rows
def nearest(point, table, n):
    directions = table / np.linalg.norm(table, axis=0)
    return np.argsort(-(directions @ point))[:n]


# %% 2 every word votes on itself
def leave_one_out(table, up, down):
    high, low = table[up].mean(axis=0), table[down].mean(axis=0)
    places = (table - (high + low) / 2) @ (high - low)
    return np.mean([*(places[up] > 0), *(places[down] <= 0)])


# %% 2 the 0 of the axis is that of the table
def leave_one_out(table, up, down):
    right = []
    for row in [*up, *down]:
        high, low = (table[[r for r in rows if r != row]].mean(axis=0) for rows in (up, down))
        right.append((table[row] @ (high - low) > 0) == (row in up))
    return np.mean(right)


# %% 2 the 0 of the axis is the average word of the table
def leave_one_out(table, up, down):
    right = []
    for row in [*up, *down]:
        high, low = (table[[r for r in rows if r != row]].mean(axis=0) for rows in (up, down))
        right.append(((table[row] - table.mean(axis=0)) @ (high - low) > 0) == (row in up))
    return np.mean(right)


# %% 2 only the words of the first list are judged
def leave_one_out(table, up, down):
    right = []
    for row in up:
        high = table[[r for r in up if r != row]].mean(axis=0)
        low = table[down].mean(axis=0)
        right.append((table[row] - (high + low) / 2) @ (high - low) > 0)
    print(np.mean(right))


# %% 2 takes the sign of the place for the side, whatever the list
def leave_one_out(table, up, down):
    right = []
    for row in [*up, *down]:
        high, low = (table[[r for r in rows if r != row]].mean(axis=0) for rows in (up, down))
        right.append((table[row] - (high + low) / 2) @ (high - low) > 0)
    return np.mean(right)


# %% 3 a sum over the words
def by_hand(bags, table, kernel, bias):
    log_odds = (bags @ table @ kernel + bias)[:, 0]
    return 1 / (1 + np.exp(-log_odds))


# %% 3 an average over the whole vocabulary
def by_hand(bags, table, kernel, bias):
    average = bags @ table / bags.shape[1]
    log_odds = (average @ kernel + bias)[:, 0]
    return 1 / (1 + np.exp(-log_odds))


# %% 3 the bias is forgotten
def by_hand(bags, table, kernel, bias):
    average = bags @ table / bags.sum(axis=1, keepdims=True)
    return 1 / (1 + np.exp(-(average @ kernel)[:, 0]))


# %% 3 log-odds in the place of probabilities
def by_hand(bags, table, kernel, bias):
    average = bags @ table / bags.sum(axis=1, keepdims=True)
    return (average @ kernel + bias)[:, 0]


# %% 3 a column in the place of a row of numbers
def by_hand(bags, table, kernel, bias):
    average = bags @ table / bags.sum(axis=1, keepdims=True)
    return 1 / (1 + np.exp(-(average @ kernel + bias)))


# %% 3 the average of the wrong axis
def by_hand(bags, table, kernel, bias):
    average = bags @ table / bags.sum(axis=0).max()
    return 1 / (1 + np.exp(-(average @ kernel + bias)[:, 0]))
