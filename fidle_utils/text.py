"""One text pipeline for training and inference: the same tokenizer, vocabulary, cut and padding on both sides."""

import difflib
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

__all__ = [
    "CUT",
    "PADDING",
    "SPECIAL",
    "UNKNOWN",
    "Pieces",
    "TextPipeline",
    "Vocabulary",
    "count_contexts",
    "join_pair",
    "kneser_ney",
    "multi_hot",
    "neighbour_table",
    "pad",
    "ppmi",
    "tokenize",
    "tokenize_all",
    "unit",
]

PADDING, UNKNOWN, CUT = 0, 1, 2
SPECIAL = ("[pad]", "[unknown]", "[cut]")  # words with brackets: the tokenizer can never make them

# Old Windows signs that survive as control characters, and the many ways to write an apostrophe or a dash.
_SIGNS = str.maketrans(
    {
        **{c: "'" for c in "\u2018\u2019\u201b\u2032\u02bc\u00b4`\x91\x92"},
        **{c: '"' for c in "\u201c\u201d\u00ab\u00bb\x93\x94"},
        **{c: " - " for c in "\u2013\u2014\x96\x97"},
        **{c: " " for c in "\x85\u2026\u00a0"},
        "\u00ad": None,  # soft hyphen
        "\ufe0f": None,  # "draw the sign before me as an emoji"
        "\u2044": "/",  # of a fraction
        **dict.fromkeys("\u200b\u200c\u2060\ufeff"),  # signs without a width
    }
)
_MARKUP = re.compile(r"<!--.*?-->|</?[a-z][a-z0-9]*(?:\s[^<>]*=[^<>]*)?\s*/?>", re.IGNORECASE | re.DOTALL)
_NUMBER_SIGN = re.compile(r"(?<=\d)(?=[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2150-\u215e])")  # 3½, 10²
_EMOJI = "\u2600-\u27bf\u2b50-\u2b55\U0001f000-\U0001faff"
_OTHER = (
    r"|(?<=\w)'s\b"
    r"|\d+(?:[.,/]\d+)*"  # 7, 7.5, 7/10: a mark is one token
    r"|[!?]"
    r"|[:;=]-?[()](?!\w)"  # :-)
)
# What NFKC leaves of a letter's accents (the dot of a small İ), and a sign that joins emoji between other letters.
_LOOSE = re.compile(rf"[\u0300-\u036f]|\u200d(?![{_EMOJI}])")
# A word: film, don't, o'brien; the 's of film's and it's stands alone. Most texts are plain ASCII: a quicker way.
_ASCII_TOKEN = re.compile(r"[a-z]+(?:'(?!s\b)[a-z]+)*" + _OTHER)
_TOKEN = re.compile(
    r"[^\W\d_]+(?:'(?!s\b)[^\W\d_]+)*" + _OTHER + rf"|[{_EMOJI}](?:[\U0001f3fb-\U0001f3ff]|\u200d[{_EMOJI}])*"
)


def tokenize(text: str) -> list[str]:
    """Cut a text into words, marks and emoji, in lower case.

    `<br />` and other tags vanish, entities are decoded, curly apostrophes become straight ones, and letters that
    only look different (full width, ligatures, an accent beside its letter) are the same. A negation
    stays in one piece (`don't`), a possessive does not (`film's` → `film`, `'s`), a mark out of ten is one
    token (`7/10`). Of the punctuation only `!` and `?` are kept, since they say something about the opinion.

    Example:
        >>> tokenize("It wasn't bad!<br />Rob&eacute;rt's best: 7/10 👍")
        ['it', "wasn't", 'bad', '!', 'robért', "'s", 'best', '7/10', '👍']

    Raises:
        ValueError: `text` is not a string.
    """
    if not isinstance(text, str):
        raise ValueError(f"A text must be a string. Received: {text!r} of type {type(text).__name__}.")
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    if text.isascii():
        return _ASCII_TOKEN.findall(text.replace("`", "'").lower())
    plain = unicodedata.normalize("NFKC", _NUMBER_SIGN.sub(" ", text.translate(_SIGNS))).lower()
    return _TOKEN.findall(_LOOSE.sub("", plain.translate(_SIGNS)))


