"""The precisions of speech models, as rules for ai-edge-quantizer: those of chat/precisions.py on Whisper's two halves.

Rules are applied in order; a later match wins. Names of tensors come from the torch modules of graph.py. The logits share their
table with the embedding, so both stay as the first rule has them: INT8.
"""

from __future__ import annotations

from ai_edge_quantizer import recipe

from chat.precisions import FC, Precision, int8, with_algorithm

"""Linear layers of the attentions and the feed-forwards; the keys and values of the cross attention are made by the encoder."""
ENCODER = r"speech\.graph\.Encode.*Linear_"
DECODER = r"speech\.graph\.Decode.*Linear_"
"""Without the feed-forwards: in one layer a few silent positions have activations hundreds of times as large as the others', which one
scale for all of them rounds to nothing."""
ENCODER_ATTENTION = ENCODER + "(?!fc)"
BODY = r"speech\.graph\.(Encode|Decode).*Linear_"


def _int4(regex: str) -> list[dict]:
    return int8() + with_algorithm("OCTAV", recipe.dynamic_wi4b32_afp32(regex=regex, operation_name=FC))


def _int4_channel() -> list[dict]:
    return int8() + with_algorithm("OCTAV", recipe.dynamic_wi4c_afp32(regex=BODY, operation_name=FC))


def _static(rules: list[dict], regex: str) -> list[dict]:
    return int8() + [{**rule, "regex": regex, "operation": FC} for rule in rules[:1]]


PRECISIONS: dict[str, Precision] = {
    "fp32": Precision("FP32", None),
    "int8": Precision("INT8, a scale for each channel, activations measured as they come", int8),
    "int4-block32": Precision(
        "INT4 linear layers, a scale for each 32 weights (OCTAV); INT8 convolutions, embedding and output", lambda: _int4(BODY)
    ),
    "int4-channel": Precision(
        "INT4 linear layers, a scale for each channel (OCTAV); INT8 convolutions, embedding and output", _int4_channel
    ),
    "int4-decoder": Precision(
        "INT4 decoder, a scale for each 32 weights (OCTAV); INT8 encoder, embedding and output", lambda: _int4(DECODER)
    ),
    "int4-encoder": Precision(
        "INT4 encoder, a scale for each 32 weights (OCTAV); INT8 convolutions and decoder", lambda: _int4(ENCODER)
    ),
    "static-int8-encoder": Precision(
        "INT8 weights and activations of the encoder's attention layers, ranges measured on sound; the rest INT8",
        lambda: _static(recipe.static_wi8_ai8(), ENCODER_ATTENTION),
        needs_calibration=True,
    ),
    "int16x8-encoder": Precision(
        "INT8 weights and INT16 activations of the encoder's linear layers, ranges measured on sound; the rest INT8",
        lambda: _static(recipe.static_wi8_ai16(), ENCODER),
        needs_calibration=True,
    ),
}
