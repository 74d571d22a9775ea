# %% 1 a product that grows with the length of the row
def nearest(point, table, n, allowed):
    return allowed[np.argsort(-(table[allowed] @ point))[:n]]


# %% 1 the farthest come first
def nearest(point, table, n, allowed):
    return allowed[np.argsort(text.unit(table[allowed]) @ text.unit(point))[:n]]


# %% 1 the straight distance
def nearest(point, table, n, allowed):
    return allowed[np.argsort(np.linalg.norm(table[allowed] - point, axis=1))[:n]]


# %% 1 the cosines in the place of the rows
def nearest(point, table, n, allowed):
    return np.sort(text.unit(table[allowed]) @ text.unit(point))[-n:]


# %% 1 all rows, allowed or not
def nearest(point, table, n, allowed):
    return np.argsort(-(text.unit(table) @ text.unit(point)), kind="stable")[:n]


# %% 1 numbers within the allowed rows
def nearest(point, table, n, allowed):
    return np.argsort(-(text.unit(table[allowed]) @ text.unit(point)))[:n]


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


# %% 3 the padding is averaged in
def by_hand(rows, table, hidden, last):
    activation = np.maximum(table[rows].mean(axis=1) @ hidden[0] + hidden[1], 0)
    return 1 / (1 + np.exp(-(activation @ last[0] + last[1])[:, 0]))


# %% 3 a sum over the words
def by_hand(rows, table, hidden, last):
    total = (table[rows] * (rows != 0)[:, :, None]).sum(axis=1)
    activation = np.maximum(total @ hidden[0] + hidden[1], 0)
    return 1 / (1 + np.exp(-(activation @ last[0] + last[1])[:, 0]))


# %% 3 no relu
def by_hand(rows, table, hidden, last):
    words = rows != 0
    average = (table[rows] * words[:, :, None]).sum(axis=1) / words.sum(axis=1)[:, None]
    return 1 / (1 + np.exp(-((average @ hidden[0] + hidden[1]) @ last[0] + last[1])[:, 0]))


# %% 3 the bias is forgotten
def by_hand(rows, table, hidden, last):
    words = rows != 0
    average = (table[rows] * words[:, :, None]).sum(axis=1) / words.sum(axis=1)[:, None]
    activation = np.maximum(average @ hidden[0], 0)
    return 1 / (1 + np.exp(-(activation @ last[0])[:, 0]))


# %% 3 log-odds in the place of probabilities
def by_hand(rows, table, hidden, last):
    words = rows != 0
    average = (table[rows] * words[:, :, None]).sum(axis=1) / words.sum(axis=1)[:, None]
    return (np.maximum(average @ hidden[0] + hidden[1], 0) @ last[0] + last[1])[:, 0]


# %% 3 a column in the place of a row of numbers
def by_hand(rows, table, hidden, last):
    words = rows != 0
    average = (table[rows] * words[:, :, None]).sum(axis=1) / words.sum(axis=1)[:, None]
    return 1 / (1 + np.exp(-(np.maximum(average @ hidden[0] + hidden[1], 0) @ last[0] + last[1])))