def tokenize_all(texts: Iterable[str]) -> list[list[str]]:
    """`tokenize` for many texts; equal tokens share one string, which keeps 50,000 reviews under 200 MB."""
    if isinstance(texts, str):
        raise ValueError("`texts` must be a list of texts. Received: a single text. Put it in a list: [text].")
    shared: dict[str, str] = {}
    return [[shared.setdefault(token, token) for token in tokenize(text)] for text in texts]


class Vocabulary:
    """The words that a model knows, each with its index: the most frequent of the training part.

    Indices 0, 1 and 2 are `[pad]`, `[unknown]` and `[cut]`; the most frequent word has index 3.

    Example:
        >>> vocabulary = Vocabulary.fit([["a", "good", "film"], ["a", "film"]], size=5)
        >>> vocabulary.words
        ('[pad]', '[unknown]', '[cut]', 'a', 'film')
        >>> vocabulary.encode(["a", "good", "film"])
        array([3, 1, 4], dtype=int32)
    """

    def __init__(self, words: Sequence[str]):
        """Take the words, without the special ones, in the order of their indices (see `fit`)."""
        self.words = (*SPECIAL, *words)
        self.index = {word: i for i, word in enumerate(self.words)}

    @classmethod
    def fit(cls, token_lists: Iterable[Sequence[str]], size: int) -> "Vocabulary":
        """Keep the most frequent tokens; equal counts go by the alphabet, so that a run can be repeated.

        Args:
            token_lists: the training texts, as tokens. Never the validation or the test part.
            size: number of words at most, the special ones included.

        Raises:
            ValueError: `size` leaves no room for a word, or there is no token at all.
        """
        if size <= len(SPECIAL):
            raise ValueError(
                f"`size` must exceed the {len(SPECIAL)} special words. Received: size={size}. Use 5000 or more."
            )
        counts: Counter[str] = Counter()
        for tokens in token_lists:
            counts.update(tokens)
        if not counts:
            raise ValueError("A vocabulary needs at least one token. Received: only empty texts.")
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return cls([word for word, _ in ordered[: size - len(SPECIAL)]])

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self.index and self.index[word] >= len(SPECIAL)

    def encode(self, tokens: Iterable[str]) -> np.ndarray:
        """Indices of the tokens, shape (token,), int32; a word that is not known gets `UNKNOWN`."""
        get = self.index.get
        return np.array([get(token, UNKNOWN) for token in tokens], dtype="int32")

    def decode(self, indices: Iterable[int]) -> list[str]:
        """Words of the indices, padding left out."""
        indices = [int(i) for i in indices]
        wrong = [i for i in indices if not 0 <= i < len(self)]
        if wrong:
            raise ValueError(f"An index must lie in 0..{len(self) - 1}. Received: {wrong[:5]}.")
        return [self.words[i] for i in indices if i != PADDING]


def multi_hot(sequences: Sequence[np.ndarray], size: int):
    """One row per text, one column per word: 1 where the word occurs, whatever the place and the number.

    Padding leaves no trace. `.toarray()` makes it dense, one byte a cell.

    Args:
        sequences: word indices of each text, as `Vocabulary.encode` gives them, or a padded array
            (review, token).
        size: number of columns; every index must be below it.

    Returns:
        scipy.sparse.csr_matrix (review, word), uint8.

    Example:
        >>> multi_hot([[3, 4, 3], [5]], size=6).toarray()
        array([[0, 0, 0, 1, 1, 0],
               [0, 0, 0, 0, 0, 1]], dtype=uint8)

    Raises:
        ValueError: an index lies outside 0..size-1.
    """
    from scipy.sparse import csr_matrix

    rows = np.repeat(np.arange(len(sequences)), [len(sequence) for sequence in sequences])
    columns = np.concatenate([np.zeros(0, "int32"), *(np.asarray(sequence, "int32") for sequence in sequences)])
    if columns.size and not 0 <= columns.min() <= columns.max() < size:
        raise ValueError(
            f"An index must lie in 0..{size - 1}. Received: {columns.min()}..{columns.max()}. "
            "Use the size of the vocabulary that encoded the texts."
        )
    kept = columns != PADDING
    matrix = csr_matrix((np.ones(kept.sum(), "uint8"), (rows[kept], columns[kept])), (len(sequences), size))
    matrix.data[:] = 1  # a word that occurs several times is summed
    return matrix


