"""A labelled set of made-up people, for judging which contacts are suggested to be one person. See README.md."""
