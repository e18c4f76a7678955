"""The `.litertlm` container: written from its parts, and its graph taken out again."""

from __future__ import annotations

from pathlib import Path


def llm_metadata(context: int, stops: list[int], template: str, sampling: dict[str, float]):
    """What the runtime must know. No start token: the templates write it themselves. sampling: topK, topP, temperature."""
    from litert_lm_builder.runtime.proto import llm_metadata_pb2, sampler_params_pb2

    metadata = llm_metadata_pb2.LlmMetadata(max_num_tokens=context)
    for stop in stops:
        metadata.stop_tokens.add().token_ids.ids.append(stop)
    metadata.llm_model_type.generic_model.SetInParent()
    metadata.jinja_prompt_template = template
    metadata.sampler_params.type = sampler_params_pb2.SamplerParameters.TOP_P
    metadata.sampler_params.k = int(sampling["topK"])
    metadata.sampler_params.p = sampling["topP"]
    metadata.sampler_params.temperature = sampling["temperature"]
    return metadata


def write_container(
    graphs: dict[str, Path], tokenizer: Path, metadata, facts: dict[str, str], authors: str | None, out: Path
) -> None:
    """Whole or not at all. graphs: by what they are (a name of TfLiteModelType), in one folder. facts: where it comes from, with the identifier and date that the builder would draw anew."""
    from litert_lm_builder import litertlm_builder

    def entry(key: str, value: str):
        return litertlm_builder.Metadata(key=key, value=value, dtype=litertlm_builder.DType.STRING)

    litertlm_builder.populate_system_metadata = lambda given: given + [entry(*fact) for fact in facts.items()]
    written = next(iter(graphs.values())).with_name("llm_metadata.pb")
    written.write_bytes(metadata.SerializeToString())
    builder = litertlm_builder.LitertLmFileBuilder()
    if authors is not None:
        builder.add_system_metadata(entry("Authors", authors))
    builder.add_llm_metadata(str(written))
    builder.add_hf_tokenizer(str(tokenizer))
    for kind, graph in graphs.items():
        builder.add_tflite_model(str(graph), litertlm_builder.TfLiteModelType[kind])
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as stream:
            builder.build(stream)
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)


def extract_graph(model: Path, out: Path) -> None:
    """Copy the prefill/decode graph out of a `.litertlm`. Raises ValueError for a file that is none, or is cut."""
    from litert_lm_builder import litertlm_header_schema_py_generated as schema

    with model.open("rb") as stream:
        head = stream.read(32)
        if head[:8] != b"LITERTLM":
            raise ValueError("not a .litertlm file")
        header = stream.read(int.from_bytes(head[24:32], "little") - 32)
        sections = schema.LiteRTLMMetaData.GetRootAs(header).SectionMetadata()
        for at in range(sections.ObjectsLength()):
            section = sections.Objects(at)
            if section.DataType() == schema.AnySectionDataType.TFLiteModel:
                stream.seek(section.BeginOffset())
                graph = stream.read(section.EndOffset() - section.BeginOffset())
                if section.BeginOffset() + len(graph) != section.EndOffset():
                    raise ValueError("the file is cut")
                out.write_bytes(graph)
                return
    raise ValueError("no TFLite section")