def count_contexts(sequences: Sequence[np.ndarray], size: int, window: int):
    """How often two known words stand within `window` words of each other, in one text.

        a b c d      window=2: b is near a, c and d; a is near b and c

    Args:
        sequences: word indices of each text; special words are no context and keep their place.
        size: of the vocabulary.
        window: words on each side.

    Returns:
        Symmetric counts, scipy.sparse.coo_matrix (word, word).
    """
    from scipy.sparse import coo_matrix, csr_matrix

    gap = np.zeros(window, dtype="int32")  # no pair reaches from one text into the next
    tokens = np.concatenate([part for row in sequences for part in (row, gap)])
    counts = csr_matrix((size, size))
    for step in range(1, window + 1):
        left, right = tokens[:-step], tokens[step:]
        known = (left >= len(SPECIAL)) & (right >= len(SPECIAL))
        counts += coo_matrix((np.ones(known.sum()), (left[known], right[known])), counts.shape).tocsr()
    return (counts + counts.T).tocoo()


def ppmi(counts):
    """Positive pointwise mutual information: max(0, log N(w, c) N / (N(w) N(c))), scipy.sparse.csr_matrix.

    Args:
        counts: as `count_contexts` gives them.

    Source: O. Levy and Y. Goldberg, Neural Word Embedding as Implicit Matrix Factorization, NeurIPS 2014.
    """
    from scipy.sparse import csr_matrix

    total = np.asarray(counts.sum(axis=1)).ravel()
    pmi = np.log(counts.data * counts.sum() / (total[counts.row] * total[counts.col]))
    return csr_matrix((np.maximum(pmi, 0), (counts.row, counts.col)), counts.shape)


def unit(table: np.ndarray) -> np.ndarray:
    """The same directions, each row of length 1: a product of two rows is then their cosine."""
    return table / np.maximum(np.linalg.norm(table, axis=-1, keepdims=True), 1e-12)


def neighbour_table(word: str, tables: dict[str, np.ndarray], vocabulary: Vocabulary, n: int = 8):
    """The n known words nearest to a word by cosine, a column for each table of vectors, nearest first.

    For an unknown word: known words that are written alike.

    Args:
        tables: name -> a vector for each word of the vocabulary, (word, dimension).
    """
    import pandas as pd

    if word not in vocabulary:
        alike = difflib.get_close_matches(word.lower(), vocabulary.words[len(SPECIAL) :], n=5, cutoff=0.7)
        return pd.DataFrame({f"“{word}” is not known; written alike": alike})
    own, columns = vocabulary.index[word], {}
    for name, table in tables.items():
        cosine = unit(table) @ unit(table[own])
        cosine[[*range(len(SPECIAL)), own]] = -2  # no special word, nor the word itself
        columns[name] = [f"{vocabulary.words[i]} ({cosine[i]:.2f})" for i in np.argsort(-cosine)[:n]]
    return pd.DataFrame(columns)


def _kept_ends(review_len: int, keep: str) -> tuple[int, int]:
    """How many tokens of a text that is too long stay at its start and at its end."""
    if keep == "start":
        return review_len, 0
    if keep == "end":
        return 0, review_len
    at_end = review_len // 2
    return review_len - at_end - 1, at_end  # one place goes to [cut]


def pad(sequences: Sequence[np.ndarray], review_len: int, padding: str = "post", keep: str = "both") -> np.ndarray:
    """Give all texts the same length: fill up the short ones with 0, cut the long ones.

    Args:
        sequences: word indices of each text.
        review_len: tokens that are kept.
        padding: "pre" puts the zeros before the text, "post" after it.
        keep: what stays of a text that is too long: its "start", its "end", or "both", with the mark
            `CUT` where the middle was: a review often ends with its verdict.

    Returns:
        Array (review, token), int32.

    Example:
        >>> pad([[3, 4], [3, 4, 5, 6, 7, 8, 9]], review_len=4).tolist()
        [[3, 4, 0, 0], [3, 2, 8, 9]]
        >>> pad([[3, 4], [3, 4, 5, 6, 7, 8, 9]], 4, padding="pre", keep="end").tolist()
        [[0, 0, 3, 4], [6, 7, 8, 9]]
    """
    if review_len < 3:
        raise ValueError(f"`review_len` must be 3 tokens or more. Received: review_len={review_len}.")
    if padding not in ("pre", "post"):
        raise ValueError(f'`padding` must be "pre" or "post". Received: {padding!r}.')
    if keep not in ("start", "end", "both"):
        raise ValueError(f'`keep` must be "start", "end" or "both". Received: {keep!r}.')
    padded = np.full((len(sequences), review_len), PADDING, dtype="int32")
    for row, sequence in zip(padded, sequences):
        n = len(sequence)
        if n > review_len:
            at_start, at_end = _kept_ends(review_len, keep)
            row[:] = CUT
            row[:at_start] = sequence[:at_start]
            row[review_len - at_end :] = sequence[n - at_end :]
        elif padding == "post":
            row[:n] = sequence
        elif n:
            row[-n:] = sequence
    return padded


