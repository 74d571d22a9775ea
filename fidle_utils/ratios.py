"""What counting knows of a word: how much more often it stands in positive reviews than in negative ones."""

import numpy as np

__all__ = ["CountRatios"]

_BITS = 20  # of a word's index in the key of a group: three of them fit into 60
_PLACES = 1 << 18  # in each of the two tables of `as_model`
# (factor, modulus) of both places and of the check number; products stay below 2³¹: some backends have 32 bits
_HASHES = (1009, _PLACES), (4093, _PLACES), (1013, (1 << 20) - 3)


class CountRatios:
    """Log-count ratios of words and of groups of neighbours (pairs, triples).

    With p(g) the number of positive reviews that hold the group g, q(g) that of negative ones, its ratio is

        r(g) = log((p(g) + 1) / Σ (p + 1)) − log((q(g) + 1) / Σ (q + 1))

    (S. Wang and C. Manning, *Baselines and Bigrams*, ACL 2012): above 0 where a group is praise.

    Args:
        largest: the longest groups, in words: 1 for words alone, 2 with pairs, 3 with triples.
        min_count: groups in fewer reviews have the ratio 0, like those with padding or an unknown word.

    Raises:
        ValueError: `largest` is not 1, 2 or 3.

    Example:
        ratios = CountRatios(largest=2)
        told_train = ratios.fit_transform(x_train, y_train)     # (review, token, 2)
        told_test = ratios.transform(x_test)
    """

    def __init__(self, largest: int = 3, *, min_count: int = 5):
        if largest not in (1, 2, 3):
            raise ValueError(f"`largest` is 1 for words, 2 with pairs, 3 with triples. Received: {largest}.")
        self.largest, self.min_count = largest, min_count
        self._known: list[tuple[np.ndarray, np.ndarray]] = []  # for each length: sorted keys, and their ratios

    def __len__(self) -> int:
        """How many groups have a ratio."""
        return sum(len(keys) for keys, _ in self._known)

    def fit(self, x: np.ndarray, y: np.ndarray) -> "CountRatios":
        """Count.

        Args:
            x: word indices below 2²⁰, shape (review, token); 0 is padding, 1 an unknown word.
            y: 1 for a positive review, 0 for a negative one, shape (review,).
        """
        x, y = _checked(x, y)
        self._known = []
        for length in range(1, self.largest + 1):
            keys, review, group, _ = self._stand(_keys(x, length))
            self._known.append((keys, _ratios(_count(review, group, y, len(keys)))))
        return self

    def transform(self, x: np.ndarray) -> np.ndarray:
        """Ratios of the groups that begin at each token, shape (review, token, largest), float32."""
        told = np.zeros((*x.shape, self.largest), dtype="float32")
        for length, (keys, ratios) in enumerate(self._known, start=1):
            wanted = _keys(x, length)
            told[:, : wanted.shape[1], length - 1] = _find(keys, ratios, wanted)
        return told

    def fit_transform(self, x: np.ndarray, y: np.ndarray, folds: int = 5) -> np.ndarray:
        """Count, and give the ratios of these very reviews, each from the counts of the other folds.

        A ratio that has counted its own review knows the answer: a pair that stands in one review only tells the
        label and nothing else. A network trained on such ratios trusts them, and is lost on new reviews. As with
        scikit-learn's `TargetEncoder`, `fit(x, y).transform(x)` is therefore something else.

        Args:
            x, y: as for `fit`.
            folds: parts of the reviews, each a stretch of neighbours.

        Returns:
            Shape (review, token, largest), float32.

        Raises:
            ValueError: fewer than 2 folds, or more than reviews.
        """
        x, y = _checked(x, y)
        if not 2 <= folds <= len(x):
            raise ValueError(f"`folds` lies between 2 and the number of reviews, {len(x)}. Received: {folds}.")
        told = np.zeros((*x.shape, self.largest), dtype="float32")
        fold = np.arange(len(x)) * folds // len(x)
        self._known = []
        for length in range(1, self.largest + 1):
            keys, review, group, places = self._stand(_keys(x, length))
            counts = [_count(review, group, y, len(keys), fold[review] == f) for f in range(folds)]
            every = np.sum(counts, axis=0)
            self._known.append((keys, _ratios(every)))
            for f, own in enumerate(counts):
                known = np.append(_ratios(every - own), np.float32(0))  # the last one is for the place -1
                told[fold == f, : places.shape[1], length - 1] = known[places[fold == f]]
        return told

    def as_model(self, review_len: int):
        """The same as a Keras model from (review, token) to (review, token, largest), to be saved with a network.

        A group's place in a table follows from its indices, and a check number beside its ratio keeps others
        from taking it for theirs. There are two tables; groups that find their place in both taken by clearer
        ones are lost: about one in a hundred.
        """
        import keras
        from keras import layers, ops

        tokens = keras.Input((review_len,), dtype="int32")
        told = []
        for length, (keys, ratios) in enumerate(self._known, start=1):
            width = review_len - length + 1
            words = [tokens[:, j : j + width] for j in range(length)]
            *places, check = (_hash(words, *numbers) for numbers in _HASHES)
            column = 0.0
            for place, rows in zip(places, _tables(keys, ratios, length)):
                table = layers.Embedding(_PLACES, 2, trainable=False)
                found = table(place)
                table.set_weights([rows])
                column += ops.where(ops.equal(found[..., 1], ops.cast(check, "float32")), found[..., 0], 0.0)
            told.append(ops.pad(column, ((0, 0), (0, length - 1)))[..., None])
        return keras.Model(tokens, ops.concatenate(told, axis=-1), name="ratios")

    def _stand(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Which groups stand in which reviews.

        Returns:
            Sorted keys of the groups; review and group of each that stands somewhere, once for each review; the
            group at each token, or -1, of the shape of `wanted`.
        """
        review, column = np.nonzero(wanted)
        keys, group = np.unique(wanted[review, column], return_inverse=True)
        once = np.sort(review * len(keys) + group)  # `np.unique` hashes, which is slower here
        once = once[np.append(True, once[1:] != once[:-1])[: len(once)]]
        stood, what = once // max(1, len(keys)), once % max(1, len(keys))
        frequent = np.bincount(what, minlength=len(keys)) >= self.min_count
        number = np.where(frequent, np.cumsum(frequent) - 1, -1)
        places = np.full(wanted.shape, -1)
        places[review, column] = number[group]
        kept = frequent[what]
        return keys[frequent], stood[kept], number[what[kept]], places


def _keys(x: np.ndarray, length: int) -> np.ndarray:
    """A number for the `length` neighbours that begin at each token; 0 where one is padding or unknown."""
    width = max(0, x.shape[1] - length + 1)
    keys, known = np.zeros((len(x), width), dtype="int64"), np.ones((len(x), width), dtype=bool)
    for j in range(length):
        word = x[:, j : j + width].astype("int64")
        keys = (keys << _BITS) | word
        known &= word > 1
    return np.where(known, keys, 0)


def _count(review, group, y, n_groups: int, chosen=slice(None)) -> np.ndarray:
    """In how many positive and in how many negative reviews each group stands, shape (2, group)."""
    every = np.bincount(group[chosen], minlength=n_groups)
    good = np.bincount(group[chosen], weights=y[review[chosen]], minlength=n_groups)
    return np.stack([good, every - good])


def _ratios(counts: np.ndarray) -> np.ndarray:
    good, bad = counts + 1.0
    return (np.log(good / good.sum()) - np.log(bad / bad.sum())).astype("float32")


def _find(keys: np.ndarray, ratios: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    if not len(keys):
        return np.zeros(wanted.shape, dtype="float32")
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, ratios[place], 0)


def _hash(words, factor: int, modulus: int):
    """A number below `modulus` for a group, from its words' indices: arrays or tensors of 32 bits."""
    number = words[0] * 0
    for word in words:
        number = (number * factor + word) % modulus
    return number


def _tables(keys: np.ndarray, ratios: np.ndarray, length: int) -> list[np.ndarray]:
    """Ratio and check number of each place, for two tables of shape (_PLACES, 2); the clearest groups come first."""
    order = np.argsort(-np.abs(ratios), kind="stable")
    keys, ratios = keys[order], ratios[order]
    words = [(keys >> (_BITS * (length - 1 - j))) & ((1 << _BITS) - 1) for j in range(length)]
    *places, check = (_hash(words, *numbers) for numbers in _HASHES)
    tables, left = [], np.arange(len(keys))
    for place in places:
        table = np.tile(np.array([0, -1], dtype="float32"), (_PLACES, 1))
        taken, first = np.unique(place[left], return_index=True)
        table[taken] = np.stack([ratios[left[first]], check[left[first]]], axis=1)
        tables.append(table)
        left = np.delete(left, first)
    return tables


def _checked(x, y) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.asarray(x), np.asarray(y, dtype="float64")
    if x.ndim != 2 or len(x) != len(y):
        raise ValueError(
            "`x` is (review, token) and `y` has a label for each review. "
            f"Received: x of shape {x.shape}, y of shape {y.shape}."
        )
    return x, y
