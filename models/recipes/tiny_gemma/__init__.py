"""A Gemma 3 shaped chat model of one megabyte, trained here on a few sentences about Sotto itself: for tests only."""
