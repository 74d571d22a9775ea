# %% 1 keeps the start of a long review
def last_tokens(sequences, n):
    rows = np.zeros((len(sequences), n), dtype="int32")
    for row, indices in zip(rows, sequences):
        row[: len(indices)] = indices[:n]
    return rows


# %% 1 padding before the words; an empty review breaks it
def last_tokens(sequences, n):
    rows = np.zeros((len(sequences), n), dtype="int32")
    for row, indices in zip(rows, sequences):
        if len(indices):
            row[-len(indices) :] = indices[-n:]
    return rows


# %% 1 drops the last token
def last_tokens(sequences, n):
    rows = np.zeros((len(sequences), n), dtype="int32")
    for row, indices in zip(rows, sequences):
        kept = indices[-n - 1 : -1] if len(indices) > n else indices
        row[: len(kept)] = kept
    return rows


# %% 1 decimal numbers
def last_tokens(sequences, n):
    rows = np.zeros((len(sequences), n))
    for row, indices in zip(rows, sequences):
        row[: min(len(indices), n)] = indices[-n:]
    return rows


# %% 2 averages the padding too
def average_of_words(rows, table):
    return table[rows].mean(axis=1)


# %% 2 leaves the padding out of the sum, not out of the count
def average_of_words(rows, table):
    return (table[rows] * (rows != 0)[:, :, None]).mean(axis=1)


# %% 2 divides by zero in an empty row
def average_of_words(rows, table):
    keep = rows != 0
    with np.errstate(invalid="ignore"):
        return (table[rows] * keep[:, :, None]).sum(axis=1) / keep.sum(axis=1, keepdims=True)


# %% 2 averages over the dimensions instead of the words
def average_of_words(rows, table):
    return table[rows].mean(axis=2)


# %% 3 no mask
def few_numbers(rows, labels, numbers):
    network = keras.Sequential(
        [
            keras.Input((rows.shape[1],)),
            keras.layers.Embedding(len(vocabulary), numbers),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy")
    network.fit(rows, labels, epochs=3, verbose=0)
    return network


# %% 3 flattens instead of averaging
def few_numbers(rows, labels, numbers):
    network = keras.Sequential(
        [
            keras.Input((rows.shape[1],)),
            keras.layers.Embedding(len(vocabulary), numbers),
            keras.layers.Flatten(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy")
    network.fit(rows, labels, epochs=3, verbose=0)
    return network


# %% 3 as many numbers as the notebook, whatever is asked
def few_numbers(rows, labels, numbers):
    network = keras.Sequential(
        [
            keras.Input((rows.shape[1],)),
            keras.layers.Embedding(len(vocabulary), dimension, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy")
    network.fit(rows, labels, epochs=3, verbose=0)
    return network


# %% 3 no sigmoid
def few_numbers(rows, labels, numbers):
    network = keras.Sequential(
        [
            keras.Input((rows.shape[1],)),
            keras.layers.Embedding(len(vocabulary), numbers, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(0.02), loss="mse")
    network.fit(rows, labels, epochs=3, verbose=0)
    return network


# %% 3 learns the opposite
def few_numbers(rows, labels, numbers):
    network = keras.Sequential(
        [
            keras.Input((rows.shape[1],)),
            keras.layers.Embedding(len(vocabulary), numbers, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy")
    network.fit(rows, 1 - labels, batch_size=batch_size, epochs=3, verbose=0)
    return network


# %% 3 a learning rate so small that nothing is learnt
def few_numbers(rows, labels, numbers):
    network = keras.Sequential(
        [
            keras.Input((rows.shape[1],)),
            keras.layers.Embedding(len(vocabulary), numbers, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(0.00002), loss="binary_crossentropy")
    network.fit(rows, labels, batch_size=batch_size, epochs=3, verbose=0)
    return network


# %% 3 Adam at its own learning rate
def few_numbers(rows, labels, numbers):
    network = keras.Sequential(
        [
            keras.Input((rows.shape[1],)),
            keras.layers.Embedding(len(vocabulary), numbers, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(), loss="binary_crossentropy")
    network.fit(rows, labels, batch_size=batch_size, epochs=3, verbose=0)
    return network


# %% 3 softmax over one neuron
def few_numbers(rows, labels, numbers):
    network = keras.Sequential(
        [
            keras.Input((rows.shape[1],)),
            keras.layers.Embedding(len(vocabulary), numbers, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="softmax"),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy")
    network.fit(rows, labels, batch_size=batch_size, epochs=3, verbose=0)
    return network
