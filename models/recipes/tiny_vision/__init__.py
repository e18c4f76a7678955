"""A Gemma 3 shaped chat model of one megabyte that sees: it names a shape and its colour. Trained here, for tests only."""
