{
  "targets": [
    {
      "target_name": "sotto",
      "sources": [
        "src/addon.cc",
        "src/argument_reader.cc",
        "src/conversation.cc",
        "src/conversation_calls.cc",
        "src/conversation_options.cc",
        "src/dispatcher.cc",
        "src/engine.cc",
        "src/engine_calls.cc",
        "src/environment.cc",
        "src/failure.cc",
        "src/litert_lm_library.cc",
        "src/model_facts.cc",
        "src/send_calls.cc",
        "src/send_options.cc",
        "src/stream_table.cc",
        "src/task.cc",
        "src/token_stream.cc"
      ],
      "include_dirs": ["../node_modules/node-addon-api"],
      "defines": [
        "NAPI_VERSION=8",
        "NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS",
        "NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "conditions": [
        ["OS!='win'", {
          "cflags_cc": ["-std=c++17", "-Wall", "-Wextra", "-fvisibility=hidden"],
          "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"]
        }],
        ["OS=='linux'", { "libraries": ["-ldl"] }],
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
            "MACOSX_DEPLOYMENT_TARGET": "12.0",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "WARNING_CFLAGS": ["-Wall", "-Wextra"]
          }
        }],
        ["OS=='win'", {
          "defines": ["NOMINMAX", "WIN32_LEAN_AND_MEAN"],
          "msvs_settings": { "VCCLCompilerTool": { "AdditionalOptions": ["/std:c++17", "/utf-8"], "WarningLevel": 4 } }
        }]
      ]
    }
  ]
}
