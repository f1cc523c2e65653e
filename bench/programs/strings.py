"""Words taken apart and put together."""

TEXT = "the quick brown fox; jumps over, the lazy dog: and then_some 42 more " * 200


def tokens(text):
    word = ""
    for char in text:
        if char.isalnum() or char == "_":
            word += char
            continue
        if word:
            yield word
            word = ""
        if char in ",;:":
            yield char
    if word:
        yield word


def run():
    counts = {}
    for _ in range(8):
        for token in tokens(TEXT):
            key = token.upper() if token[0].islower() else token
            counts[key] = counts.get(key, 0) + 1
    return ", ".join(f"{key}={count}" for key, count in sorted(counts.items()))
