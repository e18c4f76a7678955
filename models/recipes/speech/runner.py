"""Drive a finished file through LiteRT's interpreter: log-mel, encode, prefill or decode, one window at a time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from speech.logmel import log_mel
from speech.spell import Speller

MASKED = np.float32(-1e9)  # added to the scores of positions that must not be seen
Step = tuple[np.ndarray, np.ndarray]  # logits [V], alignment [A,S] or [A,P,S]


class Whisper:
    """One .tflite beside its speech.json; `tflite` overrides the file, to run the FP32 one with the same settings."""

    def __init__(self, folder: Path, tflite: Path | None = None, threads: int = 2) -> None:
        self.settings = json.loads((folder / "speech.json").read_text(encoding="utf-8"))
        self.speller = Speller(folder / "tokenizer.json")
        path = tflite or folder / self.settings["file"]
        self.interpreter = Interpreter(str(path), num_threads=threads)
        self.runners: dict = {}
        filters = self.settings["melFilters"]
        self.filters = np.fromfile(folder / filters["file"], "<f4").reshape(filters["shape"])

    def run(self, kind: str, seconds: int, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """Run `kind`_`seconds`; signature runners are made on first use."""
        name = f"{kind}_{seconds}"
        if name not in self.runners:
            self.runners[name] = self.interpreter.get_signature_runner(name)
        return self.runners[name](**inputs)

    def mel(self, samples: np.ndarray, seconds: int) -> np.ndarray:
        """Float samples at 16 kHz, padded with silence or cut to the window -> [1, mels, frames]."""
        return log_mel(samples, seconds, self.filters)

    def prompt(self, language: str = "en") -> list[int]:
        """Start tokens of a transcription without timestamps."""
        tokens = self.settings["tokens"]
        chosen = [self.settings["languages"][language], tokens["transcribe"]] if self.settings["languages"] else []
        return [tokens["startOfTranscript"], *chosen, tokens["noTimestamps"]]

    def open(self, samples: np.ndarray, seconds: int) -> "Window":
        """Encode a window and start with empty caches."""
        return Window(self, seconds, self.run("encode", seconds, mel=self.mel(samples, seconds)))

    def pick(self, logits: np.ndarray, first: bool) -> int:
        """The likeliest token that Whisper's default bans leave, without timestamps; `first` of a text must be one. [V]"""
        settings, allowed = self.settings, logits.copy()
        allowed[settings["suppressTokens"]] = MASKED
        allowed[settings["tokens"]["noTimestamps"] :] = MASKED
        if first:
            allowed[settings["suppressAtBegin"]] = MASKED
        return int(allowed.argmax())

    def transcribe(self, samples: np.ndarray, seconds: int, language: str = "en") -> list[int]:
        """Greedy text tokens of one window, with Whisper's default bans and no timestamps."""
        settings, window = self.settings, self.open(samples, seconds)
        end, found = settings["tokens"]["endOfText"], []
        logits, _ = window.prefill(self.prompt(language))
        while window.length < settings["cacheLength"] // 2:
            token = self.pick(logits, not found)
            if token == end:
                break
            found.append(token)
            logits, _ = window.decode(token)
        return found

    def text(self, tokens: list[int]) -> str:
        """Plain text of tokens."""
        return self.speller.text(tokens)


class Window:
    """Caches of one window; the new keys and values are written in place after every call."""

    def __init__(self, whisper: Whisper, seconds: int, cross: dict[str, np.ndarray]) -> None:
        self.whisper, self.seconds, self.cross, self.length = whisper, seconds, cross, 0
        settings = whisper.settings
        shape = (1, settings["heads"], settings["cacheLength"], settings["headSize"])
        names = [f"self_{part}_{layer}" for layer in range(settings["layers"]) for part in "kv"]
        self.past = {name: np.zeros(shape, np.float32) for name in names}

    def _run(self, kind: str, token: np.ndarray, mask: np.ndarray, count: int, **more: np.ndarray) -> Step:
        position = self.length + np.minimum(np.arange(token.size), count - 1)
        inputs = {"token": token, "position": position.astype(np.int32), "mask": mask[None, None], **more}
        out = self.whisper.run(kind, self.seconds, **inputs, **self.past, **self.cross)
        for name, cache in self.past.items():
            cache[:, :, self.length : self.length + count] = out[name.replace("self", "new")][:, :, :count]
        self.length += count
        return out["logits"][0], out["alignment"]

    def decode(self, token: int) -> Step:
        """One token."""
        mask = np.zeros((1, self.whisper.settings["cacheLength"] + 1), np.float32)
        mask[:, self.length : -1] = MASKED
        return self._run("decode", np.array([[token]], np.int32), mask, 1)

    def prefill(self, tokens: list[int]) -> Step:
        """Up to P tokens; the logits are those of the last one."""
        size, cache = self.whisper.settings["prefillLength"], self.whisper.settings["cacheLength"]
        padded = np.zeros((1, size), np.int32)
        padded[0, : len(tokens)] = tokens
        mask = np.full((size, cache + size), MASKED)
        mask[:, : self.length] = 0
        mask[:, cache:] = np.triu(np.full((size, size), MASKED), 1)
        return self._run("prefill", padded, mask, len(tokens), last=np.array([len(tokens) - 1], np.int32))
