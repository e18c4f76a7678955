"""Ask a `.litertlm` file questions through LiteRT-LM itself, as the app does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import litert_lm

GREEDY = {"temperature": 0.0, "topK": 1, "topP": 1.0, "repetitionPenalty": 1.0}
THREADS = 2


@dataclass
class Answer:
    """One question, what came back, and how fast."""

    prompt: str
    text: str
    prompt_tokens: int
    answer_tokens: int
    prefill_rate: float
    decode_rate: float


def open_engine(model: Path, cache: Path) -> litert_lm.Engine:
    """An engine on the CPU; weights are repacked into `cache`, never beside the model."""
    litert_lm.set_min_log_severity(litert_lm.LogSeverity.FATAL)
    backend = litert_lm.Backend.CPU(thread_count=THREADS)
    return litert_lm.Engine(str(model), backend=backend, cache_dir=str(cache), enable_benchmark=True)


def ask_all(
    engine: litert_lm.Engine, prompts: list[str], sampling: dict[str, float], max_tokens: int, seed: int = 0
) -> Iterator[Answer]:
    """Put every prompt to a fresh conversation."""
    sampler = litert_lm.SamplerConfig(
        top_k=int(sampling["topK"]), top_p=sampling["topP"], temperature=sampling["temperature"], seed=seed
    )
    penalty = None
    if sampling["repetitionPenalty"] > 1:
        penalty = litert_lm.RepetitionPenaltyConfig(repetition_penalty=sampling["repetitionPenalty"])
    for prompt in prompts:
        with engine.create_conversation(sampler_config=sampler) as conversation:
            reply = conversation.send_message(
                prompt, max_output_tokens=max_tokens, repetition_penalty_config=penalty
            )
            info = conversation.get_benchmark_info()
            yield Answer(
                prompt,
                "".join(part.get("text", "") for part in reply["content"]),
                info.last_prefill_token_count,
                info.last_decode_token_count,
                info.last_prefill_tokens_per_second,
                info.last_decode_tokens_per_second,
            )
