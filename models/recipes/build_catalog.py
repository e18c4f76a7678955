#!/usr/bin/env python3
"""Writes models/catalog.json, the models that Sotto offers for download.

    python3 models/recipes/build_catalog.py            writes the file
    python3 models/recipes/build_catalog.py --check    compares size and SHA-256 with the hub (needs the network)

Facts: the model allow list 1_0_20 of Google's AI Edge Gallery (sizes, revisions, memory) and the model cards of
litert-community. A hash is never guessed: where none is known it is left out, learnt from the hub's own metadata at
the first download and pinned from then on. Standard library only.
"""

import argparse
import json
import pathlib
import sys
import urllib.request

CATALOG = pathlib.Path(__file__).resolve().parent.parent / "catalog.json"
GB = 1_000_000_000
GEMMA_TERMS = "https://ai.google.dev/gemma/terms"
GEMMA_LANGUAGES = ["mul"]
WHISPER_LANGUAGES = ["mul"]


def variant(id, repo, file, quantization, *, revision="main", size=None, about=None, context=None, memory=None, backends=("cpu", "gpu")):
    """One file of a model. Sizes in bytes, context in tokens; `about` is a size that is known roughly only.

    A name that starts with an asterisk stands for the one file of the repository that ends so.
    """
    facts = {
        "id": id,
        "repo": repo,
        "revision": revision,
        "file": file,
        "quantization": quantization,
        "contextTokens": context,
        "sizeBytes": size,
        "aboutBytes": about,
        "minMemoryBytes": memory,
        "backends": list(backends),
    }
    return {key: value for key, value in facts.items() if value is not None}


def model(id, name, maker, summary, task, quality, variants, *, licence, terms=None, gated=False,
          modalities=("text",), languages=("en",), runnable=True):
    facts = {
        "id": id,
        "name": name,
        "maker": maker,
        "summary": summary,
        "licence": licence,
        "termsUrl": terms,
        "gated": gated,
        "task": task,
        "modalities": list(modalities),
        "languages": list(languages),
        "quality": quality,
        "runnable": runnable,
        "variants": variants,
    }
    return {key: value for key, value in facts.items() if value is not None}


def gemma(id, name, summary, task, quality, variants, **more):
    return model(id, name, "Google", summary, task, quality, variants, licence="Gemma Terms of Use",
                 terms=GEMMA_TERMS, gated=True, **{"languages": GEMMA_LANGUAGES, **more})


def whisper(size, name, summary, quality, about=None):
    """Whisper without a KV cache."""
    return model(f"whisper-{size}", name, "OpenAI", summary, "speech", quality,
                 [variant(f"whisper-{size}-f32", f"litert-community/whisper-{size}",
                          f"whisper_{size}_30s_f32.tflite", "FP32", about=about, backends=("cpu",))],
                 licence="Apache-2.0", modalities=("audio",), languages=WHISPER_LANGUAGES)


