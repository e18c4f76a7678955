"""The recipe of Sotto's speech models: any Whisper checkpoint to one .tflite with its settings."""