@dataclass(frozen=True)
class TextPipeline:
    """From texts to the array that a model reads: tokenize, encode, cut, pad. It is saved with the model.

    Args:
        vocabulary: the known words, fitted on the training part.
        review_len: tokens kept of each text.
        padding, keep: see `pad`.

    Example:
        pipeline = TextPipeline(vocabulary, review_len=400)
        x_train = pipeline(train_texts)                                  # (review, token), int32
        save_model("sentiment.keras", model, pipeline.as_dict())
        model, needs = load_model("sentiment.keras")
        model.predict(TextPipeline.from_dict(needs)(["My own review."]))
    """

    vocabulary: Vocabulary
    review_len: int = 400
    padding: str = "post"
    keep: str = "both"

    def encode(self, texts: Iterable[str]) -> list[np.ndarray]:
        """Indices of every text at its full length, before cut and padding."""
        return [self.vocabulary.encode(tokens) for tokens in tokenize_all(texts)]

    def __call__(self, texts: Iterable[str]) -> np.ndarray:
        """Array (review, token), int32, that the model reads."""
        return pad(self.encode(texts), self.review_len, self.padding, self.keep)

    def view(self, text: str) -> str:
        """What the model sees of a text: `⟨word⟩` is unknown, `⟨… 12 tokens cut …⟩` was cut."""
        tokens = tokenize(text)
        seen = [token if token in self.vocabulary else f"⟨{token}⟩" for token in tokens]
        if len(tokens) > self.review_len:
            at_start, at_end = _kept_ends(self.review_len, self.keep)
            cut = len(tokens) - at_start - at_end
            seen[at_start : at_start + cut] = [f"⟨… {cut} tokens cut …⟩"]
        return " ".join(seen)

    def as_dict(self) -> dict:
        """What JSON needs to build the pipeline again, by `from_dict`."""
        return vars(self) | {"vocabulary": {"words": self.vocabulary.words[len(SPECIAL) :]}}

    @classmethod
    def from_dict(cls, value: dict) -> "TextPipeline":
        """The pipeline that `as_dict` described; other keys of `value` are left alone.

        Raises:
            ValueError: a key is missing, so that the text would be read in another way than in training.
        """
        keys = ("vocabulary", "review_len", "padding", "keep")
        missing = [key for key in keys if key not in value]
        if missing:
            raise ValueError(
                f"A text pipeline needs {', '.join(keys)}. Missing: {', '.join(missing)}. "
                "Run IMDB2 again: it saves them with the model."
            )
        return cls(Vocabulary(value["vocabulary"]["words"]), *(value[key] for key in keys[1:]))


# ---------------------------------------------------------------- pieces of words


def join_pair(parts: Sequence[str], pair: tuple[str, str]) -> list[str]:
    """The parts of a word, each occurrence of a pair of neighbours joined, from the left.

    Example:
        >>> join_pair(["b", "a", "n", "a", "n", "a"], ("a", "n"))
        ['b', 'an', 'an', 'a']
    """
    joined: list[str] = []
    for part in parts:
        if joined and (joined[-1], part) == tuple(pair):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


