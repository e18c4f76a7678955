"""Special tokens, languages and token bans, computed from tokenizer.json (Hugging Face format)."""

from __future__ import annotations

import re
from pathlib import Path

from tokenizers import Tokenizer

LANGUAGE = re.compile(r"<\|([a-z]{2,3}|haw|yue)\|>")
# Written annotations rather than speech: brackets, quotation marks, dashes in a row, notes. The rule is Whisper's own.
SYMBOLS = [*"\"#()*+/:;<=>@[\\]^_`{|}~「」『』", "<<", ">>", "<<<", ">>>", "--", "---", "-(", "-[", "('", '("', "((", "))"]
SYMBOLS += ["(((", ")))", "[[", "]]", "{{", "}}", "♪♪", "♪♪♪"]
NOTES = "♩♪♫♬♭♮♯"  # banned by their first byte pair even where they are several tokens
WORD_STARTS = (" -", " '")  # allowed inside a word, not at its start


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False).ids


def non_speech_tokens(tokenizer: Tokenizer) -> list[int]:
    """Tokens that Whisper's own decoding bans by default."""
    banned = {_ids(tokenizer, start)[0] for start in WORD_STARTS}
    for symbol in SYMBOLS + list(NOTES):
        for text in (symbol, " " + symbol):
            ids = _ids(tokenizer, text)
            if len(ids) == 1 or symbol in NOTES:
                banned.add(ids[0])
    return sorted(banned)


def describe(path: Path, vocabulary: int) -> dict:
    """The parts of speech.json that the tokenizer decides. `vocabulary` is the number of logits."""
    tokenizer = Tokenizer.from_file(str(path))

    def token(*names: str) -> int:
        return next(found for name in names if (found := tokenizer.token_to_id(f"<|{name}|>")) is not None)

    english_only = token("endoftext") == 50256  # the English vocabulary is GPT-2's, the multilingual one has one more
    start, translate, transcribe = token("startoftranscript"), token("translate"), token("transcribe")
    no_timestamps = token("notimestamps")
    if vocabulary - (no_timestamps + 1) != 1501:  # 0.00 to 30.00 s in steps of 0.02 s
        raise SystemExit(f"{vocabulary} logits do not leave 1501 timestamps after {no_timestamps}")
    languages = {} if english_only else {
        match.group(1): id
        for id in range(start + 1, translate)
        if (match := LANGUAGE.fullmatch(tokenizer.id_to_token(id)))
    }
    special = {
        "startOfTranscript": start,
        "startOfPrevious": token("startofprev"),
        "noSpeech": token("nospeech", "nocaptions"),
    }
    marks = [*special.values(), translate, transcribe, token("startoflm")]
    return {
        "tokens": {
            "endOfText": token("endoftext"),
            **special,
            "noTimestamps": no_timestamps,
            "timestampBegin": no_timestamps + 1,
            "translate": None if english_only else translate,
            "transcribe": None if english_only else transcribe,
        },
        "languages": languages,
        "suppressTokens": sorted({*non_speech_tokens(tokenizer), *marks}),
        "suppressAtBegin": [*_ids(tokenizer, " "), token("endoftext")],
    }
