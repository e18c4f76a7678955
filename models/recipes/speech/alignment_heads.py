"""Cross-attention heads that follow the audio in time, by model size, as OpenAI publishes them.

Source: the table of alignment heads in openai-whisper 20250625 (`whisper/__init__.py`, MIT), where each entry is a
base85, gzip-packed array of booleans [decoder layers, heads]; the list there for "base" is the one in transformers'
generation configurations too. Kept in the packed form: it is data, and it can be compared with the source at a glance.
"""

from __future__ import annotations

import base64
import gzip

import numpy as np

PACKED = {
    "tiny.en": "ABzY8J1N>@0{>%R00Bk>$p{7v037`oCl~+#00",
    "tiny": "ABzY8bu8Lr0{>%RKn9Fp%m@SkK7Kt=7ytkO",
    "base.en": "ABzY8;40c<0{>%RzzG;p*o+Vo09|#PsxSZm00",
    "base": "ABzY8KQ!870{>%RzyTQH3`Q^yNP!>##QT-<FaQ7m",
    "small.en": "ABzY8>?_)10{>%RpeA61k&I|OI3I$65C{;;pbCHh0B{qLQ;+}v00",
    "small": "ABzY8DmU6=0{>%Rpa?J`kvJ6qF(V^F86#Xh7JUGMK}P<N0000",
    "medium.en": "ABzY8usPae0{>%R7<zz_OvQ{)4kMa0BMw6u5rT}kRKX;$NfYBv00*Hl@qhsU00",
    "medium": "ABzY8B0Jh+0{>%R7}kK1fFL7w6%<-Pf*t^=N)Qr&0RR9",
    "large-v1": "ABzY8r9j$a0{>%R7#4sLmoOs{s)o3~84-RPdcFk!JR<kSfC2yj",
    "large-v2": "ABzY8zd+h!0{>%R7=D0pU<_bnWW*tkYAhobTNnu$jnkEkXqp)j;w1Tzk)UH3X%SZd&fFZ2fC2yj",
    "large-v3": "ABzY8gWO1E0{>%R7(9S+Kn!D~%ngiGaR?*L!iJG9p-nab0JQ=-{D1-g00",
    "large-v3-turbo": "ABzY8j^C+e0{>%RARaKHP%t(lGR*)0g!tONPyhe`",
}


def alignment_heads(size: str, layers: int, heads: int) -> list[tuple[int, int]]:
    """(decoder layer, head) pairs, sorted by layer and head."""
    flags = np.frombuffer(gzip.decompress(base64.b85decode(PACKED[size])), dtype=bool)
    return [(int(layer), int(head)) for layer, head in np.argwhere(flags.reshape(layers, heads))]


def heads_of(size: str, layers: int, heads: int) -> list[tuple[int, int]]:
    """The same; for a size that is not known, all heads of the upper half of the layers, as Whisper's own code has it."""
    if size in PACKED:
        return alignment_heads(size, layers, heads)
    return [(layer, head) for layer in range(layers // 2, layers) for head in range(heads)]