MODELS = [
    model("gemma-4-e2b", "Gemma 4 E2B", "Google", "Strong everyday answers; made for laptops.", "chat", 80,
          [variant("gemma-4-e2b-it", "litert-community/gemma-4-E2B-it-litert-lm", "gemma-4-E2B-it.litertlm", "INT4",
                   revision="6e5c4f1e395deb959c494953478fa5cec4b8008f", size=2588147712, context=32768, memory=8 * GB)],
          licence="Apache-2.0", modalities=("text", "image", "audio"), languages=GEMMA_LANGUAGES),
    model("gemma-4-e4b", "Gemma 4 E4B", "Google", "The best answers of the list, for machines with much memory.", "chat", 90,
          [variant("gemma-4-e4b-it", "litert-community/gemma-4-E4B-it-litert-lm", "gemma-4-E4B-it.litertlm", "INT4",
                   revision="28299f30ee4d43294517a4ac93abd6163412f07f", size=3659530240, context=32768, memory=12 * GB)],
          licence="Apache-2.0", modalities=("text", "image", "audio"), languages=GEMMA_LANGUAGES),
    gemma("gemma-3n-e2b", "Gemma 3n E2B", "Good answers in many languages.", "chat", 65,
          [variant("gemma-3n-e2b-it-int4", "google/gemma-3n-E2B-it-litert-lm", "gemma-3n-E2B-it-int4.litertlm", "INT4",
                   revision="ba9ca88da013b537b6ed38108be609b8db1c3a16", size=3655827456, context=4096)],
          modalities=("text", "image", "audio")),
    gemma("gemma-3n-e4b", "Gemma 3n E4B", "Larger and slower than E2B, with better answers.", "chat", 70,
          [variant("gemma-3n-e4b-it-int4", "google/gemma-3n-E4B-it-litert-lm", "gemma-3n-E4B-it-int4.litertlm", "INT4",
                   revision="297ed75955702dec3503e00c2c2ecbbf475300bc", size=4919541760, context=4096)],
          modalities=("text", "image", "audio")),
    gemma("gemma-3-1b", "Gemma 3 1B", "Quick and small; good for short questions and rewriting.", "chat", 45,
          [variant("gemma3-1b-it-int4", "litert-community/Gemma3-1B-IT", "gemma3-1b-it-int4.litertlm", "INT4",
                   revision="42d538a932e8d5b12e6b3b455f5572560bd60b2c", size=584417280, context=4096)]),
    gemma("gemma-3-270m", "Gemma 3 270M", "Tiny; for very old machines.", "chat", 20,
          [variant("gemma3-270m-it-int8", "litert-community/gemma-3-270m-it", "gemma3-270m-it-q8.litertlm", "INT8",
                   size=304005120, context=4096)]),
    model("qwen3-0.6b", "Qwen3 0.6B", "Alibaba", "Small and quick; many languages.", "chat", 40,
          [variant("qwen3-0.6b-int8", "litert-community/Qwen3-0.6B", "Qwen3-0.6B.litertlm", "INT8", about=586_000_000, context=4096),
           variant("qwen3-0.6b-mixed-int4", "litert-community/Qwen3-0.6B", "qwen3_0_6b_mixed_int4.litertlm", "INT4",
                   about=497_654_170, context=2048),
           variant("qwen3-0.6b-int4-block32", "litert-community/Qwen3-0.6B-int4",
                   "qwen3_0.6b_q4_block32_ekv1280.litertlm", "INT4", about=332_000_000, context=1280)],
          licence="Apache-2.0", languages=["mul"]),
    model("qwen2.5-1.5b", "Qwen2.5 1.5B", "Alibaba", "Solid answers in many languages.", "chat", 50,
          [variant("qwen2.5-1.5b-instruct-int8", "litert-community/Qwen2.5-1.5B-Instruct",
                   "*_multi-prefill-seq_q8_ekv4096.litertlm", "INT8",
                   revision="19edb84c69a0212f29a6ef17ba0d6f278b6a1614", size=1597931520, context=4096)],
          licence="Apache-2.0", languages=["mul"]),
    model("phi-4-mini", "Phi-4 mini", "Microsoft", "Careful reasoning; mostly English.", "chat", 68,
          [variant("phi-4-mini-instruct-int8", "litert-community/Phi-4-mini-instruct",
                   "*_q8_ekv4096.litertlm", "INT8", about=3_910_000_000, context=4096)],
          licence="MIT", languages=["mul"]),
    gemma("functiongemma-270m", "FunctionGemma 270M", "For trying function calls; little use for a chat.", "chat", 10,
          [variant("functiongemma-270m-mobile-actions-int8", "litert-community/functiongemma-270m-ft-mobile-actions",
                   "mobile_actions_q8_ekv1024.litertlm", "INT8", revision="38942192c9b723af836d489074823ff33d4a3e7a",
                   size=288964608, context=1024, backends=("cpu",))], languages=["en"]),
    gemma("embeddinggemma-2-740m", "EmbeddingGemma 2", "Finds passages by meaning, for documents.", "embedding", 50,
          [variant("embeddinggemma-2-740m", "litert-community/embeddinggemma-2-740m-litert-lm",
                   "embeddinggemma-2-740m.litertlm", "mixed", revision="86b903a293f96d042bb92e1b7af333d94114458f",
                   size=484622336)], modalities=("text", "image", "audio"), runnable=False),
    whisper("tiny", "Whisper tiny", "Small, less exact; for short notes.", 5, 151_000_000),
    whisper("base", "Whisper base, full precision", "As the built-in one at full precision, ten times slower.", 10, 290_000_000),
    whisper("small", "Whisper small", "More exact than base, and much slower.", 30),
]


def check() -> int:
    """Compares what is said here with what the hub says. Returns the number of differences."""
    differences = 0
    for entry in MODELS:
        for one in entry["variants"]:
            url = f"https://huggingface.co/api/models/{one['repo']}/tree/{one['revision']}?recursive=true"
            with urllib.request.urlopen(url, timeout=30) as answer:
                files = {file["path"]: file for file in json.load(answer)}
            ends = [file for path, file in files.items() if path.endswith(one["file"].lstrip("*"))]
            found = files.get(one["file"]) or (ends[0] if len(ends) == 1 else None)
            size = None if found is None else found.get("lfs", found)["size"]
            expected = one.get("sizeBytes", size)
            if found is None or size != expected:
                differences += 1
                print(f"{one['id']}: {expected} bytes here, {size} on the hub", file=sys.stderr)
    return differences


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        sys.exit(1 if check() else 0)
    CATALOG.write_text(json.dumps({"version": 1, "models": MODELS}, indent=2, ensure_ascii=False) + "\n")
    print(f"{sum(len(entry['variants']) for entry in MODELS)} variants of {len(MODELS)} models")


if __name__ == "__main__":
    main()