class Pieces:
    """Pieces of words by byte-pair encoding: letters, and pairs that are joined in the order they were learnt.

    Index 0 is a new line, which begins each text; then the letters, then a piece for each pair.

    Args:
        letters: each letter once, the space among them.
        pairs: pairs of pieces, in the order of learning; none for a text of letters.

    Example:
        >>> pieces = Pieces(" efilmns", [("i", "l"), ("f", "il"), (" ", "fil"), (" fil", "m")])
        >>> pieces.cut(" films"), pieces.cut(" slim")
        ([' film', 's'], [' ', 's', 'l', 'i', 'm'])
        >>> pieces.encode([[" film", " men"], [" films"]])
        array([ 0, 12,  1,  6,  2,  7,  0, 12,  8], dtype=int32)
    """

    def __init__(self, letters: Iterable[str], pairs: Iterable[Sequence[str]] = ()):
        self.letters, self.pairs = list(letters), [tuple(pair) for pair in pairs]
        self.names = ["\n", *self.letters, *map("".join, self.pairs)]
        self.index = {name: i for i, name in enumerate(self.names)}
        self._rank = {pair: i for i, pair in enumerate(self.pairs)}

    def __len__(self) -> int:
        return len(self.names)

    def cut(self, word: str) -> list[str]:
        """The pieces of a word; a letter that is not known is left out."""
        parts = [letter for letter in word if letter in self.index]
        while len(parts) > 1:
            first = min(pairwise(parts), key=lambda pair: self._rank.get(pair, len(self._rank)))
            if first not in self._rank:
                break
            parts = join_pair(parts, first)
        return parts

    def encode(self, texts: Iterable[Sequence[str]]) -> np.ndarray:
        """Texts, lists of words with their spaces -> one long series of indices (piece,), int32."""
        texts = list(texts)
        known = {w: [self.index[part] for part in self.cut(w)] for w in {word for words in texts for word in words}}
        return np.array([i for words in texts for i in (0, *(i for w in words for i in known[w]))], dtype="int32")

    def decode(self, indices: Iterable[int]) -> str:
        """The text of indices."""
        return "".join(self.names[i] for i in indices)

    def as_dict(self) -> dict:
        """What JSON needs to build the pieces again: `Pieces(**d)`."""
        return {"letters": self.letters, "pairs": [list(pair) for pair in self.pairs]}


def kneser_ney(series: np.ndarray, new: np.ndarray, n: int, size: int, discount: float = 0.75) -> np.ndarray:
    """What counting foretells: the probability of each item of `new` after the n - 1 items before it.

        p_n(w | past) = max(N(past w) - d, 0) / N(past)  +  d K(past) / N(past)  p_{n-1}(w | shorter past)

    N counts in `series`, K counts the different items that followed. Below the longest past, N counts the different
    items that stood before: interpolated Kneser-Ney. A past that was never seen is left out.

    Args:
        series, new: indices (item,), to count in and to foretell.
        n: items that are looked at, the next one included.
        size: how many indices there are; `size ** n` must fit in 63 bits.
        discount: d, between 0 and 1.

    Returns:
        Probabilities (item,). The first items of `new` have shorter pasts.

    Raises:
        ValueError: `size ** n` is too large.

    Source: S. F. Chen and J. Goodman, An Empirical Study of Smoothing Techniques for Language Modeling, 1998.
    """
    if size**n >= 2**63:
        raise ValueError(f"`size ** n` must stay below 2 ** 63. Received: {size} ** {n}. Take a smaller n.")
    tables = [np.unique(_grams(series, n, size), return_counts=True)]
    for shorter in range(n - 1, 0, -1):  # one row for each different item that stood before
        tables.append(np.unique(tables[-1][0] % size**shorter, return_counts=True))
    p = np.full(len(new), 1 / size)
    for k, (found, times) in enumerate(reversed(tables), start=1):
        pasts, first = np.unique(found // size, return_index=True)
        total, different = np.add.reduceat(times, first), np.diff([*first, len(found)])
        asked = _grams(new, k, size)
        sums = _look_up(pasts, total, asked // size)
        rest = discount * _look_up(pasts, different, asked // size) * p[k - 1 :]
        share = (np.maximum(_look_up(found, times, asked) - discount, 0) + rest) / np.maximum(sums, 1)
        p[k - 1 :] = np.where(sums > 0, share, p[k - 1 :])
    return p


def _grams(series, n, size):
    """Each n neighbours as one number (item - n + 1,)."""
    return sum(series[k : len(series) - n + 1 + k].astype("int64") * size ** (n - 1 - k) for k in range(n))


def _look_up(keys, values, asked):
    """The values of the asked keys, 0 where there is none; keys are sorted."""
    at = np.searchsorted(keys, asked).clip(max=len(keys) - 1)
    return np.where(keys[at] == asked, values[at], 0)
