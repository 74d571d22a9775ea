# %% 1 cuts at the spaces, as if training had done so
def row_by_hand(words, pipeline):
    known = pipeline.vocabulary.index
    indices = [known.get(token, text.UNKNOWN) for token in words.split()]
    return text.pad([indices], pipeline.review_len, pipeline.padding, pipeline.keep)


# %% 1 unknown words are dropped
def row_by_hand(words, pipeline):
    indices = [pipeline.vocabulary.index[token] for token in text.tokenize(words) if token in pipeline.vocabulary]
    return text.pad([indices], pipeline.review_len, pipeline.padding, pipeline.keep)


# %% 1 unknown words become padding
def row_by_hand(words, pipeline):
    indices = [pipeline.vocabulary.index.get(token, 0) for token in text.tokenize(words)]
    return text.pad([indices], pipeline.review_len, pipeline.padding, pipeline.keep)


# %% 1 pads on the side that happens to be the default
def row_by_hand(words, pipeline):
    indices = pipeline.vocabulary.encode(text.tokenize(words))
    return text.pad([indices], pipeline.review_len)


# %% 1 keeps the end that happens to be the default
def row_by_hand(words, pipeline):
    indices = pipeline.vocabulary.encode(text.tokenize(words))
    return text.pad([indices], pipeline.review_len, pipeline.padding)


# %% 1 forgets that the model reads a batch
def row_by_hand(words, pipeline):
    indices = pipeline.vocabulary.encode(text.tokenize(words))
    return text.pad([indices], pipeline.review_len, pipeline.padding, pipeline.keep)[0]


# %% 2 only positive verdicts can be sure
def when_sure(p, labels, sure):
    judged = p >= sure
    right = (p > 0.5) == labels
    return judged.mean(), right[judged].mean()


# %% 2 the accuracy counts silence as an error
def when_sure(p, labels, sure):
    judged = np.maximum(p, 1 - p) >= sure
    right = (p > 0.5) == labels
    return judged.mean(), (right & judged).mean()


# %% 2 the accuracy is that of all reviews
def when_sure(p, labels, sure):
    judged = np.maximum(p, 1 - p) >= sure
    return judged.mean(), ((p > 0.5) == labels).mean()


# %% 2 nothing is given back
def when_sure(p, labels, sure):
    judged = np.maximum(p, 1 - p) >= sure
    right = (p > 0.5) == labels
    print(judged.mean(), right[judged].mean())


# %% 3 takes the verdict for a positive one
def words_that_hold(tokens, log_odds):
    left, taken = list(tokens), []
    positive = log_odds([left])[0] > 0
    while left and (log_odds([left])[0] > 0) == positive:
        words = list(dict.fromkeys(left))
        remains = log_odds([[t for t in left if t != word] for word in words])
        taken.append(words[int(np.argmin(remains))])
        left = [t for t in left if t != taken[-1]]
    return taken


# %% 3 only the one strongest word
def words_that_hold(tokens, log_odds):
    whole = log_odds([tokens])[0]
    words = list(dict.fromkeys(tokens))
    remains = log_odds([[t for t in tokens if t != word] for word in words])
    return [words[int(np.argmax(np.abs(whole - remains)))]]


# %% 3 does not stop when no word is left
def words_that_hold(tokens, log_odds):
    left, taken = list(tokens), []
    positive = log_odds([left])[0] > 0
    strongest = np.argmin if positive else np.argmax
    while (log_odds([left])[0] > 0) == positive:
        words = list(dict.fromkeys(left))
        remains = log_odds([[t for t in left if t != word] for word in words])
        taken.append(words[strongest(remains)])
        left = [t for t in left if t != taken[-1]]
    return taken


# %% 3 stops only at the end
def words_that_hold(tokens, log_odds):
    left, taken = list(tokens), []
    positive = log_odds([left])[0] > 0
    while left:
        words = list(dict.fromkeys(left))
        remains = log_odds([[t for t in left if t != word] for word in words])
        taken.append(words[int(np.argmin(remains) if positive else np.argmax(remains))])
        left = [t for t in left if t != taken[-1]]
    return taken


# %% 3 leaves out one place of a word that stands twice
def words_that_hold(tokens, log_odds):
    left, taken = list(tokens), []
    positive = log_odds([left])[0] > 0
    while left and (log_odds([left])[0] > 0) == positive:
        remains = np.asarray(log_odds([left[:i] + left[i + 1 :] for i in range(len(left))]))
        taken.append(left.pop(int(np.argmin(remains) if positive else np.argmax(remains))))
    return taken
