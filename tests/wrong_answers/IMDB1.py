# %% 1 counts the words instead of marking them
def rows_of_ones(sequences, size):
    rows = np.zeros((len(sequences), size), dtype="uint8")
    for row, indices in zip(rows, sequences):
        for i in indices:
            row[i] += 1
    rows[:, 0] = 0
    return rows


# %% 1 padding gets a column of its own
def rows_of_ones(sequences, size):
    rows = np.zeros((len(sequences), size), dtype="uint8")
    for row, indices in zip(rows, sequences):
        row[indices] = 1
    return rows


# %% 1 eight bytes for a zero or a one
def rows_of_ones(sequences, size):
    rows = np.zeros((len(sequences), size))
    for i, indices in enumerate(sequences):
        rows[i, indices] = 1
    rows[:, 0] = 0
    return rows


# %% 1 a row for each token: one-hot, not multi-hot
def rows_of_ones(sequences, size):
    return np.eye(size, dtype="uint8")[np.concatenate(sequences)]


# %% 2 forgets that the first three entries are no words
def accuracy_with(n_words, x_fit, y_fit, x_new, y_new):
    linear = linear_model.LogisticRegression(max_iter=500).fit(x_fit[:, :n_words], y_fit)
    return linear.score(x_new[:, :n_words], y_new)


# %% 2 one word too many
def accuracy_with(n_words, x_fit, y_fit, x_new, y_new):
    linear = linear_model.LogisticRegression(max_iter=500).fit(x_fit[:, 3 : 4 + n_words], y_fit)
    return linear.score(x_new[:, 3 : 4 + n_words], y_new)


# %% 2 uses all words
def accuracy_with(n_words, x_fit, y_fit, x_new, y_new):
    return linear_model.LogisticRegression(max_iter=500).fit(x_fit, y_fit).score(x_new, y_new)


# %% 2 scores the reviews it learnt from
def accuracy_with(n_words, x_fit, y_fit, x_new, y_new):
    words = slice(3, 3 + n_words)
    linear = linear_model.LogisticRegression(max_iter=500).fit(x_fit[:, words], y_fit)
    return linear.score(x_fit[:, words], y_fit)


# %% 2 learns from the reviews it is judged on
def accuracy_with(n_words, x_fit, y_fit, x_new, y_new):
    words = slice(3, 3 + n_words)
    linear = linear_model.LogisticRegression(max_iter=500).fit(x_new[:, words], y_new)
    return linear.score(x_new[:, words], y_new)


# %% 3 the hidden layer is still there
def one_neuron(x, y):
    network = keras.Sequential(
        [
            keras.Input((x.shape[1],), dtype="uint8"),
            keras.layers.Rescaling(1.0),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy")
    network.fit(x, y, batch_size=batch_size, epochs=2, verbose=0)
    return network


# %% 3 no sigmoid at the end
def one_neuron(x, y):
    network = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1)])
    network.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy")
    network.fit(x, y, batch_size=batch_size, epochs=2, verbose=0)
    return network


# %% 3 a softmax over a single neuron
def one_neuron(x, y):
    network = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, activation="softmax")])
    network.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy")
    network.fit(x, y, batch_size=batch_size, epochs=2, verbose=0)
    return network


# %% 3 built for the notebook's dictionary, whatever comes
def one_neuron(x, y):
    network = keras.Sequential([keras.Input((len(vocabulary),)), keras.layers.Dense(1, activation="sigmoid")])
    network.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy")
    network.fit(x, y, epochs=2, verbose=0)
    return network


# %% 3 never trained
def one_neuron(x, y):
    network = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, activation="sigmoid")])
    network.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy")
    return network


# %% 3 gives the history back instead of the network
def one_neuron(x, y):
    network = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, activation="sigmoid")])
    network.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy")
    return network.fit(x, y, batch_size=batch_size, epochs=2, verbose=0)


# %% 3 learns the opposite: the labels turned round
def one_neuron(x, y):
    network = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, activation="sigmoid")])
    network.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy")
    network.fit(x, 1 - y, batch_size=batch_size, epochs=2, verbose=0)
    return network


# %% 3 steps so small that it learns nothing
def one_neuron(x, y):
    network = keras.Sequential([keras.Input((x.shape[1],)), keras.layers.Dense(1, activation="sigmoid")])
    network.compile(optimizer=keras.optimizers.Adam(0.00001), loss="binary_crossentropy")
    network.fit(x, y, batch_size=batch_size, epochs=2, verbose=0)
    return network
