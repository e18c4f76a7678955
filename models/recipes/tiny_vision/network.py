"""The network: Gemma 3 with its SigLIP eye, in tiny."""

from __future__ import annotations

import torch
from transformers import Gemma3Config, Gemma3ForConditionalGeneration

SPECIAL = [
    "<pad>",
    "<eos>",
    "<bos>",
    "<unk>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<image_soft_token>",
    "<start_of_image>",
    "<end_of_image>",
]
IMAGE_SIZE = 64
VECTORS = 16


def make_model(vocabulary: int) -> Gemma3ForConditionalGeneration:
    """Pictures of 64 pixels in patches of 8 become 16 vectors; the text side is half as wide as that of tiny_gemma."""
    text = {
        "vocab_size": vocabulary,
        "hidden_size": 64,
        "intermediate_size": 192,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 32,
        "sliding_window": 512,
        "layer_types": ["sliding_attention", "sliding_attention", "full_attention"],
        "max_position_embeddings": 2048,
        "query_pre_attn_scalar": 32,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "bos_token_id": 2,
        "tie_word_embeddings": True,
    }
    vision = {
        "image_size": IMAGE_SIZE,
        "patch_size": 8,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "vision_use_head": False,
    }
    config = Gemma3Config(
        text_config=text,
        vision_config=vision,
        mm_tokens_per_image=VECTORS,
        image_token_index=SPECIAL.index("<image_soft_token>"),
        boi_token_index=SPECIAL.index("<start_of_image>"),
        eoi_token_index=SPECIAL.index("<end_of_image>"),
        tie_word_embeddings=True,
    )
    model = Gemma3ForConditionalGeneration(config)
    torch.nn.init.normal_(model.model.multi_modal_projector.mm_input_projection_weight, std=0.1)
    return model


def embed(model, ids: torch.Tensor, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens and pictures as vectors, and those of the pictures alone. ids: -1 where a vector of the next picture belongs."""
    embedded = model.get_input_embeddings()(ids.clamp(min=0))
    soft = model.model.multi_modal_projector(model.model.vision_tower(pixel_values=pixels).last_hidden_state)
    return embedded.masked_scatter((ids == -1).unsqueeze(-1), soft.flatten(0, 1)), soft
