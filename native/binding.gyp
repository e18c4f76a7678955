{
  "targets": [
    {
      "target_name": "sotto",
      "sources": [
        "src/addon.cc",
        "src/argument_reader.cc",
        "src/attention_kernel.cc",
        "src/attention_operator.cc",
        "src/conversation.cc",
        "src/conversation_calls.cc",
        "src/conversation_options.cc",
        "src/dispatcher.cc",
        "src/engine.cc",
        "src/engine_calls.cc",
        "src/environment.cc",
        "src/failure.cc",
        "src/head_workers.cc",
        "src/litert_lm_library.cc",
        "src/log_mel.cc",
        "src/model_facts.cc",
        "src/resident_pages.cc",
        "src/sandbox_calls.cc",
        "src/sandbox_linux.cc",
        "src/sandbox_other.cc",
        "src/send_calls.cc",
        "src/send_options.cc",
        "src/speech_calls.cc",
        "src/speech_decoder.cc",
        "src/speech_entry.cc",
        "src/cached_speech_model.cc",
        "src/speech_model.cc",
        "src/speech_facts.cc",
        "src/speech_facts.cc",
        "src/uncached_speech_model.cc",
        "src/stream_table.cc",
        "src/task.cc",
        "src/tensor_calls.cc",
        "src/tflite_model.cc",
        "src/token_rules.cc",
        "src/token_stream.cc",
        "src/word_alignment.cc"
      ],
      "include_dirs": ["../node_modules/node-addon-api", "third_party"],
      "defines": [
        "NAPI_VERSION=8",
        "NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS",
        "NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "conditions": [
        ["OS!='win'", {
          "cflags_cc": ["-std=c++17", "-Wall", "-Wextra", "-fvisibility=hidden"],
          "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-fno-exceptions"]
        }],
        ["OS=='linux'", { "libraries": ["-ldl"] }],
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
            "MACOSX_DEPLOYMENT_TARGET": "12.0",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
            "WARNING_CFLAGS": ["-Wall", "-Wextra"]
          }
        }],
        ["OS=='win'", {
          "defines": ["NOMINMAX", "WIN32_LEAN_AND_MEAN"],
          "msvs_settings": { "VCCLCompilerTool": { "ExceptionHandling": 1, "AdditionalOptions": ["/std:c++17", "/utf-8"], "WarningLevel": 4 } }
        }]
      ]
    }
  ]
}
