"""A community to look around in: people, their words, and a year of evenings played through the real flows."""
