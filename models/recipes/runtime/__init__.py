"""Graphs run by LiteRT-LM's own library, whichever version of it."""
